/** Lists of messages, as schemas: compared with the types of the handlers' answers (see answers.ts). */
import * as v from "valibot";
import type { FoundAnswer, FoundMessage } from "../../domain/outcome/found-message.ts";
import { channel, type EntriesOf, messageId, messageStatus, time } from "./common-schemas.ts";
import { channelTrace, trace } from "./trace-answers.ts";

export const found = v.strictObject({
  direction: v.literal("out"),
  messageId,
  createdAt: time,
  finishedAt: trace.entries.finishedAt,
  sendAt: trace.entries.sendAt,
  to: v.pipe(
    v.record(v.string(), v.string()),
    v.metadata({
      description: "The profile, and the end of each address.",
      examples: [{ profileId: "anna@example.com", phoneNumber: "…3123" }],
    }),
  ),
  reference: trace.entries.reference,
  status: messageStatus,
  test: trace.entries.test,
  channels: v.pipe(
    v.array(v.strictObject({ channel, outcome: channelTrace.entries.outcome })),
    v.description("The channels of the rules, in order."),
  ),
  cost: trace.entries.cost,
  saved: trace.entries.saved,
} satisfies EntriesOf<FoundMessage>) satisfies v.GenericSchema<FoundMessage>;

export const foundAnswer = v.pipe(
  v.strictObject({
    direction: v.literal("in"),
    channel,
    at: time,
    answers: v.pipe(v.string(), v.description("The id of the message that it answers.")),
  } satisfies EntriesOf<FoundAnswer>),
  v.description("The customer answered."),
) satisfies v.GenericSchema<FoundAnswer>;

const next = v.exactOptional(
  v.pipe(v.string(), v.description("The `cursor` of the page after this one; absent: there is none.")),
);
export const foundMessages = v.strictObject({ messages: v.array(found), next });
export const conversation = v.strictObject({ messages: v.array(v.union([found, foundAnswer])), next });
