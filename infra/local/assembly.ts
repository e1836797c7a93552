/**
 * The cloud assembly of the local run: what `cdk synth` writes, with the channel accounts of `settings.json`, and with other settings
 * over them where tests give some. Synthesized again only after a source changed.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import localSettings from "./settings.json" with { type: "json" };

const root = resolve(import.meta.dirname, "../..");

export async function ensureAssembly(
  progress: (step: string) => void,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const others = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 8);
  const name = Object.keys(settings).length === 0 ? "local" : `local-${others}`;
  const directory = resolve(root, ".build", name);
  const stamp = resolve(directory, "sources.sha256");
  const context = JSON.stringify({
    ...readContext(resolve(root, "cdk.json")),
    ...localSettings,
    ...settings,
  });
  const sources = hashSources(context);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return directory;
  progress("synthesizing the stack");
  const synthesis = spawn(process.execPath, [resolve(root, "infra/app.ts")], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: context },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  synthesis.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const [status] = (await once(synthesis, "close")) as [number];
  if (status !== 0) throw new Error(`the stack could not be synthesized: ${explainSynthesis(complaint)}`);
  writeFileSync(stamp, sources);
  return directory;
}

const metadata = v.record(v.string(), v.array(v.object({ type: v.string(), data: v.unknown() })));
/** The bundle of each function (infra/function.ts), by logical id. */
export function bundlesIn(assembly: string): ReadonlyMap<string, string> {
  const file = resolve(assembly, "FallbackRouting.metadata.json");
  const said = v.parse(metadata, JSON.parse(readFileSync(file, "utf8")));
  const find = (path: string, type: string) => said[path]?.find((entry) => entry.type === type)?.data;
  return new Map(
    Object.keys(said).flatMap((path) => {
      const bundle = find(path, "bundle");
      return bundle === undefined
        ? []
        : [[String(find(`${path}/Resource`, "aws:cdk:logicalId")), String(bundle)] as const];
    }),
  );
}

/** One sentence for a wrong setting; a bug in the stack's code keeps its stack trace. */
export function explainSynthesis(complaint: string): string {
  const setting = /^Error: (context ".+?)(?=\n +at )/ms.exec(complaint)?.[1];
  return setting
    ? `${setting}; correct it in cdk.json: \`git diff cdk.json\` shows what was changed`
    : complaint;
}

/** The CDK context in a file. @throws {CommandError} if there is no such file, or it is not JSON */
export function readContext(file: string): Record<string, unknown> {
  const remedy = "`git diff cdk.json` shows what was changed, `git checkout cdk.json` brings it back";
  if (!existsSync(file)) throw new Error(`there is no ${file}, which has the settings: ${remedy}`);
  try {
    const { context = {} } = JSON.parse(readFileSync(file, "utf8")) as { context?: Record<string, unknown> };
    return context;
  } catch (error) {
    throw new Error(
      `${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}; ${remedy}`,
    );
  }
}

function hashSources(context: string): string {
  const hash = createHash("sha256").update(context).update(process.version);
  const sources = ["infra/*.ts", "infra/{bundle,monitoring}/*.ts", "functions/**/*.ts", "package-lock.json"];
  const files = globSync(sources, { cwd: root }).sort();
  for (const file of files) hash.update(file).update(readFileSync(resolve(root, file)));
  return hash.digest("hex");
}
