/**
 * What a storm does, message by message, all of it from the seed: who sends it and how often, its route, how the phones and
 * providers behave, and which functions die. The same seed and number of messages make the same plan. Pure.
 */
import fc from "fast-check";
import type { Status } from "../../functions/domain/channel.ts";
import { type CatalogueEntry, catalogue, namesOf } from "../../infra/local/carrier/answers/index.ts";
import type { BehaviourChange } from "../../infra/local/carrier/behaviour.ts";
import { type Channel, channels } from "../../infra/local/carrier/sends.ts";
import { hostileContents, oddTexts } from "./hostile.ts";

export type Sender = "http" | "batch" | "queue";

export interface PlannedMessage {
  sender: Sender;
  /** How often it is submitted, all under one Idempotency-Key and most of them at once. */
  copies: number;
  rules: { channel: Channel; fallbackAfter?: number; until?: Status }[];
  /** The customer has no address for it, where another rule is left. */
  without: "fbMessenger" | "appMessaging" | null;
  expiresInSeconds: number | null;
  cancelAfterMs: number | null;
  /** The customer opts out of a channel while the message may be under way; another of its channels is left. */
  optOut: { channel: Channel; afterMs: number } | null;
  /** What each provider and phone makes of it; a channel that is not named behaves. */
  carrier: Partial<Record<Channel, BehaviourChange>>;
  /** The channel's function dies when its provider has the message and it has no answer yet. */
  killOnArrival: Channel | null;
  /** Of the functions, the one that dies just before this message is submitted: a place in their list, which goes round. */
  killBefore: number | null;
  /** How far the clock moves before the next message. */
  pauseMs: number;
  /** Ends the body. */
  text: string;
  /** What another sender puts in front of it, by the same way: a place in the list of hostile contents. */
  hostile: number | null;
}

/** Out of `outOf`, `times` are not null. */
const sometimes = <Value>(times: number, outOf: number, value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: outOf - times, arbitrary: fc.constant(null) }, { weight: times, arbitrary: value });

const always = (change: BehaviourChange) => fc.constant(change);

const entries = new Map(catalogue.map((entry) => [entry.name, entry]));
/** A function tries three times, and the state calls it three times: a fault of more than nine sends ends the hop. */
const mostTries = 12;
/** Of the provider that the local settings name. */
const isUsual = (name: string) => entries.get(name)?.provider === undefined;
const trouble = (channel: Channel): fc.Arbitrary<BehaviourChange> =>
  fc.oneof(
    { weight: 14, arbitrary: always({}) },
    { weight: 2, arbitrary: always({ reads: true }) },
    { weight: 3, arbitrary: always({ registered: false }) },
    {
      weight: 6,
      arbitrary: fc.record({
        answer: fc.constantFrom(...namesOf("sync", channel).filter(isUsual)),
        times: fc.integer({ min: 1, max: mostTries }),
      }),
    },
    { weight: 2, arbitrary: always({ fault: "lost-answer", times: 1 }) },
    {
      weight: 3,
      arbitrary: fc.record({
        laterAnswer: fc.constantFrom(...namesOf("later", channel).filter(isUsual)),
        times: fc.constant(1),
      }),
    },
    { weight: 2, arbitrary: always({ delivers: false }) },
    { weight: 3, arbitrary: fc.integer({ min: 100, max: 90_000 }).map((delayMs) => ({ delayMs })) },
    { weight: 1, arbitrary: always({ window: "closed" }) },
  );
const receipts: fc.Arbitrary<BehaviourChange> = fc.oneof(
  { weight: 7, arbitrary: always({}) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        duplicates: fc.constantFrom(0, 0, 1, 3),
        order: fc.constantFrom("in-order" as const, "reversed" as const),
        beforeAnswer: fc.boolean(),
        afterMs: fc.constantFrom(0, 0, 1000, 30_000),
        lose: fc.constantFrom(0, 0, 0, 1, 2),
      })
      .map((change) => ({ receipts: change })),
  },
);
const behaviour = (channel: Channel) =>
  fc.tuple(trouble(channel), receipts).map(([one, other]): BehaviourChange => ({ ...one, ...other }));

/** What of the catalogue the channel meets. */
export const entryIn = ({ answer, laterAnswer }: BehaviourChange = {}): CatalogueEntry | undefined =>
  entries.get(answer ?? laterAnswer ?? "");
