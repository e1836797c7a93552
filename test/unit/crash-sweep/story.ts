/** The stories that are swept: one message each, from its submission to its end. */

import {
  type ChannelError,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
} from "../../../functions/channels/errors.ts";
import type { Status } from "../../../functions/domain/channel.ts";
import type { AttemptError } from "../../../functions/domain/message/message.ts";
import type { MessageStatus } from "../../../functions/domain/outcome/trace.ts";

/** All windows are as long. */
export const windowSeconds = 30;

export interface Provider {
  /** The first so many sends are refused; `answer`: by what of the catalogue. */
  refuses?: { error: () => ChannelError; times: number; answer?: string };
  /** It takes the message, and its answer is lost. */
  losesAnswer?: true;
  /** Receipts that come before its answer. */
  saysBeforeAnswer?: "delivered";
  /** Receipts of a message that was accepted, and when they come. */
  says?: {
    status: "delivered" | "read" | "failed";
    afterMs: number;
    error?: AttemptError;
    answer?: string;
  }[];
}

export interface Story {
  name: string;
  /** The status that it ends with where nothing goes wrong on our side. */
  ends: MessageStatus;
  rules: { channel: string; until?: Status }[];
  /** A channel that is not named takes the message and is silent. */
  providers: Record<string, Provider>;
  /** Not by a single request: by the queue, whose messages die after so many tries, or in a batch. */
  sentBy?: { queue: { tries: number; key?: true } } | "batch";
  withProfile?: true;
  /** Its client lets a customer have this one message. */
  capped?: true;
  /** The channels whose circuit is not closed. */
  circuits?: Record<string, "open" | "to be probed">;
  expiresAfterMs?: number;
  /** Of its `sendAt`: by the queue up to a quarter of an hour, then by a schedule, which is called twice. */
  goesOutAfterMs?: number;
  cancelledAfterMs?: number;
}

const always = 99;
const delivered: Provider = { says: [{ status: "delivered", afterMs: 1000 }] };
const down: Provider = { refuses: { error: () => new ProviderUnavailable("down"), times: always } };
const notThere: Provider = { refuses: { error: () => new NotRegistered("not there"), times: always } };

export const stories: Story[] = [
  {
    name: "an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    withProfile: true,
  },
  {
    name: "not on WhatsApp, then read on Messenger",
    ends: "read",
    rules: [{ channel: "whatsApp" }, { channel: "fbMessenger", until: "read" }],
    providers: {
      whatsApp: notThere,
      fbMessenger: {
        says: [
          { status: "delivered", afterMs: 1000 },
          { status: "read", afterMs: 5000 },
        ],
      },
    },
  },
  {
    name: "a push is sent, which is enough",
    ends: "sent",
    rules: [{ channel: "appMessaging" }, { channel: "sms" }],
    providers: { sms: delivered },
  },
  {
    name: "a push is sent, which is enough, and fails later",
    ends: "failed",
    rules: [{ channel: "appMessaging" }],
    providers: { appMessaging: { says: [{ status: "failed", afterMs: 45_000 }] } },
  },
  {
    name: "a push that the app says it has",
    ends: "delivered",
    rules: [{ channel: "appMessaging", until: "delivered" }, { channel: "sms" }],
    providers: { appMessaging: delivered, sms: delivered },
  },
  {
    name: "a push fails later, then an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "appMessaging", until: "delivered" }, { channel: "sms" }],
    providers: { appMessaging: { says: [{ status: "failed", afterMs: 1000 }] }, sms: delivered },
  },
  {
    name: "silence on Messenger, then an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "fbMessenger" }, { channel: "sms" }],
    providers: { sms: delivered },
  },
  {
    name: "late news of Messenger while WhatsApp waits",
    ends: "delivered",
    rules: [{ channel: "fbMessenger" }, { channel: "whatsApp" }, { channel: "sms" }],
    providers: { fbMessenger: { says: [{ status: "delivered", afterMs: 45_000 }] } },
  },
  {
    name: "no channel takes it",
    ends: "failed",
    rules: [{ channel: "sms" }, { channel: "whatsApp" }],
    providers: {
      sms: notThere,
      whatsApp: { refuses: { error: () => new Rejected("wrong", { code: "100" }), times: always } },
    },
  },
  {
    name: "WhatsApp is throttled for longer than the function waits",
    ends: "delivered",
    rules: [{ channel: "whatsApp" }],
    providers: {
      whatsApp: { ...delivered, refuses: { error: () => new Throttled("slow down"), times: 4 } },
    },
  },
  {
    name: "Messenger takes it and its answer is lost",
    ends: "delivered",
    rules: [{ channel: "fbMessenger" }, { channel: "sms" }],
    providers: { fbMessenger: { ...delivered, losesAnswer: true }, sms: delivered },
  },
  {
    name: "an SMS fails later, then WhatsApp is read",
    ends: "read",
    rules: [{ channel: "sms" }, { channel: "whatsApp", until: "read" }],
    providers: {
      sms: { says: [{ status: "failed", afterMs: 2000 }] },
      whatsApp: {
        says: [
          { status: "read", afterMs: 1000 },
          { status: "delivered", afterMs: 6000 },
        ],
      },
    },
  },
  {
    name: "an SMS arrives, and its receipt before the answer of its provider",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: { saysBeforeAnswer: "delivered" } },
  },
  {
    name: "WhatsApp is known to be down, and an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "whatsApp" }, { channel: "sms" }],
    providers: { whatsApp: down, sms: delivered },
    circuits: { whatsApp: "open" },
  },
  {
    name: "a message finds that Messenger is up again",
    ends: "delivered",
    rules: [{ channel: "fbMessenger" }, { channel: "sms" }],
    providers: { fbMessenger: delivered, sms: delivered },
    circuits: { fbMessenger: "to be probed" },
  },
  {
    name: "a message finds that Messenger is still down, and an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "fbMessenger" }, { channel: "sms" }],
    providers: { fbMessenger: down, sms: delivered },
    circuits: { fbMessenger: "to be probed" },
  },
  {
    name: "cancelled while it waits",
    ends: "cancelled",
    rules: [{ channel: "sms" }, { channel: "whatsApp" }],
    providers: {},
    cancelledAfterMs: 10_000,
  },
  {
    name: "in a batch, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    sentBy: "batch",
    capped: true,
  },
  {
    name: "from the queue, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    sentBy: { queue: { tries: 2 } },
    capped: true,
  },
  {
    name: "from the queue, dead at its first failure and redriven, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    sentBy: { queue: { tries: 1 } },
  },
  {
    name: "from the queue under a key, dead and redriven, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    sentBy: { queue: { tries: 1, key: true } },
    expiresAfterMs: 14 * 60_000,
  },
  {
    name: "to go out in a minute, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    capped: true,
    goesOutAfterMs: 60_000,
  },
  {
    name: "in a batch, to go out later, not on WhatsApp, then an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "whatsApp" }, { channel: "sms" }],
    providers: { whatsApp: notThere, sms: delivered },
    sentBy: "batch",
    goesOutAfterMs: 16 * 60_000,
  },
  {
    name: "to go out later, cancelled before",
    ends: "cancelled",
    rules: [{ channel: "sms" }],
    providers: { sms: delivered },
    goesOutAfterMs: 16 * 60_000,
    cancelledAfterMs: 10_000,
  },
  {
    name: "it expires before its second channel",
    ends: "expired",
    rules: [{ channel: "fbMessenger" }, { channel: "sms" }],
    providers: { sms: delivered },
    expiresAfterMs: 20_000,
  },
];

export const lostAnswer = () => new OutcomeUnknown("no answer");
