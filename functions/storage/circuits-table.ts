/** The circuits table: one item for each circuit that is open (functions/hop/circuits.ts names them). None: all is well. */
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
export interface OpenCircuit {
  /** Since when it is open. */
  since: string;
  /** Until then nothing is sent; after it, one message at a time probes. */
  closedUntil: string;
  /** How long it was shut the last time, in seconds. */
  pauseSeconds: number;
  /** A probe is under way, at the latest until then. */
  probeUntil?: string;
}

export function createCircuitsTable(dynamoDb: DynamoDBClient, TableName: string) {
  return {
    async get(key: string): Promise<OpenCircuit | undefined> {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: toItem({ channel: key }) }));
      return Item && (fromItem(Item) as OpenCircuit);
    },
    async open(key: string, circuit: OpenCircuit): Promise<void> {
      await client.send(new PutItemCommand({ TableName, Item: toItem({ channel: key, ...circuit }) }));
    },
    async close(key: string): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName, Key: toItem({ channel: key }) }));
    },
    /** Takes the turn to probe: one of many has it. */
    async takeProbe(key: string, now: string, probeUntil: string): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ channel: key }),
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
