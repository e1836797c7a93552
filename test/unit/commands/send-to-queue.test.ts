/** `npm run send` as a process, to a queue. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsEnvironment, run, temporaryDirectory } from "./command.ts";
import { type Queues, startQueues } from "./queues.ts";

let queues: Queues;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues.stop());

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ to: { phoneNumber: `44712${index}` }, body: "Hello", rules: ["sms"] }),
  );

it("sends each of 10,000 lines once, with its key and its client", async () => {
  const url = await queues.create("ten-thousand");
  const file = join(temporaryDirectory(), "messages.ndjson");
  writeFileSync(file, lines(10_000).join("\n"));
  const { status, stdout, stderr } = await run("send", [file, "--queue", url, "--client", "shop"], {
    environment: awsEnvironment(queues.port),
  });
  expect(stdout).toBe("10,000 read, 10,000 accepted, 0 refused, 0 bad, 0 skipped as sent before\n");
  expect(stderr).toMatch(/^… 5,000 messages, [\d,]+ a second\n… 10,000 messages, [\d,]+ a second\n$/);
  expect(status).toBe(0);
  const sent = await queues.drain(url);
  expect(sent.map(({ Body }) => Body).sort()).toEqual(lines(10_000).sort());
  const attributes = sent.map(({ MessageAttributes }) => MessageAttributes);
  expect(new Set(attributes.map((one) => one["Idempotency-Key"]?.StringValue)).size).toBe(10_000);
  expect(new Set(attributes.map(({ client }) => client?.StringValue))).toEqual(new Set(["shop"]));
  expect(existsSync(`${file}.sent`)).toBe(false);
  expect(existsSync(`${file}.failed.ndjson`)).toBe(false);
});
