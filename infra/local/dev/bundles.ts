/** Bundles the functions again after each change of a source; esbuild rereads only the changed files. */
import { dirname, relative, resolve } from "node:path";
import { build, context } from "esbuild";
import { factsFile } from "../../../functions/shared/environment.ts";
import { buildOptionsOf, writeWhereOther } from "../../bundle/bundle.ts";
import { bundlesDirectory } from "../../bundle/bundles.ts";
import type { LambdaService } from "../aws/lambda.ts";
import { codeIn, factsIn } from "../deploy.ts";

const root = resolve(import.meta.dirname, "../../..");
/** Not the directory of the synthesis: `npm run synth` may run at the same time. */
const directory = resolve(root, ".build", "dev");

export interface Bundles {
  /** Gives each function whose code changed new sandboxes; returns the names of those bundles. */
  reload: () => Promise<string[]>;
  stop: () => Promise<void>;
}

/** `functions`: the bundle of each function, by the function's name. Only the synthesis writes `openapi`. */
export async function watchBundles(
  lambda: LambdaService,
  functions: ReadonlyMap<string, string>,
): Promise<Bundles> {
  const names = [...new Set(functions.values())].filter((name) => name !== "openapi");
  const esbuild = await context({ ...buildOptionsOf(names), logLevel: "silent" });
  return {
    async reload() {
      const { outputFiles } = await esbuild.rebuild();
      const files = Map.groupBy(outputFiles, ({ path }) => relative(bundlesDirectory, dirname(path)));
      const reloaded = new Set<string>();
      for (const [functionName, bundle] of functions) {
        const configuration = lambda.configurationOf(functionName);
        const code = files.get(bundle)?.find(({ path }) => path.endsWith(".cjs"))?.text;
        if (configuration === undefined || code === undefined) continue;
        if (code === codeIn(configuration.directory)) continue;
        for (const { path, text } of files.get(bundle) ?? [])
          writeWhereOther(resolve(directory, relative(bundlesDirectory, path)), text);
        const facts = factsIn(configuration.directory);
        if (facts !== undefined) writeWhereOther(resolve(directory, bundle, factsFile), facts);
        lambda.add({ ...configuration, directory: resolve(directory, bundle) });
        reloaded.add(bundle);
      }
      return [...reloaded];
    },
    stop: () => esbuild.dispose(),
  };
}

/** The sources that the template is made of. */
export async function sourcesOfStack(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["infra/app.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return new Set([...Object.keys(metafile.inputs), "cdk.json"]);
}
