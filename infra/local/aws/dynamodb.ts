/** The local DynamoDB: dynalite, in memory, in a process of its own (it answers about 2.7 times faster there). */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import * as v from "valibot";
import type { Resource } from "../cloudformation.ts";
import { callJson } from "./local-call.ts";

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
    // Does not inherit this process's options: the debugger's port is in use.
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`the local DynamoDB ended with status ${status} before it was ready`);
  });
  // After the start it only ends on request.
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), failed]);
  return { port: v.parse(v.object({ port: v.number() }), message).port, stop: () => child.kill() };
}

/** Calls DynamoDB without an SDK. */
export const callDynamoDb = (port: number, action: string, body: object) =>
  callJson(port, "dynamodb", `DynamoDB_20120810.${action}`, body);

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
