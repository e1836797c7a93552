/**
 * Whatever comes in whatever order while routes run (opt-outs by the API and by answers, windows that end, failures, retries,
 * functions that die, receipts): nothing is sent on a channel after an opt-out from it was acknowledged, unless the customer
 * opted in again.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createConsents } from "../../functions/api/consents.ts";
import { channels } from "../../functions/channels/registry.ts";
import type { Hop } from "../../functions/domain/message/message.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { type HttpEvent, httpHandler } from "../../functions/http/handler.ts";
import { createRouting, type LocalTables, type Routing, startTables } from "./fixtures/routing-in-process.ts";

const runs = Number(process.env.CONSENT_RUNS ?? 40);
/** On a busy machine, with room. */
const longestMs = 300_000;
let tables: LocalTables;
let routing: Routing;
beforeAll(async () => {
  tables = await startTables();
  routing = createRouting(tables);
});
afterAll(async () => {
  routing.stop();
  await tables.stop();
});

const order = ["sms", "fbMessenger", "whatsApp"] as const;
type Channel = (typeof order)[number];
const windowSeconds = 60;
const hop = (channel: string): Hop => ({ channel, timeoutSeconds: windowSeconds, until: "delivered" });

type Step =
  | { does: "puts"; channel: Channel | "all"; state: "opted-out" | "opted-in" }
  | { does: "writes"; channel: "sms" | "whatsApp"; text: "STOP" | "START" }
  | { does: "fails"; channel: Channel }
  | { does: "waits" }
  | { does: "dies" }
  | { does: "sends again" };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant("puts" as const),
    channel: fc.constantFrom<Channel | "all">(...order, "all"),
    state: fc.constantFrom("opted-out", "opted-out", "opted-in"),
  }),
  fc.record({
    does: fc.constant("writes" as const),
    channel: fc.constantFrom("sms", "whatsApp"),
    text: fc.constantFrom("STOP", "START"),
  }),
  fc.record({ does: fc.constant("fails" as const), channel: fc.constantFrom(...order) }),
  fc.record({
    does: fc.constantFrom("waits" as const, "waits" as const, "dies" as const, "sends again" as const),
  }),
);

const now = () => new Date(routing.clock.now());
async function put(profileId: string, channel: string, state: string): Promise<number | undefined> {
  const handle = httpHandler(() => createConsents({ ...tables, channels, now }));
  const event = {
    headers: {},
    pathParameters: { profileId, channel },
    body: JSON.stringify({ state }),
    isBase64Encoded: false,
    requestContext: { requestId: "r", http: { method: "PUT" }, authorizer: { lambda: { client: "c1" } } },
  };
  return (await handle(event as unknown as HttpEvent, {} as never)).statusCode;
}

let customers = 0;
async function runStory(rules: readonly Channel[], steps: readonly Step[], namesProfile: boolean) {
  const profileId = `customer-${++customers}`;
  const addresses = { phoneNumber: `+44720${customers}`, fbMessengerId: `id-${customers}` };
  await tables.profiles.replace("c1", profileId, addresses);
  /** Acknowledged: the last word of each channel. */
  const optedOut = new Set<Channel>();
  const sentDespite: string[] = [];
  let seen = 0;
  /** What went out since the last look went out before what comes next is acknowledged. */
  const look = () => {
    for (const { channel } of routing.sends.slice(seen))
      if (optedOut.has(channel as Channel)) sentDespite.push(channel);
    seen = routing.sends.length;
  };
  const say = (channel: Channel | "all", state: string) => {
    for (const one of channel === "all" ? order : [channel])
      if (state === "opted-out") optedOut.add(one);
      else optedOut.delete(one);
  };
  const messages: string[] = [];
  const start = async () => {
    const named = namesProfile ? { profileId } : {};
    seen = 0;
    const { messageId } = await routing.start(rules.map(hop), { addresses, ...named });
    messages.push(messageId);
    look();
  };
  await start();
  for (const [index, one] of steps.entries()) {
    await routing.clock.advance(1000);
    switch (one.does) {
      case "puts":
        expect(await put(profileId, one.channel, one.state)).toBe(200);
        say(one.channel, one.state);
        break;
      case "writes": {
        const content = { id: `${profileId}-${index}`, type: "text", text: one.text };
        const publishedBefore = routing.published.length;
        const { phoneNumber: address } = addresses;
        const at = now().toISOString();
        await routing.receive({ names: "customer", channel: one.channel, address, at, content });
        // Told to the client it is acknowledged; nobody's answer, where no message went to them, it is not.
        if (routing.published.length > publishedBefore)
          say(one.channel, one.text === "STOP" ? "opted-out" : "opted-in");
        break;
      }
      case "fails": {
        const error = { name: "Undeliverable", message: "gone" };
        for (const messageId of messages)
          await routing.receive({
            names: "messageId",
            messageId,
            channel: one.channel,
            status: "failed",
            at: now().toISOString(),
            error,
          });
        break;
      }
      case "dies":
        routing.next("dies");
        break;
      case "sends again":
        await start();
        break;
      case "waits":
        await routing.advance(windowSeconds * 1000);
    }
    await routing.untilIdle();
    look();
  }
  for (let windows = 0; windows <= rules.length && !routing.hasEnded(); windows += 1) {
    await routing.advance((windowSeconds + 30) * 1000);
    look();
  }
  return { sentDespite, messages };
}

it("nothing is sent on a channel after an opt-out from it was acknowledged", {
  timeout: longestMs,
}, async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...order], { minLength: 1 }),
      fc.array(step, { maxLength: 7 }),
      fc.boolean(),
      async (rules, steps, namesProfile) => {
        const { sentDespite, messages } = await runStory(rules, steps, namesProfile);
        expect(sentDespite).toEqual([]);
        for (const messageId of messages) {
          const { channels: traced } = traceOf(await routing.stored(messageId));
          refused += traced.filter(({ error }) => error?.name === "OptedOut").length;
        }
      },
    ),
    { numRuns: runs },
  );
  // The stories come to what they are about.
  expect(refused).toBeGreaterThan(0);
});
