/**
 * `npm pack`: the construct for who installs the package, and the functions' bundles beside it. One file of JavaScript, CommonJS
 * for apps of both kinds, in which all but the CDK itself is contained; its types name the CDK's alone.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { buildSync } from "esbuild";
import { bundleFunctions } from "./bundle.ts";
import { buildDirectory, root } from "./bundles.ts";

const directory = resolve(buildDirectory, "cdk");

bundleFunctions();
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
buildSync({
  absWorkingDir: root,
  entryPoints: ["infra/construct.ts"],
  outfile: resolve(directory, "index.cjs"),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["aws-cdk-lib", "constructs"],
  define: { "import.meta.dirname": "__dirname" },
  mainFields: ["module", "main"],
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
});

const types = mkdtempSync(resolve(buildDirectory, "types-"));
try {
  const { status, stdout } = spawnSync(
    resolve(root, "node_modules/.bin/tsc"),
    ["-p", resolve(import.meta.dirname, "tsconfig.package.json"), "--outDir", types],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the construct's types could not be made:\n${stdout}`);
  const text = readFileSync(resolve(types, "infra/construct.d.ts"), "utf8");
  const own = /from ["'](\..*?)["']/.exec(text);
  if (own) throw new Error(`infra/construct.ts shows a type of ${own[1]}: the package has the CDK's alone`);
  writeFileSync(resolve(directory, "index.d.cts"), text);
} finally {
  rmSync(types, { recursive: true });
}
