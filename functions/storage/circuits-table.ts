/** The circuits table: one item for each circuit that is open (functions/hop/circuits.ts names them), shared by all instances. */
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
  /** Since when it is open. */
  since: v.string(),
  /** Nothing is sent before this time; after it, one message at a time probes. */
  closedUntil: v.string(),
  /** How long sending was last paused, in seconds. */
  pauseSeconds: v.number(),
  /** A probe is under way, at the latest until this time. */
  probeUntil: v.exactOptional(v.string()),
});
export type OpenCircuit = v.InferOutput<typeof openCircuit>;

export function createCircuitsTable(dynamoDb: DynamoDBClient, TableName: string) {
  return {
    /** Undefined: it is closed. */
    async get(key: string): Promise<OpenCircuit | undefined> {
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: toItem({ channel: key }) }));
      return Item && parseItem(openCircuit, Item);
    },
    async open(key: string, circuit: OpenCircuit): Promise<void> {
      await dynamoDb.send(new PutItemCommand({ TableName, Item: toItem({ channel: key, ...circuit }) }));
    },
    async close(key: string): Promise<void> {
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key: toItem({ channel: key }) }));
    },
    /** Claims the next probe: of several calls at once, it is true for one. */
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
