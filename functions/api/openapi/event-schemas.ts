/** The events that a client's webhook receives, as schemas: compared with the types of the events, and by the tests with real ones. */
import * as v from "valibot";
import { statuses } from "../../domain/channel.ts";
import { eventTypes } from "../../domain/events/event-types.ts";
import type { CloudEvent, MessageEvent } from "../../domain/events/message-events.ts";
import type { ConsentEvent, InboundEvent } from "../../receipts/inbound-event.ts";
import { category, channel, type EntriesOf, messageId, messageStatus, test, time } from "./common-schemas.ts";
import { attemptError } from "./trace-answers.ts";

const client = v.pipe(v.string(), v.description("The client that the message belongs to."));
const metadata = v.pipe(
  v.record(v.string(), v.unknown()),
  v.description("The metadata of the message, as the client sent it."),
);

const reference = v.exactOptional(
  v.pipe(v.string(), v.description("The reference of the message, as the client sent it.")),
);

const envelope = (id: string) =>
  ({
    specversion: v.literal("1.0"),
    id: v.pipe(
      v.string(),
      v.description(`${id} The same at each delivery of the event, and the same as \`webhook-id\`.`),
    ),
    source: v.literal("fallback-routing"),
    subject: messageId,
    time,
    datacontenttype: v.literal("application/json"),
  }) satisfies EntriesOf<Omit<CloudEvent, "type" | "data">>;

export const messageEvent = v.pipe(
  v.strictObject({
    ...envelope("`<messageId>/<sequence>`."),
    type: v.picklist(eventTypes.filter((type) => type !== "message.inbound" && type !== "consent.changed")),
    data: v.strictObject({
      messageId,
      client,
      status: messageStatus,
      category,
      test,
      sequence: v.pipe(
        v.number(),
        v.integer(),
        v.description(
          "Later changes of a message have larger numbers; not every change is an event, so numbers may be missing.",
        ),
      ),
      channel: v.exactOptional(v.pipe(channel, v.description(`For ${statuses.join(", ")}.`))),
      late: v.exactOptional(
        v.pipe(
          v.literal(true),
          v.description("The receipt came after the route had moved on from the channel."),
        ),
      ),
      reason: v.exactOptional(v.pipe(v.string(), v.description("For resolved: why, as the client gave it."))),
      errors: v.exactOptional(
        v.pipe(
          v.record(v.string(), attemptError),
          v.description("For failed, expired, cancelled and resolved: the error of each channel."),
        ),
      ),
      reference,
      metadata,
    } satisfies EntriesOf<MessageEvent["data"]>),
  }),
  v.description("A change of a message's status, as a CloudEvent."),
);

export const inboundEvent = v.pipe(
  v.strictObject({
    ...envelope("Made from the provider's id of the customer's message."),
    type: v.literal("message.inbound"),
    data: v.strictObject({
      messageId,
      client,
      channel,
      matchedBy: v.pipe(
        v.picklist(["answer", "latest"]),
        v.description(
          "`answer`: the channel reports which message it answers; `latest`: it is the last message that was sent to that address.",
        ),
      ),
      providerMessageId: v.pipe(v.string(), v.description("The provider's id of the customer's message.")),
      content: v.strictObject({
        type: v.pipe(v.string(), v.examples(["text", "button", "image"])),
        text: v.exactOptional(v.string()),
        payload: v.exactOptional(
          v.pipe(
            v.string(),
            v.description("What the sender attached to a button; a form's fields, as JSON."),
          ),
        ),
        details: v.exactOptional(
          v.pipe(
            v.unknown(),
            v.description(
              "The answer as the channel has it, where it is more than text and payload (media, a place, contacts, an order, a form); left out above 8,000 characters.",
            ),
          ),
        ),
      } satisfies EntriesOf<InboundEvent["data"]["content"]>),
      keyword: v.exactOptional(
        v.pipe(
          v.picklist(["stop", "start", "help"]),
          v.description("What they wrote is STOP, START or HELP, or a word that means the same."),
        ),
      ),
      profileId: v.exactOptional(v.string()),
      reference,
      metadata,
    } satisfies EntriesOf<InboundEvent["data"]>),
  }),
  v.description("What a customer answered, as a CloudEvent."),
);

export const consentEvent = v.pipe(
  v.strictObject({
    ...envelope("Made from the change."),
    type: v.literal("consent.changed"),
    data: v.strictObject({
      messageId: v.pipe(
        messageId,
        v.description("The last message that went to the customer by this channel."),
      ),
      client,
      channel,
      category: v.pipe(
        v.picklist(["marketing", "all"]),
        v.description("`all`: they wrote a word as STOP; `marketing`: by WhatsApp's own switch."),
      ),
      state: v.picklist(["opted-out", "opted-in"]),
      profileId: v.exactOptional(v.string()),
      reference,
      metadata,
    } satisfies EntriesOf<ConsentEvent["data"]>),
  }),
  v.description("What a customer wants by the channel from now on, as a CloudEvent."),
);
