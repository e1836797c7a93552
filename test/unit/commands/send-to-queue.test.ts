/** `npm run send` as a process, to a queue. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { awsEnvironment, messageLines, run, start, temporaryDirectory, temporaryFile } from "./command.ts";
import { type Intercept, type QueuedMessage, type Queues, startProxy, startQueues } from "./queues.ts";

let queues: Queues;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues.stop());

const keyOf = ({ MessageAttributes }: QueuedMessage) => MessageAttributes["Idempotency-Key"]?.StringValue;
const bodiesOf = (messages: QueuedMessage[]) => messages.map(({ Body }) => Body).sort();
const to = (url: string) => ["--queue", url, "--client", "shop"];

async function throughProxy(intercept: Intercept) {
  const proxy = await startProxy(queues, intercept);
  onTestFinished(() => proxy.stop());
  return awsEnvironment(proxy.port);
}
interface Batch {
  Entries: { Id: string; MessageBody: string }[];
}

it("each of 10,000 lines is sent once, with its idempotency key and its client", async () => {
  const url = await queues.create("ten-thousand");
  const file = temporaryFile("messages.ndjson", messageLines(10_000).join("\n"));
  const { status, stdout, stderr } = await run("send", [file, ...to(url)], {
    environment: awsEnvironment(queues.port),
  });
  expect(stdout).toBe("10,000 read, 10,000 accepted, 0 refused, 0 bad, 0 skipped, sent before\n");
  expect(stderr).toMatch(/^… 5,000 messages, [\d,]+ a second\n… 10,000 messages, [\d,]+ a second\n$/);
  expect(status).toBe(0);
  const sent = await queues.drain(url);
  expect(bodiesOf(sent)).toEqual(messageLines(10_000).sort());
  expect(new Set(sent.map(keyOf)).size).toBe(10_000);
  expect(new Set(sent.map(({ MessageAttributes }) => MessageAttributes.client?.StringValue))).toEqual(
    new Set(["shop"]),
  );
  expect(existsSync(`${file}.sent`)).toBe(false);
  expect(existsSync(`${file}.failed.ndjson`)).toBe(false);
});

it("entries that failed inside a batch are tried again, and no others", async () => {
  const url = await queues.create("flaky");
  const tries = new Map<string, number>();
  const environment = await throughProxy(async (_, body, forward) => {
    const { Entries } = body as unknown as Batch;
    for (const { MessageBody } of Entries) tries.set(MessageBody, (tries.get(MessageBody) ?? 0) + 1);
    const fails = ({ MessageBody }: Batch["Entries"][number]) =>
      MessageBody.includes('447121"') && (tries.get(MessageBody) ?? 0) < 3;
    const answer = await forward({ ...body, Entries: Entries.filter((entry) => !fails(entry)) });
    const Failed = Entries.filter(fails).map(({ Id }) => ({
      Id,
      SenderFault: false,
      Code: "InternalError",
      Message: "Try again",
    }));
    // A batch of which all fail is refused there, as empty.
    return { status: 200, body: { ...(answer.status === 200 ? answer.body : {}), Failed } };
  });
  const file = temporaryFile("messages.ndjson", messageLines(25).join("\n"));
  const { status, stdout } = await run("send", [file, ...to(url)], { environment });
  expect(stdout).toContain("25 read, 25 accepted");
  expect(status).toBe(0);
  expect(bodiesOf(await queues.drain(url))).toEqual(messageLines(25).sort());
  expect([...tries.values()].filter((count) => count !== 1)).toEqual([3]);
});

it("entries that the queue refuses are kept in a file that can be sent again", async () => {
  const url = await queues.create("small", { MaximumMessageSize: "1024" });
  const long = JSON.stringify({ to: { phoneNumber: "1" }, body: "x".repeat(2000), rules: ["sms"] });
  const [first = "", last = ""] = messageLines(2);
  const file = temporaryFile("messages.ndjson", [first, long, last].join("\r\n"));
  const refused = await run("send", [file, ...to(url)], { environment: awsEnvironment(queues.port) });
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain("3 read, 2 accepted, 1 refused, 0 bad");
  expect(refused.stdout).toContain(`${file}.failed.ndjson`);
  expect(refused.stderr).toContain("line 2: One or more parameters are invalid");
  expect(bodiesOf(await queues.drain(url))).toEqual([first, last].sort());
  const failures = `${file}.failed.ndjson`;
  expect(statSync(failures).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(failures, "utf8"))).toEqual({
    ...JSON.parse(long),
    idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    _error: { line: 2, errors: [{ path: "", code: "InvalidParameterValue", message: expect.any(String) }] },
  });

  await queues.call("SetQueueAttributes", { QueueUrl: url, Attributes: { MaximumMessageSize: "262144" } });
  const again = await run("send", [failures, ...to(url)], { environment: awsEnvironment(queues.port) });
  expect(again.stdout).toContain("1 read, 1 accepted");
  expect(again.status).toBe(0);
  const [sent] = await queues.drain(url);
  expect(sent?.Body).toBe(long);
  expect(sent && keyOf(sent)).toBe(JSON.parse(readFileSync(failures, "utf8")).idempotencyKey);
});

it("at Ctrl-C the requests in flight are finished, and the printed command continues the run", async () => {
  const url = await queues.create("interrupted");
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let batches = 0;
  const environment = await throughProxy(async (_, _body, forward) => {
    batches += 1;
    if (batches === 20) reached.resolve();
    if (batches >= 20) await released.promise;
    return forward();
  });
  const file = temporaryFile("messages.ndjson", messageLines(1_000).join("\n"));
  const running = start("send", [file, ...to(url), "--concurrency", "4"], { environment });
  await reached.promise;
  running.child.kill("SIGINT");
  await running.said("Stopping");
  released.resolve();
  const stopped = await running.ended;
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toContain(`To go on: npm run send -- ${file} --queue ${url} --client shop`);
  expect(existsSync(`${file}.sent`)).toBe(true);
  const before = await queues.drain(url);
  expect(before.length).toBeGreaterThanOrEqual(200);
  expect(before.length).toBeLessThan(1_000);
  expect(stopped.stdout).toContain(`${before.length} accepted`);

  const resumed = await run("send", [file, ...to(url)], { environment });
  expect(resumed.stdout).toBe(
    `1,000 read, ${1_000 - before.length} accepted, 0 refused, 0 bad, ${before.length} skipped, sent before\n`,
  );
  expect(resumed.status).toBe(0);
  expect(bodiesOf([...before, ...(await queues.drain(url))])).toEqual(messageLines(1_000).sort());
  expect(existsSync(`${file}.sent`)).toBe(false);
});

it("a run that was killed misses no line when it continues, and repeats lines only with the same key", async () => {
  const url = await queues.create("killed");
  const reached = Promise.withResolvers<void>();
  let batches = 0;
  const environment = await throughProxy(async (_, _body, forward) => {
    batches += 1;
    const answer = await forward();
    if (batches < 80) return answer;
    // It is in the queue, and nobody hears of it.
    reached.resolve();
    return new Promise(() => {});
  });
  const file = temporaryFile("messages.ndjson", messageLines(2_000).join("\n"));
  const running = start("send", [file, ...to(url)], { environment });
  await reached.promise;
  running.child.kill("SIGKILL");
  expect((await running.ended).status).toBeNull();

  const resumed = await run("send", [file, ...to(url)], { environment: awsEnvironment(queues.port) });
  expect(resumed.status).toBe(0);
  const [, skipped] = /, (\d+) skipped, sent before/.exec(resumed.stdout) ?? [];
  expect(Number(skipped)).toBeGreaterThanOrEqual(500);
  const keys = Map.groupBy(await queues.drain(url), ({ Body }) => Body);
  expect([...keys.keys()].sort()).toEqual(messageLines(2_000).sort());
  const repeated = [...keys.values()].filter(({ length }) => length > 1);
  expect(repeated.length).toBeGreaterThan(0);
  for (const messages of repeated) expect(new Set(messages.map(keyOf)).size).toBe(1);
});

it("a run without its resume file, or with a damaged one, sends the same keys again", async () => {
  const url = await queues.create("again");
  const file = temporaryFile("messages.ndjson", messageLines(20).join("\n"));
  const environment = awsEnvironment(queues.port);
  const keysSent = async () => {
    expect((await run("send", [file, ...to(url)], { environment })).status).toBe(0);
    return (await queues.drain(url)).map(keyOf).sort();
  };
  const first = await keysSent();
  expect(first).toHaveLength(20);
  expect(await keysSent()).toEqual(first);
  writeFileSync(`${file}.sent`, "no JSON");
  expect(await keysSent()).toEqual(first);
});

it("NDJSON and CSV can come by standard input", async () => {
  const url = await queues.create("stdin");
  const environment = awsEnvironment(queues.port);
  const directory = temporaryDirectory();
  const [first = ""] = messageLines(1);
  const ndjson = await run("send", ["-", ...to(url)], { environment, directory, input: `${first}\nnone\n` });
  expect(ndjson).toMatchObject({ status: 1, stderr: "line 2: is not JSON\n" });
  expect(bodiesOf(await queues.drain(url))).toEqual([first]);
  const csv = await run("send", ["-", ...to(url), "--rules", "sms", "--body", "Hello"], {
    environment,
    directory,
    input: "to.phoneNumber\r\n447120\r\n",
  });
  expect(csv).toMatchObject({ status: 0, stderr: "" });
  expect((await queues.drain(url)).map(({ Body }) => JSON.parse(Body))).toEqual([JSON.parse(first)]);
  // The next input is another: it takes nothing of the first away.
  expect(readFileSync(`${directory}/stdin.failed.ndjson`, "utf8")).toContain('"line":2');
});

it("a spreadsheet's CSV is read: byte order mark, CRLF, quotes and newlines in cells", async () => {
  const url = await queues.create("csv");
  const file = temporaryFile(
    "customers.CSV",
    '\uFEFFto.phoneNumber,body,rules,customBody.sms,metadata.order,idempotencyKey\r\n447120,"Dear ""Anna"",\r\nhello",fbMessenger|sms,,12,k1\r\n\r\n447121,Größe 5" ok,sms,Short,,\r\n',
  );
  const { status } = await run("send", [file, ...to(url)], { environment: awsEnvironment(queues.port) });
  expect(status).toBe(0);
  const sent = await queues.drain(url);
  expect(sent.map(({ Body }) => JSON.parse(Body))).toEqual([
    {
      to: { phoneNumber: "447120" },
      body: 'Dear "Anna",\r\nhello',
      rules: ["fbMessenger", "sms"],
      metadata: { order: "12" },
    },
    { to: { phoneNumber: "447121" }, body: 'Größe 5" ok', rules: ["sms"], customBody: { sms: "Short" } },
  ]);
  expect(sent.map(keyOf)).toEqual(["k1", expect.stringMatching(/^[0-9a-f]{64}$/)]);
});

it("bad lines are reported by their numbers, and the others are sent", async () => {
  const url = await queues.create("bad-lines");
  const [first = "", last = ""] = messageLines(2);
  const long = JSON.stringify({ body: "x".repeat(1024 * 1024) });
  const key = JSON.stringify({ body: "Hello", idempotencyKey: "no spaces" });
  const file = temporaryFile("m.ndjson", [first, "{", "[]", "", long, key, last].join("\n"));
  const { status, stdout, stderr } = await run("send", [file, ...to(url)], {
    environment: awsEnvironment(queues.port),
  });
  expect(status).toBe(1);
  expect(stdout).toContain("6 read, 2 accepted, 0 refused, 4 bad, 0 skipped");
  expect(stderr).toBe(
    "line 2: is not JSON\nline 3: is not a JSON object: a line is one message\n" +
      "line 5: is longer than 1,048,576 bytes as JSON\n" +
      "line 6: idempotencyKey must be text of 1 to 255 visible ASCII characters\n",
  );
  expect(bodiesOf(await queues.drain(url))).toEqual([first, last].sort());
});
