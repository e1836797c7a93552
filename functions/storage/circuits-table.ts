/** The circuits table: one item for each channel whose circuit is open, shared by all instances of its function. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";

/** Times are ISO 8601. */
const openCircuit = v.object({
  /** Since when the channel is down. */
  since: v.string(),
  /** Nothing is sent before this time; after it, one message at a time probes the channel. */
  closedUntil: v.string(),
  /** How long sending was last paused, in seconds. */
  pauseSeconds: v.number(),
  /** A probe is under way, at the latest until this time. */
  probeUntil: v.exactOptional(v.string()),
});
export type OpenCircuit = v.InferOutput<typeof openCircuit>;

export function createCircuitsTable(dynamoDb: DynamoDBClient, TableName: string) {
  return {
    /** Undefined: the channel is up. */
    async get(channel: string): Promise<OpenCircuit | undefined> {
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: toItem({ channel }) }));
      return Item && parseItem(openCircuit, Item);
    },
    async open(channel: string, circuit: OpenCircuit): Promise<void> {
      await dynamoDb.send(new PutItemCommand({ TableName, Item: toItem({ channel, ...circuit }) }));
    },
    async close(channel: string): Promise<void> {
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key: toItem({ channel }) }));
    },
    /** Claims the next probe: true for one of those who ask at once. */
    async takeProbe(channel: string, now: string, probeUntil: string): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ channel }),
            UpdateExpression: "SET probeUntil = :until",
            ConditionExpression:
              "closedUntil <= :now AND (attribute_not_exists(probeUntil) OR probeUntil <= :now)",
            ExpressionAttributeValues: toItem({ ":until": probeUntil, ":now": now }),
          }),
        ),
      );
    },
  };
}
export type CircuitsTable = ReturnType<typeof createCircuitsTable>;
