/**
 * The responses of the console's server (server.ts) to its page (page/). Loose where the service or the carrier may add
 * fields: the page shows those it knows.
 */
import * as v from "valibot";

export const channel = v.object({
  id: v.string(),
  name: v.string(),
  /** The field of `to` that holds the customer's address. */
  address: v.string(),
  windowSeconds: v.number(),
  reports: v.array(v.string()),
});
export type Channel = v.InferOutput<typeof channel>;

export const system = v.object({
  /** One for each channel that a route may begin with. */
  stateMachines: v.array(v.object({ name: v.string(), arn: v.string(), definition: v.string() })),
  channels: v.array(channel),
});
export type System = v.InferOutput<typeof system>;

const executionEntries = {
  executionArn: v.string(),
  name: v.string(),
  status: v.picklist(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  /** Seconds since the epoch, as in AWS's API. */
  startDate: v.number(),
  stopDate: v.optional(v.number()),
};
export type ExecutionStatus = Execution["status"];

export const historyEvent = v.looseObject({
  id: v.number(),
  previousEventId: v.number(),
  timestamp: v.number(),
  type: v.string(),
});
export type HistoryEvent = v.InferOutput<typeof historyEvent>;

export const execution = v.object({
  ...executionEntries,
  stateMachineArn: v.string(),
  input: v.string(),
  output: v.optional(v.string()),
  error: v.optional(v.string()),
  cause: v.optional(v.string()),
  events: v.array(historyEvent),
});
export type Execution = v.InferOutput<typeof execution>;

export const traceEvent = v.looseObject({
  status: v.string(),
  at: v.string(),
  detail: v.optional(v.string()),
  /** Of `waiting`. */
  until: v.optional(v.string()),
  timeZone: v.optional(v.string()),
});
export const channelTrace = v.looseObject({
  channel: v.string(),
  outcome: v.string(),
  reason: v.optional(v.string()),
  providerMessageId: v.optional(v.string()),
  error: v.optional(
    v.looseObject({ name: v.string(), code: v.optional(v.string()), message: v.optional(v.string()) }),
  ),
  events: v.optional(v.array(traceEvent)),
  late: v.optional(v.boolean()),
  cost: v.optional(v.looseObject({ usd: v.string(), source: v.string() })),
});
export type ChannelTrace = v.InferOutput<typeof channelTrace>;

export const trace = v.looseObject({
  messageId: v.string(),
  status: v.string(),
  /** Of a test key: it reached no provider. */
  test: v.optional(v.literal(true)),
  createdAt: v.string(),
  finishedAt: v.optional(v.string()),
  /** No channel is tried before then. */
  sendAt: v.optional(v.string()),
  expiresOn: v.optional(v.string()),
  reference: v.optional(v.string()),
  cost: v.optional(v.looseObject({ usd: v.string() })),
  saved: v.optional(v.looseObject({ usd: v.string(), against: v.string() })),
  channels: v.array(channelTrace),
  possibleDuplicate: v.optional(v.boolean()),
});
export type Trace = v.InferOutput<typeof trace>;

/** A message in the list. */
export const messageRow = v.object({
  messageId: v.string(),
  createdAt: v.string(),
  finishedAt: v.optional(v.string()),
  status: v.string(),
  /** Of a test key: it reached no provider. */
  test: v.optional(v.literal(true)),
  /** The profile, or an address. */
  who: v.string(),
  /** The beginning of its text; absent once it is redacted. */
  text: v.optional(v.string()),
  channels: v.array(v.object({ channel: v.string(), outcome: v.string() })),
  saved: v.optional(v.string()),
});
export type MessageRow = v.InferOutput<typeof messageRow>;

export const messagePage = v.object({
  /** Newest first. */
  messages: v.array(messageRow),
  /** The next page begins after this message; absent on the last page. */
  next: v.optional(v.string()),
  /** Over all matching messages, not only this page; but for their number without tests. */
  totals: v.object({
    messages: v.number(),
    ended: v.number(),
    reached: v.number(),
    /** Reached by another channel than the first that was tried. */
    fellBack: v.number(),
    /** US dollars, as decimal text. */
    saved: v.string(),
  }),
});
export type MessagePage = v.InferOutput<typeof messagePage>;

/** An event of a message: published to the topic, and delivered to its client's webhook, if there is one. */
export const publishedEvent = v.object({
  id: v.string(),
  type: v.string(),
  time: v.string(),
  event: v.unknown(),
  webhook: v.optional(
    v.object({
      state: v.picklist(["queued", "waits", "delivered", "parked"]),
      /** How many calls failed. */
      failures: v.number(),
    }),
  ),
});
export type PublishedEvent = v.InferOutput<typeof publishedEvent>;

/** All about one message. */
export const record = v.object({
  trace,
  who: v.string(),
  title: v.optional(v.string()),
  /** In the order of the rules; the skipped ones have no window. */
  channels: v.array(
    v.object({
      channel: v.string(),
      address: v.optional(v.string()),
      text: v.optional(v.string()),
      template: v.optional(v.string()),
      windowSeconds: v.optional(v.number()),
      estimatedCost: v.optional(v.string()),
    }),
  ),
  /** The names of its executions: a resumed route has a further one. */
  executions: v.array(v.string()),
  events: v.array(publishedEvent),
});
export type MessageRecord = v.InferOutput<typeof record>;

export const plan = v.looseObject({
  hops: v.array(
    v.looseObject({
      channel: v.string(),
      timeoutSeconds: v.number(),
      until: v.string(),
      sms: v.optional(v.looseObject({ parts: v.number(), encoding: v.string() })),
      estimatedCost: v.optional(v.string()),
      /** It is in quiet hours as of now. */
      quietHours: v.optional(v.looseObject({ reason: v.string() })),
    }),
  ),
  skipped: v.array(v.looseObject({ channel: v.string(), reason: v.string() })),
  /** For a message that is scheduled, ISO 8601. */
  sendAt: v.optional(v.string()),
});
export type Plan = v.InferOutput<typeof plan>;

/** What became of one message to each simulated customer, by an order of channels. */
export const orderResult = v.object({
  /** Channel ids, best first. */
  order: v.array(v.string()),
  customers: v.number(),
  reached: v.number(),
  /** Who read it, wherever. */
  readers: v.number(),
  /** Of each customer who was reached, ascending. */
  reachedAfterSeconds: v.array(v.number()),
  reachedBy: v.array(v.object({ channel: v.string(), customers: v.number() })),
  /** US dollars, as decimal text: in all, and of one message. */
  usd: v.string(),
  usdPerMessage: v.string(),
  /** Against sending each message by the dearest channel of its route. */
  savedUsd: v.string(),
  /** How many copies are left out of the cost, because the price table has no price for them. */
  unpriced: v.number(),
});
export type OrderResult = v.InferOutput<typeof orderResult>;
/** In the order in which they were asked for. */
export const comparison = v.array(orderResult);

export const accepted = v.looseObject({ messageId: v.string() });

/** A chip of an RCS message; `opens`: a link or a number. */
export const suggestion = v.looseObject({
  text: v.string(),
  payload: v.string(),
  opens: v.optional(v.string()),
});
export type Suggestion = v.InferOutput<typeof suggestion>;

const suggestions = v.optional(v.array(suggestion), []);
/** What is shown besides title and text. */
const rich = v.looseObject({
  media: v.optional(v.string()),
  cardSuggestions: suggestions,
  suggestions,
  deepLink: v.optional(v.string()),
  silent: v.optional(v.boolean()),
});

export const behaviour = v.looseObject({
  registered: v.boolean(),
  delivers: v.boolean(),
  reads: v.boolean(),
  delayMs: v.number(),
  fault: v.nullable(v.string()),
  /** Names in the carrier's catalogue of answers. */
  answer: v.nullable(v.string()),
  laterAnswer: v.nullable(v.string()),
  times: v.optional(v.number()),
  window: v.optional(v.string()),
  messages: v.array(
    v.looseObject({
      providerMessageId: v.string(),
      title: v.optional(v.string()),
      body: v.string(),
      rich: v.optional(rich),
      at: v.string(),
      readAt: v.optional(v.string()),
    }),
  ),
  /** What the customer wrote to the business. */
  written: v.optional(
    v.array(v.looseObject({ providerMessageId: v.string(), body: v.string(), at: v.string() })),
    [],
  ),
});
export type Behaviour = v.InferOutput<typeof behaviour>;

/** An entry of the carrier's catalogue of answers. */
export const answer = v.looseObject({
  name: v.string(),
  channel: v.string(),
  what: v.string(),
  /** `sync`: the response to the send; `later`: a later report of an accepted message. */
  when: v.array(v.string()),
  about: v.string(),
});
export type Answer = v.InferOutput<typeof answer>;

export const phone = v.looseObject({ channel: v.string(), address: v.string(), ...behaviour.entries });
export type Phone = v.InferOutput<typeof phone>;

export const phones = v.object({
  /** The phones that were asked for, in that order. */
  asked: v.array(phone),
  /** Others, those with the latest messages first. */
  others: v.array(phone),
  /** How many more there are. */
  hidden: v.number(),
});
export type Phones = v.InferOutput<typeof phones>;

/** A live update: what changed, for the page to read again. */
export const liveChange = v.variant("what", [
  v.object({ what: v.literal("messages"), ids: v.array(v.string()) }),
  v.object({ what: v.literal("phones") }),
  /** Milliseconds that the system's clock is ahead of the machine's. */
  v.object({ what: v.literal("clock"), offsetMs: v.number() }),
]);
export type LiveChange = v.InferOutput<typeof liveChange>;

/** RFC 9457, or a plain message. */
export const problem = v.looseObject({
  title: v.optional(v.string()),
  detail: v.optional(v.string()),
  message: v.optional(v.string()),
  errors: v.optional(v.array(v.looseObject({ path: v.string(), message: v.string() }))),
});
