/**
 * Every example of the pages: what can run here is run on the system of the suite, JSON is sent or held against the answer
 * to the command above it, and commands for an AWS account are held against the template. The tutorial has a test of its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import cdkJson from "../../cdk.json" with { type: "json" };
import { channels } from "../../functions/channels/registry.ts";
import { environmentOf } from "../../infra/local/deploy.ts";
import { readSettings } from "../../infra/settings.ts";
import { fetchContract, operationsIn } from "../contract/contract.ts";
import { commandsOf, looseJsonOf, type Page, pageAt, pages, root, withGaps } from "../pages/pages.ts";
import { stack } from "./deployed.ts";
import { curlHere, npmRunHere, scriptOf, shell } from "./pages/run.ts";
import { advanceClock, api, carrier, send } from "./service.ts";

const directory = mkdtempSync(join(tmpdir(), "pages-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(
  join(directory, "customers.csv"),
  "to.phoneNumber,body,metadata.order\n447123123123,Your order is on its way,1234\n",
);
writeFileSync(
  join(directory, "messages.ndjson"),
  '{"to":{"phoneNumber":"447123123123"},"body":"Hello","rules":["sms"]}\n',
);

const contract = await fetchContract(api);
const commands = pages.flatMap((page) => commandsOf(page).map((one) => ({ ...one, page: page.path })));
const starting = (...words: string[]) =>
  commands.filter(({ command }) => words.some((word) => command.startsWith(word)));

/** Set up another implementation of AWS. */
const forTheEmulator = [
  "python3 ",
  "API_KEY=local ~/schemathesis/bin/st ",
  'PATH="',
  "AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run emulator ",
  "mvn ",
  "DYNAMODB_LOCAL=",
];
const tutorial = "infra/local/TUTORIAL.md";

it("knows the language of every example, and each command by its first word", () => {
  expect(new Set(pages.flatMap(({ blocks }) => blocks.map(({ language }) => language)))).toEqual(
    new Set(["text", "sh", "json", "ts"]),
  );
  const known = starting(
    ...[
      "curl ",
      "npm ",
      "npx cdk ",
      "npx vitest ",
      "aws ssm ",
      "aws sns ",
      "aws pinpoint-sms-voice-v2 ",
      "aws sesv2 ",
      "aws socialmessaging ",
    ],
    "API_KEY=… npm run ",
    ...forTheEmulator,
  );
  const others = commands.filter((one) => !known.includes(one) && one.page !== tutorial);
  expect(others, "test/acceptance/pages.test.ts does not know how to run these: add them there").toEqual([]);
});

const withCurl = (page: Page) => commandsOf(page).some(({ command }) => command.startsWith("curl "));
describe.each(pages.filter((page) => withCurl(page) && page.path !== tutorial))("curl in $path", (page) => {
  /** What stands for an id in the page, and the id that it is here. */
  const idOnPage = "6f0c…";
  let messageId = idOnPage;
  const here = (text: string) => text.replaceAll(idOnPage, messageId);
  // A page's phones are as the page makes them.
  beforeAll(async () => {
    await fetch(`${carrier}/carrier`, { method: "DELETE" });
  });

  it.each(commandsOf(page).filter(({ command }) => command.startsWith("curl ")))(
    "gets its answer: line $line",
    async ({ command, line, answer }) => {
      // Skipped where nobody can move it.
      if (command.includes("/carrier/clock")) await advanceClock(600_000);
      const isRepeatable = !/ -X | --json | -d /.test(command);
      const look = async () => {
        const ended = await shell(curlHere(here(command)), directory);
        expect(ended, `${page.path}:${line}`).toMatchObject({ status: 0 });
        if (answer === undefined) return;
        const given = JSON.parse(ended.stdout);
        if (!isRepeatable && typeof given.messageId === "string") messageId = given.messageId;
        const shown = withGaps(JSON.parse(here(answer.text)), expect) as object;
        expect(given, `${page.path}:${answer.line}`).toMatchObject(shown);
      };
      await (isRepeatable ? vi.waitFor(look, { timeout: 20_000, interval: 100 }) : look());
    },
  );
});

const looseJson = pages.flatMap((page) => looseJsonOf(page).map((block) => ({ ...block, page: page.path })));
it.each(looseJson)("JSON is true: $page, line $line", async ({ text, line, page }) => {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "to" in value) {
    expect(await send(value), `${page}:${line}`).toMatchObject({ status: 201 });
    return;
  }
  const fitting = Object.entries(contract.document.components.schemas).filter(
    ([name, schema]) => name !== "MetaEvent" && contract.schemaErrors(schema, value).length === 0,
  );
  expect(fitting, `${page}:${line} fits no schema of the API's document`).not.toEqual([]);
});

describe("npm", () => {
  it.each(starting("npm ", "API_KEY=… npm run "))(
    "does what it says: $page, $command",
    async ({ command, line, page }) => {
      const names = [...command.matchAll(/npm (?:run )?([\w-]+)/g)].map(([, name = ""]) => name);
      for (const name of names) expect(name === "ci" || scriptOf(name), `${page}:${line}`).toBeTruthy();
      const here = await npmRunHere(command);
      if (here !== undefined) {
        expect(await shell(here, directory), `${page}:${line}`).toMatchObject({ status: 0 });
        return;
      }
      // It would take too long, or is this very run: that its options are known has to do.
      const options = command.match(/ --\w[\w-]*/g) ?? [];
      if (options.length === 0) return;
      const file = (scriptOf(names.at(-1) ?? "") ?? "").replace(/^(exec )?node /, "");
      const source = readFileSync(resolve(root, file), "utf8");
      for (const option of options)
        expect(source, `${page}:${line} ${option}`).toContain(option.trim().slice(2));
    },
  );

  it.each(starting("npx vitest "))("names a project of vitest: $page, $command", ({ command }) => {
    const [, project] = /--project (\w+)/.exec(command) ?? [];
    expect(readFileSync(resolve(root, "vitest.config.ts"), "utf8")).toContain(`name: "${project}"`);
  });
});

