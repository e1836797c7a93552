/**
 * Clients that others generate from the API's document, by openapi-typescript and by @hey-api/openapi-ts: every request that the
 * document and the pages show is right by their types, and what is wrong is not. One run of the compiler for all.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import openapiTs, { astToString } from "openapi-typescript";
import * as v from "valibot";
import { expect, it } from "vitest";
import { apiDocument } from "../../infra/bundle/bundles.ts";
import { clientTypes, clientTypesFile } from "../../infra/bundle/client-types.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { operationsIn, readDocument } from "../contract/contract.ts";
import { commandsIn, pages } from "../pages/pages.ts";
import { withContext } from "./synthesize.ts";

const root = resolve(import.meta.dirname, "../..");
const directory = resolve(root, ".build/generated-clients");
const given = apiDocument(readSettings(withContext(localSettings).node));
const operations = operationsIn(readDocument(given));

interface Request {
  where: string;
  route: string;
  body: unknown;
}

const ofDocument = operations.flatMap(({ route, operation }): Request[] =>
  Object.values(operation.requestBody?.content ?? {}).flatMap(({ examples }) =>
    Object.entries(examples).map(([name, { value }]) => ({
      where: `the example ${name}`,
      route,
      body: value,
    })),
  ),
);
/** JSON that has an addressee is a message, a command says itself where it goes. */
const ofPages = pages
  .flatMap(({ path, blocks }) => blocks.map((block) => ({ ...block, where: `${path}:${block.line}` })))
  .flatMap(({ where, ...block }): Request[] => {
    if (block.language === "json" && v.is(v.looseObject({ to: v.unknown() }), JSON.parse(block.text)))
      return [{ where, route: "POST /messages", body: JSON.parse(block.text) }];
    if (block.language !== "sh") return [];
    return commandsIn(block).flatMap(({ command }) => {
      const [, path, method = "POST", body] =
        /^curl localhost:3000(\S+) (?:[^{]*?-X (\w+) )?.*--json '(.*)'$/s.exec(command) ?? [];
      return body === undefined ? [] : [{ where, route: `${method} ${path}`, body: JSON.parse(body) }];
    });
  });

/** The call with this body, as each generator has it. */
function callsOf({ where, route, body }: Request) {
  const [method = "", path = ""] = route.split(" ");
  const found = operations.find(({ route: known }) =>
    new RegExp(`^${known.replace(/\{\w+\}/g, "[^/]+")}$`).test(route),
  );
  if (found === undefined) throw new Error(`${where}: the document has no ${route}`);
  const [, template = ""] = found.route.split(" ");
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(
    ([, name]) => `${name}: "${name === "channel" ? "sms" : "example"}"`,
  );
  const inPath = names.length === 0 ? "" : `path: { ${names} }, `;
  const text = JSON.stringify(body);
  return {
    openapiFetch: `await client.${method}("${template}", { params: { ${inPath}}, body: ${text} }); // ${where} ${path}`,
    heyApi: `await sdk.${found.operation.operationId}({ ${inPath}body: ${text} }); // ${where} ${path}`,
  };
}

const to = { phoneNumber: "447123123123" };
const message = { to, body: "Hello", rules: ["sms"] };
const wrong = [
  { ...message, rules: ["pigeon"] },
  { ...message, rules: [{ channel: "sms", until: "read" }] },
  { ...message, rules: [{ channel: "sms", fallbackAfter: "soon" }] },
  { ...message, text: "Hello" },
  { ...message, body: 7 },
  { ...message, to: { ...to, appDevices: [{ platform: "nokia", token: "t" }] } },
  { ...message, to: { ...to, loyaltyCard: 77 } },
  { to, body: "Hello" },
].map((body) => ({ where: "not right:", route: "POST /messages", body }));

/** What answers hold, without a cast; the same for both generators. */
const reading = `
if (sent.error === undefined) {
  const { messageId, plan } = sent.data satisfies { messageId: string };
  plan.hops[0]?.until satisfies "sent" | "delivered" | "read" | undefined;
  plan.skipped[0]?.code satisfies "no_address" | string | undefined;
} else if ("errors" in sent.error) {
  for (const { path, code, message } of sent.error.errors) [path, code, message] satisfies string[];
} else sent.error.message satisfies string;
for (const result of batch.data?.results ?? [])
  if (result.status === 201) result.messageId satisfies string;
  else result.errors[0]?.code satisfies string | undefined;
trace.data?.finishedAt satisfies string | undefined;
trace.data?.channels[0]?.events?.[0]?.at satisfies string | undefined;
profile.data?.appDevices?.[0]?.platform satisfies "fcm" | "apns" | undefined;
profile.data?.firstName satisfies unknown;
// @ts-expect-error: an answer is no any
sent.data?.nothing;
`;

function write(name: string, lines: readonly string[]): void {
  writeFileSync(resolve(directory, name), `${lines.join("\n")}\n`);
}

it("gives types by which every request shown is right, and by which what is wrong is not", async () => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  write("openapi-typescript.ts", [astToString(await openapiTs(JSON.stringify(given)))]);
  await createClient({
    input: JSON.parse(JSON.stringify(given)),
    output: resolve(directory, "hey-api"),
    logs: { level: "silent", file: false },
  });
  const right = [...ofDocument, ...ofPages].map(callsOf);
  const notRight = wrong.map(callsOf);
  const linesOf = (generator: "openapiFetch" | "heyApi") => [
    ...right.map((calls) => calls[generator]),
    ...notRight.flatMap((calls) => ["// @ts-expect-error", calls[generator]]),
    reading,
  ];
  const body = JSON.stringify(message);
  write("by-openapi-fetch.ts", [
    'import createClient from "openapi-fetch";',
    'import type { paths } from "./openapi-typescript.js";',
    "const client = createClient<paths>();",
    `const sent = await client.POST("/messages", { body: ${body} });`,
    `const batch = await client.POST("/messages/batch", { body: [${body}] });`,
    'const trace = await client.GET("/messages/{messageId}", { params: { path: { messageId: "m" } } });',
    'const profile = await client.GET("/profiles/{profileId}", { params: { path: { profileId: "p" } } });',
    ...linesOf("openapiFetch"),
  ]);
  write("by-hey-api.ts", [
    'import * as sdk from "./hey-api/index.js";',
    `const sent = await sdk.sendMessage({ body: ${body}, headers: { "Idempotency-Key": "k" } });`,
    `const batch = await sdk.sendBatch({ body: [${body}] });`,
    'const trace = await sdk.getMessage({ path: { messageId: "m" } });',
    'const profile = await sdk.getProfile({ path: { profileId: "p" } });',
    ...linesOf("heyApi"),
  ]);
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: [],
  };
  write("tsconfig.json", [JSON.stringify({ compilerOptions })]);
  const { stdout, status } = spawnSync(resolve(root, "node_modules/.bin/tsc"), ["-p", directory], {
    encoding: "utf8",
  });
  expect(stdout).toBe("");
  expect(status).toBe(0);
  expect(ofDocument.length).toBeGreaterThan(8);
  expect(ofPages.length).toBeGreaterThan(6);
});

it("are the types that the client of this package has", async () => {
  const stale = "functions/api/client/api-types.ts is not made from this document: npm run client-types";
  expect(readFileSync(clientTypesFile, "utf8"), stale).toBe(await clientTypes());
});
