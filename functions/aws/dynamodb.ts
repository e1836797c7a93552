/** The DynamoDB client of the functions, and the one place that turns items into objects and back. */
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type CallLimits, clientConfiguration } from "./client.ts";

/** Retries are safe here: every write is conditional or sets what it would set again. */
export const createDynamoDb = (limits?: CallLimits) => new DynamoDBClient(clientConfiguration(limits));

export const toItem = (value: object) => marshall(value, { removeUndefinedValues: true });
export const fromItem = unmarshall;
export const isConditionFailed = (error: unknown) => error instanceof ConditionalCheckFailedException;

/** Refused before it was done: an item takes 1,000 writes a second, a new table a little more. */
export const isThrottled = (error: unknown): boolean =>
  error instanceof Error &&
  ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"].includes(
    error.name,
  );

/** True where a conditional write was made, false where its condition did not hold. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
