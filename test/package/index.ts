/**
 * `node test/package/index.ts`: what `npm pack` makes is installed in an empty folder, where the example of infra/README.md is
 * compiled, as ESM and as CommonJS, and synthesized, without esbuild. Needs npm's registry or its cache.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { pageAt, root } from "../pages/pages.ts";

const folder = mkdtempSync(join(tmpdir(), "package-"));
const run = (directory: string, command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  run(root, "npm", "pack", "--silent", "--pack-destination", folder);
  const [packed = ""] = readdirSync(folder);
  const {
    "aws-cdk-lib": cdk,
    constructs,
    typescript,
    "@types/node": nodeTypes,
  } = packageJson.devDependencies;
  const tools = [`aws-cdk-lib@${cdk}`, `constructs@${constructs}`, `typescript@${typescript}`];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "shop", private: true }));
  run(
    folder,
    "npm",
    ...["install", "--prefer-offline", "--no-audit", "--no-fund", "--silent"],
    ...[`./${packed}`, ...tools, `@types/node@${nodeTypes}`],
  );
  if (existsSync(join(folder, "node_modules/esbuild"))) throw new Error("the package brings esbuild along");

  const [example] = pageAt("infra/README.md").blocks.filter(({ language }) => language === "ts");
  const app = `${example?.text}
import { App } from "aws-cdk-lib";
new ShopStack(new App(), "Shop");
`;
  const compilerOptions = {
    module: "node16",
    strict: true,
    exactOptionalPropertyTypes: false,
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const kind of ["mts", "cts"]) {
    writeFileSync(join(folder, `app.${kind}`), app);
    run(folder, "npx", "tsc", "-p", ".");
    const out = join(folder, `out-${kind}`);
    execFileSync(process.execPath, [join(folder, `app.${kind.replace("t", "j")}`)], {
      env: { ...process.env, CDK_OUTDIR: out },
      stdio: "inherit",
    });
    const assets = readdirSync(out).filter((name) => name.startsWith("asset.")).length;
    console.log(`app.${kind}: ${assets} assets, ${readdirSync(out).includes("Shop.template.json")}`);
    rmSync(join(folder, `app.${kind}`));
  }
} finally {
  rmSync(folder, { recursive: true });
}
