/**
 * A customer's answer to an SMS: AWS End User Messaging publishes it to the topic of a number with two-way messaging. It has no
 * time, so the queue's is used. https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
 */
import * as v from "valibot";
import type { Inbound } from "../domain/message/queued-receipt.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { contentOf } from "./inbound-content.ts";
import { word } from "./webhook-reading.ts";

const anyAnswer = v.looseObject({ inboundMessageId: v.unknown() });
const toRcsAgent = v.looseObject({
  ...anyAnswer.entries,
  destinationNumber: v.pipe(v.string(), v.startsWith("rcs-")),
});
/** The same of SMS and RCS. */
export const twoWayAnswer = v.looseObject({
  originationNumber: v.string(),
  inboundMessageId: v.string(),
  messageBody: word,
  previousPublishedMessageId: word,
});

/** Of an agent's topic (rcs-answer.ts). */
export const isToRcsAgent = (message: unknown): boolean => v.is(toRcsAgent, message);

export const readAnswer: ReadTopicMessage = (message, publishedAt) =>
  v.is(anyAnswer, message) && !isToRcsAgent(message) ? [readSmsAnswer(message, publishedAt)] : undefined;

export function readSmsAnswer(body: unknown, at: Date): Inbound {
  const given = v.parse(twoWayAnswer, body);
  const content = contentOf({
    id: given.inboundMessageId,
    type: "text",
    text: given.messageBody,
    answersId: given.previousPublishedMessageId,
  });
  return {
    names: "customer",
    channel: "sms",
    address: given.originationNumber,
    at: at.toISOString(),
    ...(content ? { content } : {}),
  };
}
