/**
 * A message as it is stored: one item with what to send, the route, and the attempts by channel. Its status and its trace are
 * derived from it (`outcome/trace.ts`), never stored beside it. The schema reads items of this version and of earlier ones:
 * fields that it does not know are ignored.
 */
import * as v from "valibot";
import { type Addresses, categories, forms, statuses } from "../channel.ts";
import { messageQuietHours, quietNow, quietWait } from "../customer/quiet-hours.ts";
import { carries } from "../route/rich-content.ts";

/** Why a channel of the rules is not on the route. */
export const skipCodes = [
  "unknown_channel",
  "no_account",
  "no_address",
  "opted_out",
  "no_opt_in",
  "quiet_hours",
  "window_closed",
  "cannot_carry",
  "sms_limit",
  "no_price",
  "max_cost",
  // Of a scheduled message whose time came.
  "over_budget",
  "capped",
  "refused",
] as const;
const skip = v.object({
  code: v.picklist(skipCodes),
  /** For people, with figures. */
  reason: v.string(),
});
export type Skip = v.InferOutput<typeof skip>;

export const purposes = ["cost", "engagement"] as const;
export type Purpose = (typeof purposes)[number];

/** Why a hop has its place on the route, with the numbers. */
const orderReason = v.object({
  prefer: v.picklist(purposes),
  /** No attempt is known on any channel of the route: the chances are assumed. */
  nothingKnown: v.exactOptional(v.literal(true)),
  /** The chance that the rule's status is reached (cost), or that the message is read (engagement). */
  chance: v.exactOptional(v.number()),
  /** For cost: US dollars, the expected cost of an attempt divided by its chance; absent where the channel has no price. */
  costToReach: v.exactOptional(v.string()),
  /** For engagement: the channel reports no reads. */
  readsAreNotTold: v.exactOptional(v.literal(true)),
  /** For engagement: the typical time to read. */
  secondsToRead: v.exactOptional(v.number()),
  /** The number of attempts that this rests on: the customer's own, and everyone's in their country. */
  tries: v.exactOptional(v.object({ own: v.number(), everyone: v.number() })),
});
export type OrderReason = v.InferOutput<typeof orderReason>;

/** How an `auto` window was chosen. */
const windowFit = v.object({
  /**
   * 95 % of the receipts came within this time; absent where there are too few receipts, so that the channel's own window holds.
   */
  within95Seconds: v.exactOptional(v.number()),
  receipts: v.number(),
  /** Seconds: the shortest and the longest window that the channel's own window allows. */
  bounds: v.tuple([v.number(), v.number()]),
});
export type WindowFit = v.InferOutput<typeof windowFit>;

const hop = v.object({
  channel: v.string(),
  timeoutSeconds: v.number(),
  until: v.picklist(statuses),
  /** The form that goes out first, and why; only where the message has a template. */
  form: v.exactOptional(v.picklist(forms)),
  formReason: v.exactOptional(v.string()),
  /** How the channel carries the media and buttons of the request, if it has any. */
  carries: v.exactOptional(carries),
  /** The customer opted out of the channel, but messages of this category may go nevertheless. */
  despiteOptOut: v.exactOptional(v.string()),
  /** The channel was in quiet hours when the message was accepted. */
  quietHours: v.exactOptional(quietNow),
  /** US dollars by the price table, decimal text; absent where the table has no price. */
  estimatedCost: v.exactOptional(v.string()),
  /** US dollars: more it may not cost, as the message's `maxCost` has it. */
  mostCost: v.exactOptional(v.string()),
  /** The provider bills nothing before this status. */
  billedWhen: v.exactOptional(v.literal("delivered")),
  /** Where the rules prefer something: the chance that the hop reaches the customer, and what it is expected to cost. */
  chance: v.exactOptional(v.number()),
  expectedCost: v.exactOptional(v.string()),
  why: v.exactOptional(orderReason),
  fit: v.exactOptional(windowFit),
});
export type Hop = v.InferOutput<typeof hop>;

/**
 * What an error is about. `customer` is their address, device or thread; `identity` is what we send as: a phone number, a page, a
 * platform application. Only `identity`, `account` and `provider` may open a circuit; only `customer` counts in what is known
 * about the customer.
 */
export const subjects = ["request", "template", "customer", "identity", "account", "provider"] as const;
export type Subject = (typeof subjects)[number];

export const attemptError = v.object({
  name: v.string(),
  code: v.optional(v.string()),
  message: v.string(),
  /** Absent where the error is not a provider's, and in messages of versions before 0.2. */
  speaksOf: v.optional(v.picklist(subjects)),
  /** The identity that it is about. */
  identity: v.optional(v.string()),
});
export type AttemptError = v.InferOutput<typeof attemptError>;

/** Names and codes: texts may quote the customer. */
const refusal = v.object({ provider: v.string(), name: v.string(), code: v.exactOptional(v.string()) });
export type Refusal = v.InferOutput<typeof refusal>;

const cost = v.object({
  /** US dollars, decimal text. */
  usd: v.string(),
  source: v.picklist(["provider", "priceTable"]),
});
export type Cost = v.InferOutput<typeof cost>;

