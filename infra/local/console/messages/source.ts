/** The console's access to the messages table: the records of its stream, and single items. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { type ShownMessage, shownMessage } from "../../../../functions/domain/reporting/shown-message.ts";
import { callDynamoDb } from "../../aws/dynamodb.ts";
import type { DynamoDbStreams } from "../../aws/dynamodb-streams.ts";
import type { Stack } from "../../cloudformation.ts";
import { streamArnOf } from "../../physical-ids.ts";

export interface MessageSource {
  onRecord: (listener: (record: DynamoDBRecord) => void) => void;
  get: (messageId: string) => Promise<ShownMessage | undefined>;
}

const item = v.custom<Record<string, AttributeValue>>((value) => typeof value === "object" && value !== null);
const found = v.looseObject({ Item: v.optional(item) });

/** @throws {Error} if the template has no such table */
export function messageSource(stack: Stack, streams: DynamoDbStreams, dynamoDbPort: number): MessageSource {
  const { MessagesTableName: TableName } = stack.outputs;
  const table = stack.ofType("AWS::DynamoDB::Table").find(({ ref }) => ref === TableName);
  if (table === undefined)
    throw new Error("the template has no table that its output MessagesTableName names");
  return {
    onRecord: (listener) => streams.onRecord(streamArnOf(table.arn), listener),
    async get(messageId) {
      const input = { TableName, Key: { messageId: { S: messageId } }, ConsistentRead: true };
      const { Item } = v.parse(found, await callDynamoDb(dynamoDbPort, "GetItem", input));
      return Item && shownMessage(unmarshall(Item));
    },
  };
}
