/** What stands before each handler: the key's scope and its rate limit, on the real counters table. */
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Caller, clientName, clientNameRule, scopes } from "../../functions/http/caller.ts";
import { type Guard, guarded } from "../../functions/http/guard.ts";
import { type HttpEvent, json } from "../../functions/http/handler.ts";
import { countItems } from "../../functions/http/items.ts";
import type { Problem } from "../../functions/http/problem.ts";
import { type CountersTable, createCountersTable } from "../../functions/storage/counters-table.ts";
import * as command from "../../infra/commands/keys/api-keys.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

let dynamoDb: LocalDynamoDbTables;
let counters: CountersTable;
const start = Date.parse("2030-01-01T00:00:00.000Z");
let nowMs = start;

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb({ counters: ["counter"] });
  counters = createCountersTable(dynamoDb.client, "counters");
});
afterAll(() => dynamoDb.stop());

let keys = 0;
const newCaller = (changes: Partial<Caller> = {}): Caller => ({
  client: "shop",
  keyId: `key${++keys}`,
  scopes: ["send"],
  ...changes,
});

async function request(
  caller: Caller,
  { scope = "send", weight, body }: Partial<Guard> & { body?: string } = {},
): Promise<number | Problem> {
  const handle = guarded({ scope, ...(weight ? { weight } : {}) }, async () => json(200, {}), {
    counters: () => counters,
    now: () => new Date(nowMs),
  });
  const event = {
    headers: {},
    requestContext: { authorizer: { lambda: caller } },
    body,
  } as unknown as HttpEvent;
  return handle(event, {} as Context).then(
    ({ statusCode }) => statusCode ?? 0,
    (problem: Problem) => problem,
  );
}
const refused = (seconds: number) => ({ status: 429, headers: { "retry-after": String(seconds) } });

describe("the scope", () => {
  it.each(scopes)("%s lets its key in, and the lack of it is named", async (scope) => {
    expect(await request(newCaller({ scopes: [scope] }), { scope })).toBe(200);
    const others = scopes.filter((other) => other !== scope);
    expect(await request(newCaller({ scopes: others }), { scope })).toMatchObject({
      status: 403,
      message: `the API key lacks the scope ${scope}`,
      errors: [{ code: "scope_missing", message: expect.stringContaining(others.join(", ")) }],
    });
  });

  it("the scopes and the names of clients are those that `npm run keys` gives", () => {
    expect(scopes).toEqual(command.scopes);
    expect([clientName, clientNameRule]).toEqual([command.clientName, command.clientNameRule]);
  });
});

describe("the rate limit of a key", () => {
  it("a key without a rate limit costs no write", async () => {
    const untouched = vi.fn();
    const handle = guarded({ scope: "send" }, async () => json(200, {}), {
      counters: untouched,
      now: () => new Date(nowMs),
    });
    const event = { requestContext: { authorizer: { lambda: newCaller() } } } as unknown as HttpEvent;
    expect(await handle(event, {} as Context)).toMatchObject({ statusCode: 200 });
    expect(untouched).not.toHaveBeenCalled();
  });

  it("a key may make a second's worth of requests at once, then as many as its rate, and its refusal says when to try again", async () => {
    const caller = newCaller({ rateLimit: 5 });
    for (let n = 0; n < 5; n++) expect(await request(caller)).toBe(200);
    expect(await request(caller)).toMatchObject({
      ...refused(1),
      message: "the API key may make 5 requests per second",
    });
    nowMs += 199;
    expect(await request(caller)).toMatchObject(refused(1));
    nowMs += 1;
    expect(await request(caller)).toBe(200);
    expect(await request(caller)).toMatchObject(refused(1));
    nowMs += 1000;
    for (let n = 0; n < 5; n++) expect(await request(caller)).toBe(200);
    expect(await request(caller)).toMatchObject(refused(1));
  });

  it("simultaneous requests get no more through", async () => {
    const caller = newCaller({ rateLimit: 5 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => request(caller)));
    expect(answers.filter((answer) => answer === 200)).toHaveLength(5);
  });

  it("each key has its own rate limit", async () => {
    const [one, other] = [newCaller({ rateLimit: 1 }), newCaller({ rateLimit: 1 })];
    expect(await request(one)).toBe(200);
    expect(await request(one)).toMatchObject(refused(1));
    expect(await request(other)).toBe(200);
  });

  it("a batch counts for all of its items, and must be paid off before the next request", async () => {
    const caller = newCaller({ rateLimit: 5 });
    const batch = { weight: countItems(5000), body: JSON.stringify(Array.from({ length: 100 }, () => 1)) };
    expect(await request(caller, batch)).toBe(200);
    // 20 seconds' worth: one request has room when all but its own fifth of a second is left.
    expect(await request(caller)).toMatchObject(refused(20));
    expect(await request(caller, batch)).toMatchObject(refused(20));
    nowMs += 19_199;
    expect(await request(caller)).toMatchObject(refused(1));
    nowMs += 1;
    expect(await request(caller)).toBe(200);
  });

  it("a rate limit that cannot be read stops nobody, and is logged", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const handle = guarded({ scope: "send" }, async () => json(200, {}), {
      counters: () => ({ fill: () => Promise.reject(new Error("down")) }),
      now: () => new Date(nowMs),
    });
    const caller = newCaller({ rateLimit: 1 });
    const event = { requestContext: { authorizer: { lambda: caller } } } as unknown as HttpEvent;
    expect(await handle(event, {} as Context)).toMatchObject({ statusCode: 200 });
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ text: "a key's rate limit could not be read" }),
    );
    error.mockRestore();
  });
});

it.each([
  ["[1, 2, 3]", 3],
  ["[]", 1],
  ["{}", 1],
  ["no JSON", 1],
  [JSON.stringify(Array.from({ length: 6000 }, () => 1)), 5000],
])("a batch with the body %.20s counts as %i requests", (body, count) => {
  expect(countItems(5000)({ headers: {}, body } as HttpEvent)).toBe(count);
});
