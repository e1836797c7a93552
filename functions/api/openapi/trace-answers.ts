/** The trace of a message, as a schema: compared with the type of the handler's answer (see answers.ts). */
import * as v from "valibot";
import { quietRequests } from "../../domain/customer/quiet-hours.ts";
import { type Cost, subjects } from "../../domain/message/message.ts";
import type { ChannelTrace, Trace, TraceEvent } from "../../domain/outcome/trace.ts";
import {
  carried,
  category,
  channel,
  despiteOptOut,
  type EntriesOf,
  messageId,
  messageStatus,
  reason,
  skipCode,
  test,
  time,
  usd,
} from "./common-schemas.ts";

export const attemptError = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.examples(["NotRegistered", "Undeliverable", "States.Timeout"])),
    code: v.exactOptional(v.pipe(v.string(), v.description("The provider's own error code."))),
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
  v.description("The last error."),
);

export const traceEvent = v.strictObject({
  status: v.picklist([
    "waiting",
    "claimed",
    "sent",
    "delivered",
    "read",
    "failed",
    "timedOut",
    "unknown",
    "resumed",
  ]),
  at: time,
  until: v.exactOptional(v.pipe(time, v.description("Of `waiting`: when the quiet hours end."))),
  timeZone: v.exactOptional(v.pipe(v.string(), v.description("Of `waiting`: where they end last."))),
  deliveredTo: v.exactOptional(
    v.pipe(
      v.picklist(["carrier", "phone"]),
      v.description("Who is known to have the message: many carriers report only that they accepted it."),
    ),
  ),
} satisfies EntriesOf<TraceEvent>) satisfies v.GenericSchema<TraceEvent>;

export const cost = v.strictObject({
  usd,
  source: v.pipe(v.picklist(["provider", "priceTable"]), v.description("Where the amount comes from.")),
}) satisfies v.GenericSchema<Cost>;

export const channelTrace = v.strictObject({
  channel,
  outcome: v.pipe(
    v.picklist([
      "skipped",
      "notTried",
      "waiting",
      "trying",
      "sent",
      "delivered",
      "read",
      "failed",
      "timedOut",
      "unknown",
    ]),
    v.description(
      "`unknown`: nobody knows whether it was sent; it is never sent again. `waiting`: for the end of quiet hours.",
    ),
  ),
  code: v.exactOptional(skipCode),
  reason: v.exactOptional(reason),
  carries: v.exactOptional(carried),
  despiteOptOut: v.exactOptional(despiteOptOut),
  providerMessageId: v.exactOptional(v.string()),
  provider: v.exactOptional(
    v.pipe(v.string(), v.description("The one that took it, where the channel has several.")),
  ),
  refusals: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ provider: v.string(), name: v.string(), code: v.exactOptional(v.string()) })),
      v.description("What its other providers answered before: they took nothing."),
    ),
  ),
  error: v.exactOptional(attemptError),
  late: v.exactOptional(
    v.pipe(v.literal(true), v.description("A receipt came after the route had moved on.")),
  ),
  cost: v.exactOptional(cost),
  events: v.exactOptional(v.array(traceEvent)),
} satisfies EntriesOf<ChannelTrace>) satisfies v.GenericSchema<ChannelTrace>;

export const trace = v.strictObject({
  messageId,
  status: messageStatus,
  category,
  test,
  createdAt: time,
  finishedAt: v.exactOptional(v.pipe(time, v.description("No channel is tried after this time."))),
  reason: v.exactOptional(v.pipe(v.string(), v.description("Why it was resolved, as you gave it."))),
  sendAt: v.exactOptional(v.pipe(time, v.description("No channel is tried before this time."))),
  expiresOn: v.exactOptional(time),
  redactedAt: v.exactOptional(
    v.pipe(time, v.description("When the personal data was removed: text, addresses, metadata.")),
  ),
  quietHours: v.exactOptional(
    v.pipe(
      v.strictObject({
        asked: v.exactOptional(v.picklist(quietRequests)),
        timeZones: v.exactOptional(
          v.pipe(
            v.array(v.string()),
            v.description(
              "Where the customer may be: it is quiet where it is quiet in any of them. Empty: no time zone is known, so nothing waits.",
            ),
          ),
        ),
      }),
      v.description("How the quiet hours of your settings are kept."),
    ),
  ),
  reference: v.exactOptional(v.pipe(v.string(), v.description("As you sent it."))),
  resendOf: v.exactOptional(v.pipe(v.string(), v.description("The id of the message that it repeats."))),
  metadata: v.record(v.string(), v.unknown()),
  possibleDuplicate: v.exactOptional(
    v.pipe(v.literal(true), v.description("Two channels may both have reached the customer.")),
  ),
  cost: v.pipe(v.strictObject({ usd }), v.description("The sum of the channels' costs.")),
  saved: v.exactOptional(
    v.pipe(
      v.strictObject({ usd, against: channel }),
      v.description(
        "What the order of the channels saved against the dearest one, once the customer is reached.",
      ),
    ),
  ),
  channels: v.pipe(v.array(channelTrace), v.description("The channels of the rules, in order.")),
  execution: v.strictObject({
    arn: v.string(),
    console: v.pipe(v.string(), v.url(), v.description("Its page in the Step Functions console.")),
  }),
} satisfies EntriesOf<Trace & { execution: unknown }>) satisfies v.GenericSchema<Trace>;