describe("what is for an AWS account", () => {
  it.each(starting("npx cdk "))(
    "is a command of the CDK, with settings that are read: $page, $command",
    async ({ command, line, page }) => {
      const where = `${page}:${line}`;
      const [, name = ""] = /^npx cdk (\S+)/.exec(command) ?? [];
      const cdk = resolve(root, "node_modules/.bin/cdk");
      expect(await shell(`"${process.execPath}" "${cdk}" ${name} --help`, directory), where).toMatchObject({
        status: 0,
      });
      const context = Object.fromEntries(
        [...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, key = "", value = ""]) => [
          key,
          value.replaceAll("…", "x"),
        ]),
      );
      if (Object.keys(context).length === 0) return;
      const settings = readSettings(new App({ context: { ...cdkJson.context, ...context } }).node);
      const read: Readonly<Record<string, unknown>> = { ...settings, ...settings.channels };
      for (const [key, value] of Object.entries(context)) expect(String(read[key]), where).toBe(value);
      if (page === "infra/README.md")
        expect(channels.flatMap((channel) => channel.missingAccount(settings.channels) ?? [])).toEqual([]);
    },
  );

  it("puts each secret that a function reads, and no other", () => {
    const given = starting("aws ssm put-parameter").flatMap(
      ({ command }) => /--name (\S+)/.exec(command)?.[1] ?? [],
    );
    const read = stack
      .ofType("AWS::Lambda::Function")
      .flatMap((one) => Object.values(environmentOf(one)))
      .filter((value) => value.startsWith("/FallbackRouting/"));
    expect(given.sort()).toEqual([...new Set(read)].sort());
  });

  it.each(pages)("names outputs that the stack has: $path", ({ text }) => {
    const named = [...text.matchAll(/<(\w+)>\/?|\boutput `(\w+)`/g)].flatMap(
      ([, one, other]) => one ?? other ?? [],
    );
    // The last one is there where WhatsApp goes by AWS.
    const outputs = [...Object.keys(stack.outputs), "WhatsAppEventsTopicArn"];
    const unknown = named.filter((name) => /^[A-Z]/.test(name) && !outputs.includes(name));
    expect(unknown).toEqual([]);
  });

  it("names every setting of cdk.json", () => {
    const { text } = pageAt("infra/README.md");
    const own = Object.keys(cdkJson.context).filter((name) => !name.startsWith("@aws-cdk"));
    const ofChannels = channels.flatMap(({ settings }) => Object.keys(settings));
    expect([...own, ...ofChannels].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("the table of calls", () => {
  const { text } = pageAt("functions/api/README.md");
  const rows = [...text.matchAll(/^\| (`(?:GET|POST|PUT|DELETE).*?) \| ([\d, ]+) \|/gm)];
  const routes = new Map(operationsIn(contract.document).map(({ route, operation }) => [route, operation]));
  const calls = rows.flatMap(([, names = "", statuses = ""]) => {
    const methods = names.match(/\b(GET|POST|PUT|DELETE)\b/g) ?? [];
    const given = statuses.split(", ").map((status) => status.trim());
    return (names.match(/\/[\w/{}.-]+/g) ?? []).flatMap((path) =>
      methods.map((method, index) => ({ route: `${method} ${path}`, status: given[index] ?? given[0] })),
    );
  });

  it.each(calls)("is what the API's document says: $route", ({ route, status }) => {
    expect(Object.keys(routes.get(route)?.responses ?? {}), route).toContain(status);
  });

  it("leaves out no route", () => {
    // The Omnichannel API has a page and a contract of its own.
    const ours = [...routes.keys()].filter((route) => !route.includes(" /cpaas/"));
    expect(calls.map(({ route }) => route).sort()).toEqual(ours.sort());
  });
});

it("shows the example of a further channel as the tests run it", () => {
  const [shown] = pageAt("functions/channels/README.md").blocks.filter(({ language }) => language === "ts");
  const source = readFileSync(resolve(root, "test/acceptance/fixtures/telegram.ts"), "utf8");
  expect(shown?.text).toBe(source.replace(/^\/\*\*.*?\*\/\n/s, ""));
});

it("shows the typed client as the tests run it", () => {
  const [shown] = pageAt("functions/api/README.md").blocks.filter(({ language }) => language === "ts");
  expect(shown?.text).toBe(readFileSync(resolve(root, "test/acceptance/fixtures/client.ts"), "utf8"));
});

it("shows on the README's first screen what `npm start -- --once` prints of its messages", async () => {
  const [shown] = pageAt("README.md").blocks.filter(({ language }) => language === "text");
  const ports = "API_PORT=0 AWS_PORT=0 CARRIER_PORT=0 CONSOLE_PORT=0";
  const start = `${ports} "${process.execPath}" "${resolve(root, "infra/local/start.ts")}" --once`;
  const { status, stdout } = await shell(start, directory);
  expect(stdout.slice(stdout.indexOf("POST /messages"))).toBe(shown?.text);
  expect(status).toBe(0);
});
