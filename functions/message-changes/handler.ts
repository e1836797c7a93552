/**
 * Called with the stream of the messages table: turns its records into changes of messages, and hands them to what tells or
 * counts them. A batch that failed comes again as a whole: what can repeat itself harmlessly goes first.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { environment } from "../aws/client.ts";
import { fromItem } from "../aws/dynamodb.ts";
import { createEventsTopic } from "../aws/events-topic.ts";
import { lazily } from "../lazily.ts";
import { type ChangedMessage, changesBetween } from "../routing/changes.ts";
import type { Message } from "../routing/message.ts";
import { publishEvents } from "./publish-events.ts";

export type Consumer = (changed: readonly ChangedMessage[]) => Promise<void>;

export function createMessageChanges(consumers: readonly Consumer[]) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const changed = Records.flatMap(toChangedMessage);
    if (changed.length === 0) return;
    for (const consume of consumers) await consume(changed);
  };
}

function toChangedMessage({ dynamodb: { NewImage, OldImage } = {} }: DynamoDBRecord): ChangedMessage[] {
  // Deleted by its time to live: nothing happened to the message.
  if (NewImage === undefined) return [];
  const after = toMessage(NewImage);
  const before = OldImage && toMessage(OldImage);
  const changes = changesBetween(before, after);
  return changes.length > 0 ? [{ before, after, changes }] : [];
}

/** The same shape under another package's name. */
const toMessage = (image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): Message =>
  fromItem(image as Record<string, AttributeValue>) as Message;

const run = lazily(() =>
  createMessageChanges([publishEvents(createEventsTopic(environment("MESSAGE_EVENTS_TOPIC")))]),
);
export const handler = (event: DynamoDBStreamEvent) => run()(event);
