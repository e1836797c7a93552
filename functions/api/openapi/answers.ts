/**
 * The API's answers, as schemas: the compiler compares them with the types of the handlers' answers, and the tests check every
 * real answer against them.
 */
import * as v from "valibot";
import { forms, statuses } from "../../domain/channel.ts";
import { addressEntries, profile as profileFields } from "../../domain/customer/profile.ts";
import { type Fault, faultCodes } from "../../domain/fault.ts";
import type { Cost } from "../../domain/message/message.ts";
import { purposes, skipCodes, subjects } from "../../domain/message/message.ts";
import type { PlannedCost } from "../../domain/money/planned-cost.ts";
import type { ChannelTrace, Trace, TraceEvent } from "../../domain/outcome/trace.ts";
import type { Accepted } from "../../ingest/accept.ts";
import type { Plan, PlannedHop } from "../../ingest/plan.ts";
import { channelId } from "../../ingest/rules.ts";

/** Each field that the handlers' type has, and no other. */
export type EntriesOf<Answer> = Record<keyof Answer, v.GenericSchema>;

export const messageId = v.pipe(v.string(), v.description("Names the message, and its execution."));
export const time = v.pipe(v.string(), v.isoTimestamp(), v.examples(["2030-01-01T00:00:00.000Z"]));
const usd = v.pipe(
  v.string(),
  v.decimal(),
  v.metadata({ description: "US dollars.", examples: ["0.03878"] }),
);
/** Rules may name a channel that a later deployment has no more. */
export const channel = v.pipe(v.string(), v.metadata({ examples: [...channelId.options] }));
const reason = v.pipe(v.string(), v.description("Why, in words."));

export const messageStatus = v.pipe(
  v.picklist(["processing", "sent", "delivered", "read", "failed", "expired", "cancelled"]),
  v.description("The furthest that the message came; a receipt may still move it on."),
);

export const plannedHop = v.strictObject({
  channel,
  timeoutSeconds: v.pipe(v.number(), v.integer(), v.description("The window, in seconds.")),
  until: v.pipe(v.picklist(statuses), v.description("The status that ends the search.")),
  form: v.exactOptional(
    v.pipe(
      v.picklist(forms),
      v.description(
        "What goes out first, where the message brings a template. Text that is refused is followed by the template.",
      ),
    ),
  ),
  formReason: v.exactOptional(reason),
  sms: v.exactOptional(
    v.pipe(
      v.strictObject({
        parts: v.pipe(v.number(), v.integer()),
        encoding: v.pipe(v.string(), v.examples(["GSM-7", "UCS-2"])),
      }),
      v.description("How the text is cut and billed."),
    ),
  ),
  estimatedCost: v.exactOptional(usd),
  chance: v.exactOptional(
    v.pipe(
      v.number(),
      v.description("The chance that `until` is reached: where the rules prefer something."),
    ),
  ),
  why: v.exactOptional(
    v.pipe(
      v.strictObject({
        prefer: v.picklist(purposes),
        nothingKnown: v.exactOptional(
          v.pipe(v.literal(true), v.description("The channels keep the order given.")),
        ),
        chance: v.exactOptional(
          v.pipe(
            v.number(),
            v.description("That `until` is reached (cost), or that it is read (engagement)."),
          ),
        ),
        costToReach: v.exactOptional(usd),
        readsAreNotTold: v.exactOptional(
          v.pipe(v.literal(true), v.description("The channel reports no reads.")),
        ),
        secondsToRead: v.exactOptional(v.number()),
        tries: v.exactOptional(
          v.pipe(
            v.strictObject({ own: v.number(), everyone: v.number() }),
            v.description("How many are known: this customer's, and everyone's in the country."),
          ),
        ),
      }),
      v.description("Why the hop has its place."),
    ),
  ),
  fit: v.exactOptional(
    v.pipe(
      v.strictObject({
        within95Seconds: v.exactOptional(v.number()),
        receipts: v.pipe(v.number(), v.integer()),
        bounds: v.tuple([v.number(), v.number()]),
      }),
      v.description("Where an `auto` window comes from."),
    ),
  ),
} satisfies EntriesOf<PlannedHop>) satisfies v.GenericSchema<PlannedHop>;

export const skipCode = v.pipe(v.picklist(skipCodes), v.description("Why, for programs."));
export const skipped = v.strictObject({ channel, code: skipCode, reason });

export const plannedCost = v.pipe(
  v.strictObject({ expected: usd, cheapest: usd, dearest: usd }),
  v.description(
    "What the message may cost. `cheapest`: one channel alone reaches; `dearest`: every channel is billed. Absent where a channel has no price.",
  ),
) satisfies v.GenericSchema<PlannedCost>;

export const plan = v.strictObject({
  hops: v.pipe(v.array(plannedHop), v.description("What will be tried, in this order.")),
  skipped: v.pipe(v.array(skipped), v.description("What will not be tried.")),
  cost: v.exactOptional(plannedCost),
} satisfies EntriesOf<Plan>) satisfies v.GenericSchema<Plan>;

export const accepted = v.strictObject({
  messageId,
  status: messageStatus,
  plan,
} satisfies EntriesOf<Accepted>) satisfies v.GenericSchema<Accepted>;

export const redacted = v.strictObject({ messageId, redactedAt: time });

export const cancelled = v.strictObject({ messageId, status: messageStatus });

export const receiptTaken = v.strictObject({ messageId, status: v.picklist(["delivered", "read"]) });