/** Times are ISO 8601. An empty attempt has not been made yet. */
const attempt = v.object({
  claimedAt: v.exactOptional(v.string()),
  /** The token of the waiting task: the newest, where a retry adopted the attempt. */
  taskToken: v.exactOptional(v.string()),
  sentAt: v.exactOptional(v.string()),
  providerMessageIds: v.exactOptional(v.array(v.string())),
  /** Of several: the one that took it, and those that refused it. */
  provider: v.exactOptional(v.string()),
  refusals: v.exactOptional(v.array(refusal)),
  deliveredAt: v.exactOptional(v.string()),
  /** How far a delivered SMS is known to have come: not every carrier gets a report from the phone. */
  deliveredTo: v.exactOptional(v.picklist(["carrier", "phone"])),
  readAt: v.exactOptional(v.string()),
  /** The provider refused it. */
  failedAt: v.exactOptional(v.string()),
  /** The request went out and no answer came. */
  unknownAt: v.exactOptional(v.string()),
  /**
   * The provider's id of the free text that it accepted and then refused, because its window was closed: the template is next.
   */
  refusedTextId: v.exactOptional(v.string()),
  /** Of several devices, those whose copy failed; the attempt fails with the last one. */
  failedIds: v.exactOptional(v.set(v.string())),
  /** The route moved on from this channel. */
  endedAt: v.exactOptional(v.string()),
  /** When the first receipt came after that. */
  lateAt: v.exactOptional(v.string()),
  /** Its `sent` had ended the message, and it failed after all: the rest of the route was resumed then, if there was any. */
  resumedAt: v.exactOptional(v.string()),
  /** When its `sent` had ended the message. */
  reachedAt: v.exactOptional(v.string()),
  error: v.exactOptional(attemptError),
  /** Its turn came in quiet hours: the last wait for their end. */
  waited: v.exactOptional(quietWait),
  /** Its turn came, and it was skipped. */
  skipped: v.exactOptional(skip),
  /** As a receipt reported it; absent: the hop's estimate holds. */
  cost: v.exactOptional(cost),
});
export type Attempt = v.InferOutput<typeof attempt>;

const devices = v.array(v.object({ platform: v.picklist(["fcm", "apns"]), token: v.string() }));

const addresses: v.GenericSchema<unknown, Addresses> = v.objectWithRest(
  {
    phoneNumber: v.exactOptional(v.string()),
    fbMessengerId: v.exactOptional(v.string()),
    appDevices: v.exactOptional(devices),
  },
  v.union([v.string(), devices]),
);

export const storedMessage = v.object({
  messageId: v.string(),
  client: v.string(),
  createdAt: v.string(),
  /** Keyed hash of the request: the same idempotency key with other content is refused. Absent once it is redacted. */
  fingerprint: v.exactOptional(v.string()),
  addresses,
  profileId: v.exactOptional(v.string()),
  /** The sender's own number for it. */
  reference: v.exactOptional(v.string()),
  /** Of a test key: by channel, the number of the test address (test-addresses.ts) that answers in place of the provider. */
  test: v.exactOptional(v.record(v.string(), v.string())),
  /** The message that it repeats. */
  resendOf: v.exactOptional(v.string()),
  /** The country of the customer's phone number, ISO 3166-1 alpha-2: prices and habits depend on it. */
  country: v.exactOptional(v.string()),
  /** US dollars that the client's budget reserves for it, decimal text; absent: the client has no budget. */
  reserved: v.exactOptional(v.string()),
  /** ISO 8601: when, of a scheduled message; absent: when it was accepted. */
  reservedAt: v.exactOptional(v.string()),
  /** It goes only by channels for which its customer opted in. */
  requireOptIn: v.exactOptional(v.boolean()),
  /** When its customer gets no messages; absent: never. */
  quietHours: v.exactOptional(messageQuietHours),
  /** What it is for; absent: transactional. */
  category: v.exactOptional(v.picklist(categories)),
  title: v.exactOptional(v.string()),
  body: v.exactOptional(v.string()),
  customBody: v.exactOptional(v.record(v.string(), v.string())),
  channelOptions: v.exactOptional(v.record(v.string(), v.record(v.string(), v.unknown()))),
  metadata: v.exactOptional(v.record(v.string(), v.unknown())),
  /** The names of merge fields that had neither a value nor a default. */
  emptyFields: v.exactOptional(v.array(v.string())),
  /** The channels in the order of the rules, or in the order that their `prefer` chose. */
  rules: v.array(v.string()),
  route: v.array(hop),
  /** By channel. */
  skipped: v.record(v.string(), skip),
  /** By channel. */
  attempts: v.record(v.string(), attempt),
  /** ISO 8601, in whole seconds; before it no channel is tried. Absent: it was to go out at once. */
  sendAt: v.exactOptional(v.string()),
  /**
   * The request as JSON, without `sendAt`, from which the message is planned again when its time comes: it has it until then, or
   * for ever where it ended without having been tried.
   */
  request: v.exactOptional(v.string()),
  /** ISO 8601; after it no channel is tried. */
  expiresOn: v.exactOptional(v.string()),
  /** Set once: nothing is tried after it. */
  finishedAt: v.exactOptional(v.string()),
  outcome: v.exactOptional(v.picklist(["reached", "undeliverable", "expired", "cancelled", "resolved"])),
  /**
   * Its reference was resolved after a channel's `sent` had ended it: a later failure of that channel does not resume the route.
   */
  resolvedAt: v.exactOptional(v.string()),
  /** Why it was resolved, as the sender gave it. */
  reason: v.exactOptional(v.string()),
  /** When its personal data was removed (`redaction.ts`). */
  redactedAt: v.exactOptional(v.string()),
  /** Unix seconds: DynamoDB deletes the item some time after. */
  ttl: v.number(),
});
export type Message = v.InferOutput<typeof storedMessage>;

/** A scheduled message whose time has not come, or which nobody has started since. It has no execution. */
export type WaitingMessage = Message & Required<Pick<Message, "request" | "sendAt">>;
export const isWaiting = (message: Message): message is WaitingMessage =>
  message.request !== undefined && message.sendAt !== undefined && message.finishedAt === undefined;
