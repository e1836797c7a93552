/**
 * AWS for the functions of one world: the local DynamoDB by the real client, and the real state machine. Each call of a
 * function goes through `calls`, where it can meet a fault.
 */
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { createBudgetsTable } from "../../../functions/storage/budgets-table.ts";
import { createCircuitsTable } from "../../../functions/storage/circuits-table.ts";
import { createConsentsTable } from "../../../functions/storage/consents-table.ts";
import { createContactsTable } from "../../../functions/storage/contacts-table.ts";
import { createCountersTable } from "../../../functions/storage/counters-table.ts";
import { createIdempotencyKeysTable } from "../../../functions/storage/idempotency-keys-table.ts";
import { createMessageLists } from "../../../functions/storage/message-lists.ts";
import { createMessagesTable } from "../../../functions/storage/messages-table.ts";
import { createProfilesTable } from "../../../functions/storage/profiles-table.ts";
import type { Clock } from "../../../infra/local/clock.ts";
import { createStepFunctions } from "../../../infra/local/step-functions/index.ts";
import { clientOf } from "../fixtures/local-dynamodb.ts";
import { addStateMachines, testHash } from "../fixtures/routing-in-process.ts";
import type { Calls } from "./calls.ts";

export interface AwsOptions {
  calls: Calls;
  clock: Clock;
  dynamoDbPort: number;
  /** The function that a state calls, by its name. */
  invoke: (functionName: string, payload: unknown) => Promise<unknown>;
}

export function createAws({ calls, clock, dynamoDbPort, invoke }: AwsOptions) {
  const dynamoDb = clientOf(dynamoDbPort);
  const send = dynamoDb.send.bind(dynamoDb) as (command: object) => Promise<unknown>;
  Object.assign(dynamoDb, {
    send: (command: object) => calls.through("DynamoDB", command.constructor.name, () => send(command)),
  });

  const machine = createStepFunctions({
    clock,
    invoke: (arn, payload) => invoke(arn.split(":").at(-1) ?? "", payload),
  });
  addStateMachines(machine);
  const stepFunctions = {
    send: (command: { input: object }) => {
      const action = command.constructor.name.replace(/Command$/, "");
      return calls.through("Step Functions", action, async () => {
        const { status, body } = await machine.handle(action, command.input);
        if (status !== 200) throw serviceException(body);
        return body;
      });
    },
  } as unknown as SFNClient;

  return {
    dynamoDb,
    messages: createMessagesTable(dynamoDb, "messages"),
    consents: createConsentsTable(dynamoDb, "contacts", testHash),
    contacts: createContactsTable(dynamoDb, "contacts", 30, testHash),
    lists: createMessageLists(dynamoDb, "contacts", testHash),
    profiles: createProfilesTable(dynamoDb, "profiles"),
    circuits: createCircuitsTable(dynamoDb, "circuits"),
    counters: createCountersTable(dynamoDb, "counters"),
    budgets: createBudgetsTable(dynamoDb, "counters"),
    keys: createIdempotencyKeysTable(dynamoDb, "idempotencyKeys", 24),
    stepFunctions,
    machine,
    stop: () => {
      machine.stop();
      dynamoDb.destroy();
    },
  };
}
export type Aws = ReturnType<typeof createAws>;

const exceptions = { TaskTimedOut, TaskDoesNotExist, ExecutionAlreadyExists, ExecutionDoesNotExist };

/** As the SDK's client throws what the service refuses. */
function serviceException(body: unknown): Error {
  const { __type: name, message } = body as { __type: string; message: string };
  const Kind = Object.entries(exceptions).find(([known]) => known === name)?.[1];
  return Kind ? new Kind({ message, $metadata: {} }) : Object.assign(new Error(message), { name });
}
