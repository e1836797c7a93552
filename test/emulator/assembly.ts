/**
 * The cloud assembly for an emulator: the template that is deployed, with the local run's settings, and what an emulator makes
 * necessary: the providers' addresses are those of the simulated ones, resource types that it does not know are left out.
 */
import { createHash } from "node:crypto";
import { cpSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import * as v from "valibot";
import { ensureAssembly } from "../../infra/local/assembly.ts";

const resource = v.looseObject({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.any()), {}),
});
const templateSchema = v.looseObject({ Resources: v.record(v.string(), resource) });

export interface Changes {
  /** Of Meta's Graph API. */
  graphApiUrl: string;
  /** Of Amazon SNS and End User Messaging, for phones. */
  snsUrl: string;
  /** Resource types to leave out. */
  without: readonly string[];
}

/** Answers the assembly's directory. */
export async function assemblyFor({ graphApiUrl, snsUrl, without }: Changes): Promise<string> {
  const local = await ensureAssembly((step) => console.error(`… ${step}`));
  const directory = resolve(local, "../emulator");
  rmSync(directory, { recursive: true, force: true });
  cpSync(local, directory, { recursive: true });
  nameIndexJs(directory);
  const file = resolve(directory, "FallbackRouting.template.json");
  const template = v.parse(templateSchema, JSON.parse(readFileSync(file, "utf8")));
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (without.includes(Type)) delete template.Resources[logicalId];
    const variables = Type === "AWS::Lambda::Function" ? Properties.Environment?.Variables : undefined;
    if (variables === undefined) continue;
    if ("GRAPH_API_URL" in variables) variables.GRAPH_API_URL = graphApiUrl;
    variables.AWS_ENDPOINT_URL_SNS = snsUrl;
    variables.AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2 = snsUrl;
  }
  writeFileSync(file, JSON.stringify(template));
  renewTemplateHash(directory);
  return directory;
}

/**
 * Lambda takes index.js, index.mjs or index.cjs; MiniStack the first two. What is in an asset is known by its hash, also to the
 * CDK CLI's cache: a renamed bundle has another.
 */
function nameIndexJs(directory: string): void {
  const hashes = new Map<string, string>();
  for (const bundle of globSync(`${directory}/asset.*/index.cjs`)) {
    renameSync(bundle, bundle.replace(/cjs$/, "js"));
    const asset = dirname(bundle);
    const hash = basename(asset).replace("asset.", "");
    const renamed = createHash("sha256").update(`${hash} index.js`).digest("hex");
    hashes.set(hash, renamed);
    renameSync(asset, resolve(directory, `asset.${renamed}`));
  }
  replaceHashes(directory, ["FallbackRouting.assets.json", "FallbackRouting.template.json"], hashes);
}

/** The template's address has its hash, too: with the old one an emulator that has been used before would be given that template. */
function renewTemplateHash(directory: string): void {
  const manifest = readFileSync(resolve(directory, "manifest.json"), "utf8");
  const hash = manifest.match(/([0-9a-f]{64})\.json/)?.[1] ?? "";
  const template = readFileSync(resolve(directory, "FallbackRouting.template.json"));
  const hashes = new Map([[hash, createHash("sha256").update(template).digest("hex")]]);
  replaceHashes(directory, ["FallbackRouting.assets.json", "manifest.json"], hashes);
}

function replaceHashes(
  directory: string,
  files: readonly string[],
  hashes: ReadonlyMap<string, string>,
): void {
  for (const file of files.map((name) => resolve(directory, name))) {
    const text = readFileSync(file, "utf8");
    const replaced = text.replace(/[0-9a-f]{64}/g, (hash) => hashes.get(hash) ?? hash);
    writeFileSync(file, replaced);
  }
}

/** The SSM parameters that the functions read. */
export function secretParameters(assembly: string): string[] {
  const file = resolve(assembly, "FallbackRouting.template.json");
  const { Resources } = v.parse(templateSchema, JSON.parse(readFileSync(file, "utf8")));
  const variables = Object.values(Resources).flatMap(({ Properties }) =>
    Object.entries(Properties.Environment?.Variables ?? {}),
  );
  return [
    ...new Set(variables.filter(([name]) => name.endsWith("_PARAMETER")).map(([, value]) => String(value))),
  ];
}
