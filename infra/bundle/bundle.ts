/**
 * Bundles every function in one go with esbuild, without Docker: from the packages' ESM builds (`mainFields`), because their
 * CommonJS ones do not tree-shake, to CommonJS: where a module of Node's own is imported, Node reads its every export, which
 * loads fetch, HTTP/2 and WebCrypto at each start. The entry points of the channels, and of what reads their receipts, are
 * written from the registry; that of `openapi` has the API's document in it. A channel's file re-exports its readers: by
 * `sideEffects` in package.json esbuild leaves them out of the functions that do not use them. Called at synthesis.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { openApiDocument } from "../../functions/api/openapi/document.ts";
import { channels } from "../../functions/channels/registry.ts";
import { fileName } from "../../functions/domain/channel.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { DeploymentSettings } from "../settings.ts";
import { receiptEntry, receiptFunctions } from "./receipt-entries.ts";

const root = resolve(import.meta.dirname, "../..");
const buildDirectory = resolve(root, ".build");
export const bundlesDirectory = resolve(buildDirectory, "functions");

/** The functions that are no channel's, by the name of their bundle: the module in `functions/` whose `handler` each is. */
const entryModules = {
  ingest: "ingest/single.ts",
  "ingest-batch": "ingest/batch.ts",
  "ingest-queue": "ingest/queue.ts",
  starts: "ingest/start-executions.ts",
  "get-message": "api/get-message.ts",
  "find-messages": "api/find-messages.ts",
  "cancel-message": "api/cancel-message.ts",
  "redact-message": "api/redact-message.ts",
  profiles: "api/profiles.ts",
  "rule-sets": "api/rule-sets.ts",
  "client-settings": "api/client-settings.ts",
  authorizer: "api/authorizer.ts",
  undeliverable: "hop/undeliverable.ts",
  "app-receipts": "receipts/app-receipts.ts",
  "message-changes": "events/handler.ts",
  "client-webhook": "api/webhook-subscription.ts",
  "webhook-deliveries": "events/webhooks/handler.ts",
} as const;
export type FunctionName = keyof typeof entryModules | keyof typeof receiptFunctions | "openapi";

/** The directory of a bundled function, to be made an asset of. */
export const bundleDirectory = (name: string) => resolve(bundlesDirectory, name);
export const channelFunctionName = (id: string) => `channel-${fileName(id)}`;

/** The module that a bundle starts from; a channel's and that of `openapi` are written by `bundleFunctions`. */
const entryOf = (name: string) =>
  Object.hasOwn(entryModules, name)
    ? resolve(root, "functions", entryModules[name as keyof typeof entryModules])
    : resolve(buildDirectory, "entries", `${name}.ts`);

export function bundleFunctions(settings: DeploymentSettings): void {
  const names: string[] = Object.keys(entryModules);
  const addEntry = (name: string, code: string) => {
    writeWhereOther(entryOf(name), code);
    names.push(name);
  };
  const from = resolve(root, "functions");
  for (const { id, secrets } of channels) {
    const hasSecrets = Object.keys(secrets).length > 0;
    addEntry(
      channelFunctionName(id),
      `import { createHandler } from "${from}/hop/handler.ts";\n` +
        `import { createSender, ${id} } from "${from}/channels/${fileName(id)}.ts";\n` +
        (hasSecrets ? `import { secretsMiddleware } from "${from}/aws/secrets.ts";\n` : "") +
        `export const handler = createHandler(${id}, createSender${hasSecrets ? ", secretsMiddleware" : ""});\n`,
    );
  }
  for (const [name, receiptFunction] of Object.entries(receiptFunctions))
    addEntry(name, receiptEntry(from, receiptFunction));
  addEntry(
    "openapi",
    `import { createHandler } from "${from}/api/openapi/handler.ts";\n` +
      `export const handler = createHandler(${JSON.stringify(JSON.stringify(apiDocument(settings)))});\n`,
  );
  const { outputFiles } = buildSync(buildOptionsOf(names));
  for (const { path, text } of outputFiles) writeWhereOther(path, text);
  const current = new Set(outputFiles.map(({ path }) => dirname(path)));
  for (const name of readdirSync(bundlesDirectory))
    if (!current.has(bundleDirectory(name))) rmSync(bundleDirectory(name), { recursive: true, force: true });
}

/** How esbuild makes these bundles, in memory. */
export const buildOptionsOf = (names: readonly string[]): BuildOptions & { write: false } => ({
  write: false,
  absWorkingDir: root,
  entryPoints: names.map((name) => ({ in: entryOf(name), out: `${name}/index` })),
  outdir: bundlesDirectory,
  outExtension: { ".js": ".cjs" },
  inject: [resolve(root, "infra/bundle/stack-traces.ts")],
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // An import() of a module of Node's own would be such an import.
  supported: { "dynamic-import": false },
  mainFields: ["module", "main"],
  // Parts of the SDK that no call of ours reaches, and that every start would load.
  alias: {
    "@aws-sdk/credential-provider-node": resolve(root, "infra/bundle/no-other-credentials.ts"),
    "@smithy/core/event-streams": resolve(root, "infra/bundle/no-event-streams.ts"),
  },
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
});

/** In one step, and not where it is there already: another synthesis may be reading it. */
export function writeWhereOther(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const draft = resolve(buildDirectory, randomUUID());
  writeFileSync(draft, text);
  renameSync(draft, path);
}

/** The API of a deployment with these settings, as an OpenAPI document. */
export const apiDocument = ({ channels: accounts, windows }: DeploymentSettings) =>
  openApiDocument({
    version: packageJson.version,
    enabledChannels: channels.filter((channel) => channel.missingAccount(accounts) === undefined),
    windows,
  });
