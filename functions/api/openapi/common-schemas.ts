/** Schemas that several answers and events of the API's document share. */
import * as v from "valibot";
import { categories } from "../../domain/channel.ts";
import { skipCodes } from "../../domain/message/message.ts";
import { messageStatuses } from "../../domain/outcome/trace.ts";
import { type Carries, carriages } from "../../domain/route/rich-content.ts";
import { channelId } from "../../ingest/rules.ts";

/** Every field of the handlers' type, and no other. */
export type EntriesOf<Answer> = Record<keyof Answer, v.GenericSchema>;

export const messageId = v.pipe(
  v.string(),
  v.description("The id of the message, and the name of its execution."),
);
export const time = v.pipe(v.string(), v.isoTimestamp(), v.examples(["2030-01-01T00:00:00.000Z"]));
export const usd = v.pipe(
  v.string(),
  v.decimal(),
  v.metadata({ description: "US dollars.", examples: ["0.03878"] }),
);
/** Any text: rules may name a channel that a later deployment no longer has. */
export const channel = v.pipe(v.string(), v.metadata({ examples: [...channelId.options] }));
export const reason = v.pipe(v.string(), v.description("The reason, for people."));

export const messageStatus = v.pipe(
  v.picklist(messageStatuses),
  v.description("The furthest status of the message; a receipt may still advance it."),
);

export const category = v.pipe(v.picklist(categories), v.description("What the message is for."));

export const test = v.exactOptional(
  v.pipe(v.literal(true), v.description("By a test key, to a test address: it reaches no provider.")),
);

export const despiteOptOut = v.pipe(
  v.string(),
  v.description("The customer opted out of the channel, and it may take authentication nevertheless."),
);

export const skipCode = v.pipe(v.picklist(skipCodes), v.description("The reason, for programs."));

/** In the plan and the trace. */
const carriage = v.exactOptional(v.picklist(carriages));
export const carried = v.pipe(
  v.strictObject({ media: carriage, buttons: carriage } satisfies EntriesOf<Carries>),
  v.description(
    "How it carries the request's media and buttons: `shown` as such, `asText` (links, numbers, answers to choose from), or `leftOut`.",
  ),
);
