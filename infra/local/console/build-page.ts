/** Bundles the console's page into `.build/console`, only after one of its sources changed. Called before the system starts. */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const directory = resolve(root, ".build", "console");
/** The API's document as a page. */
const reference = ["reference.ts", "reference.css", "reference.html"];
const sources = [
  "infra/local/console/{contract,scenarios}.ts",
  "infra/local/console/page/**/*",
  "package-lock.json",
];

/** Returns the directory with `index.html` and its files. */
export async function ensurePage(progress: (step: string) => void): Promise<string> {
  const stamp = resolve(directory, "sources.sha256");
  const hash = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return directory;
  progress("bundling the console page");
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: resolve(root, "infra/local/console/page"),
    entryPoints: ["console.tsx", "console.css", "index.html", "icon.svg", ...reference],
    outdir: directory,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    loader: { ".html": "copy", ".svg": "copy" },
    jsx: "automatic",
    jsxImportSource: "preact",
    // Ignores the tsconfig, which is for tsc only.
    tsconfigRaw: {},
    logLevel: "error",
  });
  writeFileSync(stamp, hash);
  return directory;
}

function hashSources(): string {
  const hash = createHash("sha256");
  const files = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => resolve(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
