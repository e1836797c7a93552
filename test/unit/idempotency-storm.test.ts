/**
 * Idempotency keys in a storm: each sent a hundred times at once, then with other contents. By `IDEMPOTENCY_KEYS=1000`
 * there are more of them.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import { type HttpEvent, httpHandler } from "../../functions/http/handler.ts";
import { createIngest } from "../../functions/ingest/single.ts";
import { faultInText, isBlank } from "../../functions/validation/text.ts";
import { type LocalTables, nothingKnown, startTables } from "./fixtures/routing-in-process.ts";

const keys = Number(process.env.IDEMPOTENCY_KEYS ?? 3);
const atOnce = 100;
/** Of two hundred requests on a busy machine, with room. */
const longestOfAKeyMs = 10_000;
const timeout = 60_000 + keys * longestOfAKeyMs;
let tables: LocalTables;
const started: string[] = [];
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const handler = httpHandler(() =>
  createIngest({
    ...tables,
    ...nothingKnown,
    start: async ({ messageId }) => void started.push(messageId),
    deployment: { channels: channelById, missingAccounts: {} },
    prices: {},
    retentionDays: 30,
    now: () => new Date("2030-01-01T00:00:00Z"),
  }),
);
async function post(key: string, body: unknown): Promise<{ status: number | undefined; messageId?: string }> {
  const event = {
    routeKey: "POST /messages",
    headers: { "idempotency-key": key },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: "r", authorizer: { lambda: { client: "shop", scopes: ["send"] } } },
  } as unknown as HttpEvent;
  const { statusCode, body: answer = "{}" } = await handler(event, {} as never);
  return { status: statusCode, messageId: (JSON.parse(answer) as { messageId?: string }).messageId ?? "" };
}
const message = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"] };

it(`${keys} idempotency keys, each sent ${atOnce} times at once, make as many messages`, {
  timeout,
}, async () => {
  for (let key = 0; key < keys; key++) {
    const answers = await Promise.all(Array.from({ length: atOnce }, () => post(`storm-${key}`, message)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1);
  }
  expect(new Set(started).size).toBe(keys);
});

it("the same idempotency key with other content is refused, and starts nothing", { timeout }, async () => {
  await post("taken", message);
  const { length } = started;
  const other = fc
    .record({
      to: fc.constant(message.to),
      body: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }),
      rules: fc.constantFrom(["sms"], ["sms", "whatsApp"], [{ channel: "sms", fallbackAfter: 60 }]),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), {
        maxKeys: 3,
      }),
    })
    .filter(({ body }) => !isBlank(body) && faultInText(body) === undefined && body !== message.body);
  await fc.assert(
    fc.asyncProperty(other, async (content) => {
      expect((await post("taken", content)).status).toBe(422);
    }),
    { numRuns: keys * 10 },
  );
  expect(started).toHaveLength(length);
});
