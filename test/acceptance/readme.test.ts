/**
 * Every example of the README: what can run here is run on the system of the suite, JSON is sent or held against the answer
 * before it, and commands for an AWS account are held against the template.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll, describe, expect, it } from "vitest";
import cdkJson from "../../cdk.json" with { type: "json" };
import { channels } from "../../functions/channels/registry.ts";
import { environmentOf } from "../../infra/local/deploy.ts";
import { readSettings } from "../../infra/settings.ts";
import { fetchContract, operationsIn } from "../contract/contract.ts";
import { stack } from "./deployed.ts";
import { type Block, blocks, commandsIn, readme, root, withGaps } from "./readme/examples.ts";
import { curlHere, type Ended, npmRunHere, scriptOf, shell } from "./readme/run.ts";
import { advanceClock, api, send } from "./service.ts";

const directory = mkdtempSync(join(tmpdir(), "readme-"));
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
const where = (line: number) => `README.md:${line}`;
const ofLanguage = (language: string) => blocks.filter((block) => block.language === language);
const commands = ofLanguage("sh").flatMap(commandsIn);
const starting = (...words: string[]) =>
  commands.filter(({ command }) => words.some((word) => command.startsWith(word)));
const answerTo = new Map<number, Ended>();

it("every code block has a language, and every command in one is known by its first word", () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(["", "sh", "json", "ts"]));
  const known = starting(
    "curl ",
    "npm ",
    "npx cdk ",
    "aws ssm ",
    "aws sns ",
    "aws pinpoint-sms-voice-v2 ",
    "API_KEY=… npm run ",
  );
  expect(
    commands.filter((one) => !known.includes(one)),
    "test/acceptance/readme.test.ts does not know how to run these: add them there",
  ).toEqual([]);
});

describe("curl commands", () => {
  it.each(starting("curl "))(
    "the curl command in line $line gets the answer that follows it",
    async ({ command, line }) => {
      // Skipped where nobody can move it.
      if (command.includes("/carrier/clock")) await advanceClock(600_000);
      const ended = await shell(curlHere(command), directory);
      expect(ended, where(line)).toMatchObject({ status: 0 });
      answerTo.set(line, ended);
    },
  );
});

describe("JSON blocks", () => {
  const blockBefore = (block: Block) => blocks[blocks.indexOf(block) - 1];
  const isAnswer = (block: Block) => {
    const previous = blockBefore(block);
    return previous?.language === "sh" && block.line === previous.line + previous.text.split("\n").length;
  };
  it.each(ofLanguage("json"))(
    "the JSON in line $line is what the service takes or answers",
    async (block) => {
      const value: unknown = JSON.parse(block.text);
      if (isAnswer(block)) {
        const [last] = commandsIn(blockBefore(block) as Block).slice(-1);
        const answer = JSON.parse(answerTo.get(last?.line ?? 0)?.stdout ?? "null");
        expect(answer, where(block.line)).toMatchObject(withGaps(value, expect) as object);
      } else if (typeof value === "object" && value !== null && "to" in value)
        expect(await send(value), where(block.line)).toMatchObject({ status: 201 });
      else {
        const fitting = Object.entries(contract.document.components.schemas).filter(
          ([name, schema]) => name !== "MetaEvent" && contract.misfits(schema, value).length === 0,
        );
        expect(fitting, `${where(block.line)} fits no schema of the API's document`).not.toEqual([]);
      }
    },
  );
});

describe("npm commands", () => {
  it.each(starting("npm ", "API_KEY=… npm run "))(
    "$command does what the README says",
    async ({ command, line }) => {
      const names = [...command.matchAll(/npm (?:run )?([\w-]+)/g)].map(([, name = ""]) => name);
      for (const name of names) expect(name === "ci" || scriptOf(name), where(line)).toBeTruthy();
      const here = await npmRunHere(command);
      if (here !== undefined) {
        expect(await shell(here, directory), where(line)).toMatchObject({ status: 0 });
        return;
      }
      // It would take too long, or is this very run: that its options are known has to do.
      const options = command.match(/ --\w[\w-]*/g) ?? [];
      if (options.length === 0) return;
      const file = (scriptOf(names.at(-1) ?? "") ?? "").replace(/^node /, "");
      const source = readFileSync(resolve(root, file), "utf8");
      for (const option of options)
        expect(source, `${where(line)} ${option}`).toContain(option.trim().slice(2));
    },
  );
});

