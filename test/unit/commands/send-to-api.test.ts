/** `npm run send` as a process, to the API. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { accepted, startApi } from "./api-server.ts";
import { messageLines, run, temporaryFile } from "./command.ts";

const environment = { API_KEY: "key" };
const numbered = (count: number) => temporaryFile("messages.ndjson", messageLines(count).join("\n"));
const readLines = (path: string): unknown[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

it("a batch is one array a request, with the idempotency key beside each message", async () => {
  const api = await startApi(({ items }) => accepted(items));
  const { status, stdout, stderr } = await run("send", [numbered(1_200), "--api", `${api.url}/`], {
    environment,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe("1,200 read, 1,200 accepted, 0 refused, 0 bad, 0 skipped, sent before\n");
  expect(api.requests.map(({ items }) => items.length).sort()).toEqual([200, 500, 500]);
  expect(new Set(api.requests.map(({ path }) => path))).toEqual(new Set(["/messages/batch"]));
  expect(new Set(api.requests.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer key"]));
  const items = api.requests.flatMap((request) => request.items);
  expect(new Set(items.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1_200);
  expect(items.map(({ idempotencyKey, ...message }) => JSON.stringify(message)).sort()).toEqual(
    messageLines(1_200).sort(),
  );
});

it("messages that the API refuses are kept with their errors, and the corrected file can be sent", async () => {
  const errors = [{ path: "to.phoneNumber", code: "phone", message: "is no phone number" }];
  const api = await startApi(({ items }) => ({
    status: 202,
    body: {
      results: items.map(({ to }, index) =>
        JSON.stringify(to).includes('447121"') ? { index, status: 400, errors } : { index, status: 201 },
      ),
    },
  }));
  const file = numbered(3);
  const refused = await run("send", [file, "--api", api.url], { environment });
  expect(refused).toMatchObject({ status: 1, stderr: "line 2: to.phoneNumber is no phone number\n" });
  expect(refused.stdout).toContain("3 read, 2 accepted, 1 refused, 0 bad");
  const failures = `${file}.failed.ndjson`;
  const [failure] = readLines(failures) as [{ idempotencyKey: string }];
  expect(failure).toEqual({
    to: { phoneNumber: "447121" },
    body: "Hello",
    rules: ["sms"],
    idempotencyKey: expect.any(String),
    _error: { line: 2, errors },
  });

  // A run that does not come to the first message leaves the file as it is.
  await run("send", [file, "--api", "http://127.0.0.1:1"], { environment });
  expect(readLines(failures)).toEqual([failure]);

  const corrected = temporaryFile(
    "corrected.ndjson",
    JSON.stringify({ ...failure, to: { phoneNumber: "447129" } }),
  );
  const again = await run("send", [corrected, "--api", api.url], { environment });
  expect(again.status).toBe(0);
  expect(api.requests.at(-1)?.items).toEqual([
    { to: { phoneNumber: "447129" }, body: "Hello", rules: ["sms"], idempotencyKey: failure.idempotencyKey },
  ]);
});

it("items that the API had no capacity for, and requests without an answer, are tried again", async () => {
  const answers = [
    { status: 503, headers: { "retry-after": "0" } },
    {
      status: 202,
      body: {
        results: [
          { index: 0, status: 201 },
          { index: 1, status: 429 },
          { index: 2, status: 500 },
          // Nothing about the last.
        ],
      },
    },
  ];
  const api = await startApi(({ items }) => answers.shift() ?? accepted(items));
  const { status, stdout } = await run("send", [numbered(4), "--api", api.url], { environment });
  expect(status).toBe(0);
  expect(stdout).toContain("4 accepted");
  expect(api.requests.map(({ items }) => items.length)).toEqual([4, 4, 3]);
  expect(api.requests[2]?.items).toEqual(api.requests[1]?.items.slice(1));
});

it("a request that is too large is halved", async () => {
  const api = await startApi(({ items }) => (items.length > 2 ? { status: 413 } : accepted(items)));
  const { status } = await run("send", [numbered(7), "--api", api.url], { environment });
  expect(status).toBe(0);
  const taken = api.requests.filter(({ items }) => items.length <= 2).flatMap(({ items }) => items);
  expect(taken.map(({ to }) => to)).toEqual(messageLines(7).map((line) => JSON.parse(line).to));
});

it("a run stops where no request can succeed, and continues from there", async () => {
  const statuses = [202, 401];
  const api = await startApi(({ items }) => (statuses.shift() === 401 ? { status: 401 } : accepted(items)));
  const file = numbered(1_200);
  const stopped = await run("send", [file, "--api", api.url, "--concurrency", "1"], { environment });
  expect(stopped.status).toBe(1);
  expect(stopped.stdout).toContain("500 accepted");
  expect(stopped.stderr).toContain(`To go on: npm run send -- ${file}`);
  expect(stopped.stderr).toContain(
    "responds with 401: API_KEY must hold a key of this API with the scope send",
  );
  expect(existsSync(`${file}.failed.ndjson`)).toBe(false);

  const other = await run("send", [file, "--api", "http://127.0.0.1:1"], { environment });
  expect(other).toMatchObject({ status: 1, stdout: "" });
  expect(other.stderr).toContain(`${file}.sent belongs to a run with another destination`);

  const resumed = await run("send", [file, "--api", api.url], { environment });
  expect(resumed.stdout).toBe("1,200 read, 700 accepted, 0 refused, 0 bad, 500 skipped, sent before\n");
  expect(resumed.status).toBe(0);
});

it.each([
  [404, "check --api: it must be the URL before /messages/batch"],
  [403, "API_KEY must hold a key of this API with the scope send"],
  [301, "it does not accept these requests"],
])("the status %i is explained, and nothing more is sent", async (status, remedy) => {
  const api = await startApi(() => ({ status, headers: { location: "https://example.com" } }));
  const file = numbered(3);
  const ended = await run("send", [file, "--api", api.url], { environment });
  expect(ended).toMatchObject({ status: 1, stdout: "" });
  expect(ended.stderr).toBe(`${api.url}/messages/batch responds with ${status}: ${remedy}\n`);
  expect(api.requests).toHaveLength(1);
  expect(existsSync(`${file}.sent`)).toBe(false);
});

it("the API's own words are shown where it refuses a request", async () => {
  const api = await startApi(() => ({ status: 400, body: { title: "the request's body is not an array" } }));
  const { status, stderr } = await run("send", [numbered(1), "--api", api.url], { environment });
  expect(status).toBe(1);
  expect(stderr).toContain(
    "responds with 400 (the request's body is not an array): it does not accept these requests",
  );
});

it("an answer that is not from this API is reported", async () => {
  const api = await startApi(() => ({ status: 200, body: "hello" }));
  const { status, stderr } = await run("send", [numbered(1), "--api", api.url], { environment });
  expect(status).toBe(1);
  expect(stderr).toContain("responds with 200 and without results: is it this product's API?");
});