export const attemptError = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.examples(["NotRegistered", "Undeliverable", "States.Timeout"])),
    code: v.exactOptional(v.pipe(v.string(), v.description("The provider's own code."))),
    message: v.string(),
    speaksOf: v.exactOptional(
      v.pipe(
        v.picklist(subjects),
        v.description(
          "Whom it speaks of: this request, its template, the customer (address, device, thread), the identity that it was sent as (a phone number, a page, a platform application), the account, or the provider as a whole.",
        ),
      ),
    ),
    identity: v.exactOptional(v.pipe(v.string(), v.description("The identity that it was sent as."))),
  }),
  v.description("The last that went wrong."),
);

export const traceEvent = v.strictObject({
  status: v.picklist(["claimed", "sent", "delivered", "read", "failed", "timedOut", "unknown", "resumed"]),
  at: time,
  deliveredTo: v.exactOptional(
    v.pipe(
      v.picklist(["carrier", "phone"]),
      v.description("Who is known to have it: many carriers tell no more than that they took it."),
    ),
  ),
} satisfies EntriesOf<TraceEvent>) satisfies v.GenericSchema<TraceEvent>;

export const cost = v.strictObject({
  usd,
  source: v.pipe(v.picklist(["provider", "priceTable"]), v.description("Who says so.")),
}) satisfies v.GenericSchema<Cost>;

export const channelTrace = v.strictObject({
  channel,
  outcome: v.pipe(
    v.picklist([
      "skipped",
      "notTried",
      "trying",
      "sent",
      "delivered",
      "read",
      "failed",
      "timedOut",
      "unknown",
    ]),
    v.description("`unknown`: sent or not, nobody knows; it is never sent again."),
  ),
  code: v.exactOptional(skipCode),
  reason: v.exactOptional(reason),
  providerMessageId: v.exactOptional(v.string()),
  error: v.exactOptional(attemptError),
  late: v.exactOptional(v.pipe(v.literal(true), v.description("News came after the route had moved on."))),
  cost: v.exactOptional(cost),
  events: v.exactOptional(v.array(traceEvent)),
} satisfies EntriesOf<ChannelTrace>) satisfies v.GenericSchema<ChannelTrace>;

export const trace = v.strictObject({
  messageId,
  status: messageStatus,
  createdAt: time,
  finishedAt: v.exactOptional(v.pipe(time, v.description("Nothing is tried after it."))),
  expiresOn: v.exactOptional(time),
  redactedAt: v.exactOptional(
    v.pipe(time, v.description("What was personal is gone: text, addresses, metadata.")),
  ),
  metadata: v.record(v.string(), v.unknown()),
  possibleDuplicate: v.exactOptional(
    v.pipe(v.literal(true), v.description("Two channels may both have reached the customer.")),
  ),
  cost: v.pipe(v.strictObject({ usd }), v.description("The sum of the channels' costs.")),
  saved: v.exactOptional(
    v.pipe(
      v.strictObject({ usd, against: channel }),
      v.description("What the order saved against its dearest channel, once the customer is reached."),
    ),
  ),
  channels: v.pipe(v.array(channelTrace), v.description("Each channel of the rules, in their order.")),
  execution: v.strictObject({
    arn: v.string(),
    console: v.pipe(v.string(), v.url(), v.description("Its page in the Step Functions console.")),
  }),
} satisfies EntriesOf<Trace & { execution: unknown }>) satisfies v.GenericSchema<Trace>;

export const fault = v.strictObject({
  path: v.pipe(
    v.string(),
    v.metadata({
      description: "The field, as in the request; empty for the request as a whole.",
      examples: ["rules[1].fallbackAfter"],
    }),
  ),
  code: v.pipe(v.picklist(faultCodes), v.description("What is wrong, for programs.")),
  message: v.pipe(v.string(), v.description("What is wrong, for people.")),
} satisfies EntriesOf<Fault>) satisfies v.GenericSchema<Fault>;

export const problem = v.pipe(
  v.strictObject({
    type: v.literal("about:blank"),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    errors: v.pipe(
      v.array(fault),
      v.description(
        "One entry for each fault: the first 20, or the first 3 for an item of a batch. Where there are more, the last entry has the code `more`.",
      ),
    ),
  }),
  v.description("RFC 9457 problem details."),
);

export const gatewayAnswer = v.pipe(
  v.strictObject({ message: v.string() }),
  v.description("An answer of API Gateway itself: the request reached no function."),
);

export const batchResults = v.strictObject({
  results: v.pipe(
    v.array(
      v.union([
        v.strictObject({ index: v.pipe(v.number(), v.integer()), status: v.literal(201), messageId }),
        v.strictObject({
          index: v.pipe(v.number(), v.integer()),
          status: v.picklist([400, 422, 429, 500]),
          errors: v.array(fault),
        }),
      ]),
    ),
    v.description(
      "One for each item, in order: the status is the one that the item would get as a single request.",
    ),
  ),
});

export const storedRuleSet = v.strictObject({
  name: v.string(),
  prefer: v.exactOptional(v.picklist(purposes)),
  channels: v.array(
    v.strictObject({
      channel,
      fallbackAfter: v.exactOptional(v.union([v.number(), v.literal("auto")])),
      until: v.exactOptional(v.picklist(statuses)),
    }),
  ),
});

export const storedProfile = v.objectWithRest(
  { profileId: v.string(), ...addressEntries },
  profileFields.rest,
);

const webhookEntries = {
  url: v.string(),
  events: v.exactOptional(v.array(v.string())),
  status: v.pipe(
    v.picklist(["active", "failing", "off"]),
    v.description("`off`: the receiver answered 410; no events are sent until the webhook is put again."),
  ),
};
export const shownWebhook = v.strictObject(webhookEntries);
export const newWebhook = v.strictObject({
  ...webhookEntries,
  secret: v.exactOptional(
    v.pipe(v.string(), v.description("To verify signatures with. It is shown only this once.")),
  ),
});
