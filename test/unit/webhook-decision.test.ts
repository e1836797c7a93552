/** What is decided of a webhook delivery, before its call and after it: the rules by examples. */
import { expect, it } from "vitest";
import type { WebhookDelivery } from "../../functions/domain/events/webhook-delivery.ts";
import type { WebhookSubscription } from "../../functions/domain/events/webhook-subscription.ts";
import type { Answer } from "../../functions/events/webhooks/call.ts";
import {
  afterCall,
  afterRefusedClaim,
  afterRefusedOrder,
  beforeCall,
  received,
} from "../../functions/events/webhooks/decision.ts";

const now = new Date("2030-01-02T12:00:00.000Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const hour = 3600;

const order = { messageId: "m", sequence: 2 };
const delivery: WebhookDelivery = {
  client: "shop",
  id: "m/2",
  type: "message.sent",
  payload: "{}",
  order,
  tries: 0,
};
const healthy: WebhookSubscription = { url: "https://shop.example/", secret: "whsec_x", failures: 0 };
const failing = (failures: number, retryIn?: number): WebhookSubscription => ({
  ...healthy,
  failures,
  failingSince: before(60).toISOString(),
  behindUntil: after(24 * hour).toISOString(),
  ...(retryIn === undefined ? {} : { retryAt: after(retryIn).toISOString() }),
});

interface Case {
  what: string;
  subscription?: WebhookSubscription | undefined;
  changes?: Partial<WebhookDelivery>;
  /** How long ago SQS took the delivery. */
  ageSeconds?: number;
  isBehindAnother?: boolean;
}
const receivedIn = ({ changes = {}, ageSeconds = 1, isBehindAnother = false, ...rest }: Case) => {
  const subscription = "subscription" in rest ? rest.subscription : healthy;
  return received({ ...delivery, ...changes }, before(ageSeconds), subscription, isBehindAnother, now);
};

it.each<Case & { decision: object }>([
  {
    what: "without a subscription it is finished",
    subscription: undefined,
    decision: { action: "finish" },
  },
  {
    what: "with a subscription that is off it is finished",
    subscription: { ...healthy, offSince: before(1).toISOString() },
    decision: { action: "finish" },
  },
  {
    what: "with a subscription to other event types it is finished",
    subscription: { ...healthy, events: ["message.read"] },
    decision: { action: "finish" },
  },
  {
    what: "with a healthy receiver it is called",
    decision: { action: "call", subscription: healthy, mustBeAlone: false },
  },
  {
    what: "with a receiver that failed twice it is called",
    subscription: failing(2),
    decision: { action: "call", mustBeAlone: false },
  },
  {
    what: "with a receiver that failed three times, after its pause, it is called if no other calls",
    subscription: failing(3, 0),
    decision: { action: "call", mustBeAlone: true },
  },
  {
    what: "during the pause of a receiver it waits until the pause ends",
    subscription: failing(3, 61.5),
    decision: { action: "wait", seconds: 62, tries: 0 },
  },
  {
    what: "during a long pause it waits as long as SQS delays a message",
    subscription: failing(3, 3 * hour),
    decision: { action: "wait", seconds: 900, tries: 0 },
  },
  {
    what: "during a pause, a second before it has waited 24.5 hours, it waits",
    subscription: failing(3, 60),
    ageSeconds: 24.5 * hour - 1,
    decision: { action: "wait", seconds: 60, tries: 0 },
  },
  {
    what: "during a pause, once it has waited 24.5 hours, it is parked",
    subscription: failing(3, 60),
    ageSeconds: 24.5 * hour,
    decision: { action: "park", reason: "the webhook did not answer for 24 hours" },
  },
])("before the call of a delivery, $what", ({ decision, ...given }) => {
  expect(beforeCall(receivedIn(given), now)).toMatchObject(decision);
  expect(beforeCall(receivedIn(given), now)).not.toHaveProperty("change");
});

it.each<Case & { follows: boolean }>([
  { what: "for a receiver that never failed may overtake others of its message", follows: false },
  {
    what: "for a receiver that failed in the last day must not overtake",
    subscription: failing(1),
    follows: true,
  },
  {
    what: "for a receiver that last failed over a day ago may overtake",
    subscription: { ...healthy, behindUntil: now.toISOString() },
    follows: false,
  },
  {
    what: "with an earlier one in its batch that still waits must not overtake",
    isBehindAnother: true,
    follows: true,
  },
  {
    what: "that has waited must not overtake, even where its subscription was deleted since",
    subscription: undefined,
    changes: { since: before(60).toISOString() },
    follows: true,
  },
  {
    what: "without a sequence (a customer's answer) may overtake",
    subscription: failing(1),
    changes: { order: undefined },
    follows: false,
  },
])("an event $what", ({ follows, ...given }) => {
  expect(receivedIn(given).mustFollow).toEqual(follows ? order : undefined);
});

it("a delivery that is not its message's next looks again after 30 seconds, until it has waited 24.5 hours", () => {
  const waits = { action: "wait", seconds: 30, tries: 0 };
  expect(afterRefusedOrder(receivedIn({ what: "", ageSeconds: 24.5 * hour - 1 }), now)).toEqual(waits);
  expect(afterRefusedOrder(receivedIn({ what: "", ageSeconds: 24.5 * hour }), now)).toMatchObject({
    action: "park",
  });
});

it("a delivery that finds another calling the failing receiver waits for the end of that call", () => {
  expect(afterRefusedClaim(receivedIn({ what: "" }), now)).toEqual({ action: "wait", seconds: 15, tries: 0 });
});

const behind = { behindUntil: after(25 * hour) };
it.each<Case & { answer: Answer | string; subscription?: WebhookSubscription; decision: object }>([
  { what: "200 finishes it", answer: { status: 200 }, decision: { action: "finish" } },
  { what: "299 finishes it", answer: { status: 299 }, decision: { action: "finish" } },
  {
    what: "200 of a receiver that had failed records that it recovered",
    subscription: failing(1),
    answer: { status: 200 },
    decision: { action: "finish", change: { state: "recovered" } },
  },
  {
    what: "410 switches the subscription off",
    answer: { status: 410 },
    decision: { action: "finish", change: { state: "off" } },
  },
  {
    what: "a redirect is a failure",
    answer: { status: 300 },
    decision: { action: "wait", seconds: 5, tries: 1, change: { state: "failing", ...behind } },
  },
  {
    what: "no answer is a failure",
    answer: "TimeoutError",
    decision: { action: "wait", seconds: 5, tries: 1, change: { state: "failing", ...behind } },
  },
  {
    what: "the fourth failure waits 320 seconds",
    answer: { status: 500 },
    changes: { tries: 3 },
    decision: { action: "wait", seconds: 320, tries: 4, change: { state: "failing", ...behind } },
  },
  {
    what: "the fifth failure waits as long as SQS delays a message",
    answer: { status: 500 },
    changes: { tries: 4 },
    decision: { action: "wait", seconds: 900, tries: 5, change: { state: "failing", ...behind } },
  },
  {
    what: "Retry-After of a 503 is waited for",
    answer: { status: 503, retryAfter: "120" },
    decision: { action: "wait", seconds: 120, tries: 1, change: { state: "failing", ...behind } },
  },
  {
    what: "the third failure in a row pauses the receiver for as long as it has been failing",
    subscription: failing(2),
    answer: { status: 500 },
    decision: {
      action: "wait",
      seconds: 5,
      tries: 1,
      change: { state: "failing", retryAt: after(60), ...behind },
    },
  },
  {
    what: "a second before 24 hours it is tried again",
    answer: { status: 500 },
    changes: { tries: 99 },
    ageSeconds: 24 * hour - 1,
    decision: { action: "wait", seconds: 900, tries: 100, change: { state: "failing", ...behind } },
  },
  {
    what: "after 24 hours it is parked",
    answer: { status: 500 },
    changes: { tries: 99 },
    ageSeconds: 24 * hour,
    decision: {
      action: "park",
      reason: "after 100 tries: 500",
      change: { state: "failing", ...behind },
    },
  },
])("after the call of a delivery, $what", ({ decision, answer, subscription = healthy, ...given }) => {
  expect(afterCall(receivedIn({ ...given, subscription }), subscription, answer, now)).toEqual(decision);
});
