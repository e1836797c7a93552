/** What the commands share: what errors mean, tables, the progress and the summary. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { explainError, isTransient, isUnreachable } from "../../../infra/commands/explain-error.ts";
import { createProgress } from "../../../infra/commands/send/progress.ts";
import { resumeCommand, summarize } from "../../../infra/commands/send/summary.ts";
import { regionOf } from "../../../infra/commands/sqs-client.ts";
import { textTable } from "../../../infra/commands/text-table.ts";

const errorOf = (facts: object) => Object.assign(new Error("message"), facts);
const refused = errorOf({ code: "ECONNREFUSED", message: "connect ECONNREFUSED 10.0.0.1:80" });

it.each([
  ["a missing queue", errorOf({ name: "QueueDoesNotExist" }), "the queue does not exist"],
  ["a missing table", errorOf({ name: "ResourceNotFoundException" }), "the table does not exist"],
  ["expired credentials", errorOf({ name: "ExpiredToken" }), "sign in again"],
  ["a missing permission", errorOf({ name: "AccessDeniedException" }), "AWS does not allow it: message"],
  ["any other error of AWS", errorOf({ name: "Odd", $metadata: {} }), "AWS refused: Odd: message"],
  [
    "fetch without a connection",
    errorOf({ cause: refused }),
    "cannot connect (connect ECONNREFUSED 10.0.0.1:80)",
  ],
  ["a name with two addresses", errorOf({ cause: errorOf({ errors: [refused] }) }), "cannot connect"],
  [
    "a file without permission",
    errorOf({ code: "EACCES", path: "/a" }),
    "/a: this user may not read or write it",
  ],
])("the error for %s is explained without a stack trace", (_, error, text) => {
  expect(explainError(error)).toContain(text);
  expect(explainError(error)).not.toContain("\n");
});

it("a programming error is shown with its stack trace", () => {
  expect(explainError(new TypeError("x is undefined"))).toMatch(/^TypeError: x is undefined\n +at /);
});

it.each<[string, object, boolean]>([
  ["throttling", { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } }, true],
  ["a fault of the service", { name: "InternalFailure", $metadata: { httpStatusCode: 500 } }, true],
  ["a lost connection", { code: "ECONNRESET" }, true],
  ["a timeout", { name: "TimeoutError" }, true],
  ["a missing queue", { name: "QueueDoesNotExist", $metadata: { httpStatusCode: 400 } }, false],
  ["missing credentials", { name: "CredentialsProviderError" }, false],
])("whether an error is temporary is known for %s", (_, facts, passes) => {
  expect(isTransient(errorOf(facts))).toBe(passes);
});

it("an address where nothing answers is distinguished from a connection that broke", () => {
  expect(isUnreachable(errorOf({ cause: refused }))).toBe(true);
  expect(isUnreachable(errorOf({ code: "ECONNRESET" }))).toBe(false);
});

it("a text table is aligned, and control characters of a message do not reach the terminal", () => {
  expect(
    textTable(
      ["A", "BB"],
      [
        ["long", "\u001b[31mred\u0007\n"],
        ["", "x"],
      ],
    ),
  ).toBe("A     BB\nlong   [31mred\n      x");
});

const counts = { read: 0, accepted: 0, refused: 0, bad: 0, skipped: 0 };
function seen(isTTY: boolean) {
  const output = Object.assign(new PassThrough(), { isTTY });
  let text = "";
  output.on("data", (part: Buffer) => {
    text += part;
  });
  return { output, text: () => text };
}

it("on a terminal the progress is a bar with rate and time left, with the errors below it", async () => {
  const { output, text } = seen(true);
  const progress = createProgress(output, 200, "messages");
  progress.settled({ ...counts, accepted: 1_500 });
  progress.failed(7, [{ path: "to", code: "a", message: "is missing" }]);
  for (let line = 1; line <= 100; line++) progress.reached(line);
  progress.stop();
  await new Promise(setImmediate);
  expect(text()).toMatch(/ 50% \| 1,500 messages \| [\d,]+\/s \| \S+ left/);
  expect(text()).toMatch(/\nline 7: to is missing\n$/);
});

it("the bar counts what was accepted: what was only read, or refused, does not move it", async () => {
  const { output, text } = seen(true);
  const progress = createProgress(output, 200, "messages");
  for (let line = 1; line <= 200; line++) progress.reached(line);
  progress.settled({ ...counts, read: 200, refused: 100, bad: 50 });
  progress.reached(200);
  progress.stop();
  await new Promise(setImmediate);
  expect(text()).toMatch(/ 0% \| 0 messages \| 0\/s \| \? left, 150 not accepted/);
  expect(text()).not.toContain("100%");
});

it("without a terminal the progress is a line every 5,000 messages, with the first 20 errors", async () => {
  const { output, text } = seen(false);
  const progress = createProgress(output, 200, "messages");
  for (let accepted = 1; accepted <= 10_000; accepted++) progress.settled({ ...counts, accepted });
  for (let line = 1; line <= 22; line++) progress.failed(line, [{ path: "", code: "", message: "is bad" }]);
  progress.stop();
  await new Promise(setImmediate);
  const lines = text().trimEnd().split("\n");
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^… 5,000 messages, [\d,]+ a second$/),
    expect.stringMatching(/^… 10,000 messages, [\d,]+ a second$/),
    "line 1: is bad",
  ]);
  expect(lines.slice(-2)).toEqual(["line 20: is bad", "… and 2 more that were not accepted"]);
});

it("the summary names the file of failures, if there are any", () => {
  expect(summarize({ ...counts, read: 2, accepted: 2 }, "f", "messages")).toBe(
    "2 read, 2 accepted, 0 refused, 0 bad, 0 skipped, sent before",
  );
  expect(summarize({ ...counts, read: 2, bad: 1 }, "f", "messages")).toContain(
    "The messages that were not accepted are in f",
  );
});

it("the advice on how to continue is a command that a shell understands", () => {
  expect(resumeCommand("send", "/a b", ["/a b", "--body", "it's", "--rate", "5"])).toContain(
    "npm run send -- '/a b' --body 'it'\\''s' --rate 5\n",
  );
  expect(resumeCommand("send", undefined, ["-"])).toContain("give it the same input again");
});

it("a queue's region is found in its URL", () => {
  expect(regionOf("https://sqs.eu-central-1.amazonaws.com/1/a")).toBe("eu-central-1");
  expect(regionOf("http://127.0.0.1:4566/1/a")).toBeUndefined();
});