/** Its provider accepts the message and reports later that it failed; or, of Messenger, reports nothing. */
export const failsLater = (change: BehaviourChange = {}): boolean =>
  Boolean(change.laterAnswer) && entryIn(change)?.later?.outcome === "failed";

const untils: Readonly<Record<Channel, Status[]>> = {
  sms: ["sent", "delivered"],
  fbMessenger: ["sent", "delivered", "read"],
  whatsApp: ["sent", "delivered", "read"],
  appMessaging: ["sent", "delivered", "read"],
  nativePush: ["sent", "delivered", "read"],
  email: ["sent", "delivered", "read"],
  rcs: ["sent", "delivered", "read"],
  mms: ["sent", "delivered"],
};
const ruleOf = (channel: Channel) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({ channel }) },
    {
      weight: 3,
      arbitrary: fc.record({
        channel: fc.constant(channel),
        fallbackAfter: fc.integer({ min: 5, max: 300 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        channel: fc.constant(channel),
        fallbackAfter: fc.integer({ min: 5, max: 300 }),
        until: fc.constantFrom(...untils[channel]),
      }),
    },
  );

const message: fc.Arbitrary<PlannedMessage> = fc
  .shuffledSubarray([...channels], { minLength: 1 })
  .chain((route) =>
    fc.record({
      sender: fc.oneof(
        { weight: 5, arbitrary: fc.constant<Sender>("http") },
        { weight: 2, arbitrary: fc.constant<Sender>("batch") },
        { weight: 3, arbitrary: fc.constant<Sender>("queue") },
      ),
      copies: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 2, 4),
      rules: fc.tuple(...route.map(ruleOf)),
      without: sometimes(1, 10, fc.constantFrom("fbMessenger" as const, "appMessaging" as const)),
      expiresInSeconds: sometimes(1, 10, fc.integer({ min: 30, max: 600 })),
      cancelAfterMs: sometimes(1, 20, fc.integer({ min: 0, max: 200_000 })),
      optOut: sometimes(
        1,
        8,
        fc.record({ channel: fc.constantFrom(...route), afterMs: fc.integer({ min: 0, max: 200_000 }) }),
      ),
      carrier: fc
        .tuple(...route.map((channel) => behaviour(channel).map((change) => [channel, change] as const)))
        .map((entries): PlannedMessage["carrier"] =>
          Object.fromEntries(entries.filter(([, change]) => Object.keys(change).length > 0)),
        ),
      killOnArrival: sometimes(1, 300, fc.constantFrom(...route)),
      killBefore: sometimes(1, 300, fc.integer({ min: 0, max: 9_999 })),
      pauseMs: fc.integer({ min: 0, max: 500 }),
      text: fc.constantFrom(...oddTexts),
      hostile: sometimes(1, 12, fc.nat(hostileContents.length - 1)),
    }),
  )
  .map((planned) => {
    const without = planned.rules.some(({ channel }) => channel !== planned.without) ? planned.without : null;
    return { ...planned, without, optOut: optOutOf({ ...planned, without }) };
  });

/** A device has no address that a consent may name. */
function optOutOf({ rules, without, optOut }: PlannedMessage): PlannedMessage["optOut"] {
  const isLeft = rules.some(({ channel }) => channel !== without && channel !== optOut?.channel);
  return isLeft && optOut?.channel !== "appMessaging" ? optOut : null;
}

/** Unbiased: the weights are what they say. */
export const makePlan = (seed: number, messages: number): PlannedMessage[] =>
  fc.sample(fc.noBias(message), { seed, numRuns: messages });

/** An address of its own for every message: what arrives there can be no other. */
export function customerOf(index: number) {
  const number = String(index).padStart(8, "0");
  return {
    phoneNumber: `+4471${number}`,
    fbMessengerId: `storm-${index}`,
    email: `storm-${index}@customers.example`,
    appDevices: [
      { platform: index % 2 === 0 ? ("fcm" as const) : ("apns" as const), token: `storm-${index}` },
    ],
  };
}
export const addressOf = (index: number, channel: Channel): string => {
  const { phoneNumber, fbMessengerId, email } = customerOf(index);
  if (channel === "email") return email;
  return ["sms", "whatsApp", "rcs", "mms"].includes(channel) ? phoneNumber : fbMessengerId;
};
/** The index of the message whose customer has this address. */
export const indexOf = (address: string): number =>
  Number(/\d+$/.exec(address.replace(/^\+4471|@.*$/g, ""))?.[0]);
