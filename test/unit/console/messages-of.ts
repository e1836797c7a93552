/** Stored messages and the records of their writes, for the tests of the console. */
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import type { Message } from "../../../functions/domain/message/message.ts";

/** WhatsApp refused it, and Messenger delivered it two seconds after it came in. */
export const itemOf = (fields: Partial<Message> = {}): Message => ({
  messageId: "m1",
  client: "local",
  createdAt: "2030-01-01T12:00:00.000Z",
  addresses: { phoneNumber: "+447123123123", fbMessengerId: "anna-thread" },
  profileId: "anna@example.com",
  reference: "order 1234",
  body: "Your order is on its way",
  rules: ["whatsApp", "fbMessenger", "sms"],
  route: [
    { channel: "whatsApp", timeoutSeconds: 300, until: "delivered", estimatedCost: "0.01" },
    { channel: "fbMessenger", timeoutSeconds: 600, until: "delivered", estimatedCost: "0" },
    { channel: "sms", timeoutSeconds: 600, until: "sent", estimatedCost: "0.039" },
  ],
  skipped: {},
  attempts: {
    whatsApp: {
      claimedAt: "2030-01-01T12:00:00.100Z",
      failedAt: "2030-01-01T12:00:00.500Z",
      endedAt: "2030-01-01T12:00:00.600Z",
      error: { name: "NotRegistered", code: "131026", message: "no WhatsApp at +447123123123" },
    },
    fbMessenger: {
      claimedAt: "2030-01-01T12:00:00.600Z",
      sentAt: "2030-01-01T12:00:01.000Z",
      deliveredAt: "2030-01-01T12:00:02.000Z",
      providerMessageIds: ["m_1"],
    },
  },
  finishedAt: "2030-01-01T12:00:02.000Z",
  outcome: "reached",
  ttl: 2_000_000_000,
  ...fields,
});

/** As a stream brings it; undefined: the item is gone. */
export const recordOf = (item: Partial<Message>, isGone = false): DynamoDBRecord => ({
  dynamodb: {
    Keys: { messageId: { S: item.messageId ?? "" } },
    ...(isGone ? {} : { NewImage: marshall(item, { removeUndefinedValues: true }) as never }),
  },
});