describe("commands that need an AWS account", () => {
  it.each(starting("npx cdk "))(
    "$command is a command of the CDK, with settings that the stack reads",
    async ({ command, line }) => {
      const [, name = ""] = /^npx cdk (\S+)/.exec(command) ?? [];
      const cdk = resolve(root, "node_modules/.bin/cdk");
      expect(
        await shell(`"${process.execPath}" "${cdk}" ${name} --help`, directory),
        where(line),
      ).toMatchObject({ status: 0 });
      const context = Object.fromEntries(
        [...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, key = "", value = ""]) => [
          key,
          value.replaceAll("…", "x"),
        ]),
      );
      if (Object.keys(context).length === 0) return;
      const { channels: accounts } = readSettings(
        new App({ context: { ...cdkJson.context, ...context } }).node,
      );
      expect(accounts, where(line)).toMatchObject(context);
      expect(channels.flatMap((channel) => channel.missingAccount(accounts) ?? [])).toEqual([]);
    },
  );

  it("the README puts each secret that a function reads, and no other", () => {
    const given = starting("aws ssm put-parameter").flatMap(
      ({ command }) => /--name (\S+)/.exec(command)?.[1] ?? [],
    );
    const read = stack
      .ofType("AWS::Lambda::Function")
      .flatMap((one) => Object.values(environmentOf(one)))
      .filter((value) => value.startsWith("/FallbackRouting/"));
    expect(given.sort()).toEqual([...new Set(read)].sort());
  });

  it("the README names outputs that the stack has", () => {
    const named = [...readme.matchAll(/<(\w+)>\/?|\(?output `(\w+)`/g)].flatMap(
      ([, one, other]) => one ?? other ?? [],
    );
    const outputs = Object.keys(stack.outputs);
    const unknown = named.filter((name) => /^[A-Z]/.test(name) && !outputs.includes(name));
    expect(unknown).toEqual([]);
  });
});

describe("the table of calls", () => {
  const rows = [
    ...readme.matchAll(/^\| (`(?:GET|POST|PUT|DELETE)`.*?|`(?:GET|POST|PUT|DELETE) .*?) \| ([\d, ]+) \|/gm),
  ];
  const routes = new Map(operationsIn(contract.document).map(({ route, operation }) => [route, operation]));
  it("the README has a table of calls", () => expect(rows.length).toBeGreaterThan(5));
  it.each(rows.map(([, calls = "", statuses = ""]) => ({ calls, statuses })))(
    "the row of $calls is what the API's document says",
    ({ calls, statuses }) => {
      const methods = calls.match(/\b(GET|POST|PUT|DELETE)\b/g) ?? [];
      const paths = calls.match(/\/[\w/{}-]+/g) ?? [];
      const given = statuses.split(", ").map((status) => status.trim());
      for (const path of paths)
        for (const [index, method] of methods.entries())
          expect(
            Object.keys(routes.get(`${method} ${path}`)?.responses ?? {}),
            `${method} ${path}`,
          ).toContain(given[index] ?? given[0]);
    },
  );
});

it("the README's TypeScript is, line by line, in a file of the tests", () => {
  const source = readFileSync(resolve(root, "test/acceptance/fixtures/telegram.ts"), "utf8");
  // The formatter has its own mind of parentheses and commas.
  const squeezed = (text: string) => text.replace(/[\s(),]/g, "");
  for (const { text, line } of ofLanguage("ts"))
    for (const part of text.split("…"))
      for (const piece of part.split("\n"))
        expect(squeezed(source), `${where(line)}: ${piece}`).toContain(squeezed(piece));
});
