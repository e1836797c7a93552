/** What a client's webhook is told, as schemas: the events are of the types that these must fit, and the tests hold real ones against them. */
import * as v from "valibot";
import { statuses } from "../../domain/channel.ts";
import { eventTypes } from "../../domain/events/event-types.ts";
import type { CloudEvent, MessageEvent } from "../../domain/events/message-events.ts";
import type { InboundEvent } from "../../receipts/inbound-event.ts";
import { attemptError, channel, type EntriesOf, messageId, messageStatus, time } from "./answers.ts";

const client = v.pipe(v.string(), v.description("Whose message it is."));
const metadata = v.pipe(v.record(v.string(), v.unknown()), v.description("As the sender gave it."));

const envelope = (id: string) =>
  ({
    specversion: v.literal("1.0"),
    id: v.pipe(v.string(), v.description(`${id} The same each time it is told, and the \`webhook-id\`.`)),
    source: v.literal("fallback-routing"),
    subject: messageId,
    time,
    datacontenttype: v.literal("application/json"),
  }) satisfies EntriesOf<Omit<CloudEvent, "type" | "data">>;

export const messageEvent = v.pipe(
  v.strictObject({
    ...envelope("`<messageId>/<sequence>`."),
    type: v.picklist(eventTypes.filter((type) => type !== "message.inbound")),
    data: v.strictObject({
      messageId,
      client,
      status: messageStatus,
      sequence: v.pipe(
        v.number(),
        v.integer(),
        v.description("Later changes of a message have larger numbers; not every number is an event."),
      ),
      channel: v.exactOptional(v.pipe(channel, v.description(`Of ${statuses.join(", ")}.`))),
      late: v.exactOptional(
        v.pipe(
          v.literal(true),
          v.description("The news came after the route had moved on from the channel."),
        ),
      ),
      errors: v.exactOptional(
        v.pipe(
          v.record(v.string(), attemptError),
          v.description("Of failed, expired and cancelled: why each channel was left."),
        ),
      ),
      metadata,
    } satisfies EntriesOf<MessageEvent["data"]>),
  }),
  v.description("A change of a message's status, as a CloudEvent."),
);

export const inboundEvent = v.pipe(
  v.strictObject({
    ...envelope("Made from the provider's id."),
    type: v.literal("message.inbound"),
    data: v.strictObject({
      messageId,
      client,
      channel,
      matchedBy: v.pipe(
        v.picklist(["answer", "latest"]),
        v.description(
          "`answer`: the channel says which message it answers; `latest`: the last that went to that address.",
        ),
      ),
      providerMessageId: v.pipe(v.string(), v.description("The provider's id of what the customer wrote.")),
      content: v.strictObject({
        type: v.pipe(v.string(), v.examples(["text", "button", "image"])),
        text: v.exactOptional(v.string()),
        payload: v.exactOptional(v.pipe(v.string(), v.description("What the sender put behind a button."))),
      } satisfies EntriesOf<InboundEvent["data"]["content"]>),
      profileId: v.exactOptional(v.string()),
      metadata,
    } satisfies EntriesOf<InboundEvent["data"]>),
  }),
  v.description("What a customer answered, as a CloudEvent."),
);
