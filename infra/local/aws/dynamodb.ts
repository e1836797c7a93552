/** The local DynamoDB: dynalite, in memory, in a process of its own (it answers about 2.7 times faster there). */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import * as v from "valibot";
import type { Resource } from "../cloudformation.ts";

const tableProperties = v.looseObject({
  KeySchema: v.array(v.unknown()),
  AttributeDefinitions: v.array(v.unknown()),
  GlobalSecondaryIndexes: v.optional(v.array(v.unknown())),
});

export interface LocalDynamoDb {
  port: number;
  stop: () => void;
}

export async function startDynamoDb(): Promise<LocalDynamoDb> {
  const child: ChildProcess = fork(new URL("./dynamodb-process.ts", import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`the local DynamoDB ended with status ${status} before it was ready`);
  });
  // Later it ends because it is told to.
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), failed]);
  return { port: v.parse(v.object({ port: v.number() }), message).port, stop: () => child.kill() };
}

/** Calls an action of the local DynamoDB without an SDK: dynalite checks the form of a signature, not the signature. */
export async function callDynamoDb(port: number, action: string, body: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${action}`,
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local",
    },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`the local DynamoDB refused ${action}: ${JSON.stringify(answer)}`);
  return answer;
}

export async function createTable(port: number, { ref, properties }: Resource): Promise<void> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = v.parse(tableProperties, properties);
  await callDynamoDb(port, "CreateTable", {
    TableName: ref,
    KeySchema,
    AttributeDefinitions,
    BillingMode: "PAY_PER_REQUEST",
    ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes } : {}),
  });
}
