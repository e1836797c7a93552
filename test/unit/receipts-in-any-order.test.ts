/** Receipts in every order, number and loss, with windows that end between them: what holds whatever happens. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { statuses } from "../../functions/domain/channel.ts";
import type { Hop } from "../../functions/domain/message/message.ts";
import type { Queued } from "../../functions/domain/message/queued-receipt.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { createRouting, type LocalTables, type Routing, startTables } from "./fixtures/routing-in-process.ts";

/** By `RECEIPTS_MESSAGES=10000` there are more. */
const messages = Number(process.env.RECEIPTS_MESSAGES ?? 1000);
/** Ten messages are on their way at once, each with a clock of its own. */
const atOnce = 10;
/** On a busy machine, with room. */
const longestOfTenMs = 10_000;
let tables: LocalTables;
let routings: Routing[];
beforeAll(async () => {
  tables = await startTables();
  routings = Array.from({ length: atOnce }, () => createRouting(tables));
});
afterAll(async () => {
  for (const routing of routings) routing.stop();
  await tables.stop();
});

const windowSeconds = 60;
const hop = (channel: string): Hop => ({ channel, timeoutSeconds: windowSeconds, until: "delivered" });

const reported = {
  sms: ["delivered", "failed"],
  fbMessenger: ["delivered", "read"],
  whatsApp: ["sent", "delivered", "read", "failed"],
} as const;
type Channel = keyof typeof reported;

interface Step {
  channel: Channel;
  status: "sent" | "delivered" | "read" | "failed";
  /** How often it comes: 0 is lost. */
  copies: number;
  /** A window ends before it. */
  afterTimeout: boolean;
  /** It comes together with the next one. */
  withNext: boolean;
}

const step: fc.Arbitrary<Step> = fc.constantFrom<Channel>("sms", "fbMessenger", "whatsApp").chain((channel) =>
  fc.record({
    channel: fc.constant(channel),
    status: fc.constantFrom(...reported[channel]),
    copies: fc.constantFrom(0, 1, 1, 1, 2, 3),
    afterTimeout: fc.boolean(),
    withNext: fc.boolean(),
  }),
);
const scenario = fc.record({
  order: fc.shuffledSubarray<Channel>(["sms", "fbMessenger", "whatsApp"], { minLength: 1 }),
  steps: fc.array(step, { maxLength: 5 }),
});

type Started = Awaited<ReturnType<Routing["start"]>>;

function receiptOf(
  { channel, status }: Step,
  { clock, sends }: Routing,
  message: Started,
): Queued | undefined {
  const send = sends.find((one) => one.channel === channel);
  if (send === undefined) return undefined;
  const at = new Date(clock.now()).toISOString();
  const error = { name: "Undeliverable", message: "no" };
  const update = { channel, status, at, ...(status === "failed" ? { error } : {}) };
  const { providerMessageId } = send;
  if (channel === "whatsApp")
    return { names: "messageId", messageId: message.messageId, providerMessageId, ...update };
  if (channel === "sms")
    return {
      names: "address",
      address: message.customer.phoneNumber,
      sentAt: send.at,
      providerMessageId,
      ...update,
    };
  const address = message.customer.fbMessengerId;
  return { names: "watermark", address, watermark: send.at, providerMessageIds: [], ...update };
}

async function run(routing: Routing, { order, steps }: { order: Channel[]; steps: Step[] }): Promise<void> {
  const message = await routing.start(order.map(hop));
  const received: Step[] = [];
  let sentWhenReached: number | undefined;
  let together: Queued[] = [];
  const receiveTogether = async () => {
    const found = await Promise.all(together.map((item) => routing.receive(item)));
    expect(found).not.toContain(false);
    together = [];
    await routing.untilIdle();
    if (received.some(({ status }) => status === "delivered" || status === "read"))
      sentWhenReached ??= routing.sends.length;
  };
  for (const one of steps) {
    if (one.afterTimeout && together.length === 0) await routing.advance(windowSeconds * 1000);
    const receipt = one.copies > 0 ? receiptOf(one, routing, message) : undefined;
    if (receipt !== undefined) {
      received.push(one);
      for (let copy = 0; copy < one.copies; copy++) together.push(receipt);
    }
    if (!one.withNext) await receiveTogether();
  }
  await receiveTogether();
  for (let windows = 0; windows < order.length && !routing.hasEnded(); windows++)
    await routing.advance(windowSeconds * 1000);

  expect(routing.hasEnded()).toBe(true);
  const sentTo = routing.sends.map(({ channel }) => channel);
  expect(sentTo).toEqual(order.slice(0, sentTo.length));
  if (sentWhenReached !== undefined) expect(sentTo).toHaveLength(sentWhenReached);
  const furthest = Math.max(-1, ...received.map(({ status }) => statuses.indexOf(status as "sent")));
  const trace = traceOf(await routing.stored(message.messageId));
  expect(trace.status).toBe(furthest >= statuses.indexOf("delivered") ? statuses[furthest] : "failed");
  for (const { events = [] } of trace.channels) {
    const times = events.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  }
}

it(
  "receipts in any order end the execution with the furthest status, one copy a channel, and no channel after the one that reached the customer",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scenario, { minLength: atOnce, maxLength: atOnce }), async (scenarios) => {
        await Promise.all(
          scenarios.map((one, index) => {
            const routing = routings[index];
            return routing && run(routing, one);
          }),
        );
      }),
      { numRuns: messages / atOnce },
    );
  },
  60_000 + (messages / atOnce) * longestOfTenMs,
);
