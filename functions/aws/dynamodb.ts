/** The functions' DynamoDB client, and the one place that converts items to objects and back. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import { type CallLimits, clientConfiguration } from "./client.ts";

/** Retries are safe: every write is conditional or idempotent. */
export const createDynamoDb = (limits?: CallLimits) => new DynamoDBClient(clientConfiguration(limits));

export const toItem = (value: object) => marshall(value, { removeUndefinedValues: true });

type Item = Record<string, AttributeValue>;
export const fromItem = (item: Item): Record<string, unknown> => unmarshall(item);

/** An item that does not fit its schema. The text names the fields, never their values, which may be personal. */
export class UnreadableItem extends Error {
  override readonly name = "UnreadableItem";
  constructor(issues: readonly v.BaseIssue<unknown>[]) {
    const fields = issues.map((issue) => `${v.getDotPath(issue) ?? "the item"} must be ${issue.expected}`);
    super(`an item cannot be read: ${fields.join("; ")}`);
  }
}

/** The item as an object of this schema. @throws {UnreadableItem} where it does not fit */
export function parseItem<Schema extends v.GenericSchema>(schema: Schema, item: Item): v.InferOutput<Schema> {
  const result = v.safeParse(schema, fromItem(item));
  if (!result.success) throw new UnreadableItem(result.issues);
  return result.output;
}

export const isConditionFailed = (error: unknown) => error instanceof ConditionalCheckFailedException;

/** Whether DynamoDB refused the request before doing it: an item takes 1,000 writes a second, a new table a little more. */
export const isThrottled = (error: unknown): boolean =>
  error instanceof Error &&
  ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"].includes(
    error.name,
  );

/** True where a conditional write was made, false where its condition did not hold. Throws any other error. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
