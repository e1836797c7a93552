/**
 * The dependencies of accepting a message, from the function's environment and the deployment's facts. Shared by the API, the batch
 * and the queue; the batch has no `start`, because its executions start from the queue.
 */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { createStartsQueue, type StartsQueue } from "../aws/starts-queue.ts";
import { createStepFunctionsClient, startExecution } from "../aws/step-functions.ts";
import { channelById } from "../channels/registry.ts";
import { isWaiting } from "../domain/message/message.ts";
import { ownFacts } from "../shared/deployment-facts.ts";
import { environment } from "../shared/environment.ts";
import { keptFor } from "../shared/kept-for.ts";
import { logFault } from "../shared/log.ts";
import { createBudgetsTable } from "../storage/budgets-table.ts";
import { createCapsTable } from "../storage/caps-table.ts";
import { createClientsTable } from "../storage/clients-table.ts";
import { createConsentsTable } from "../storage/consents-table.ts";
import { createContactsTable } from "../storage/contacts-table.ts";
import { createCountersTable } from "../storage/counters-table.ts";
import { createHabitsTable } from "../storage/habits-table.ts";
import { createIdempotencyKeysTable } from "../storage/idempotency-keys-table.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists } from "../storage/message-lists.ts";
import { createMessagesTable } from "../storage/messages-table.ts";
import { createProfilesTable } from "../storage/profiles-table.ts";
import { createBudget } from "./budget.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { createSmsLimit } from "./sms-limit.ts";

/** What a stored message needs to be planned again. */
export function planDependencies(dynamoDb = createDynamoDb()) {
  const facts = ownFacts();
  const retentionDays = environment("RETENTION_DAYS");
  const hash = deployedHash();
  const clients = createClientsTable(dynamoDb, environment("CLIENTS_TABLE"));
  return {
    messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
    profiles: createProfilesTable(dynamoDb, environment("PROFILES_TABLE")),
    contacts: createContactsTable(dynamoDb, environment("CONTACTS_TABLE"), retentionDays, hash),
    consents: createConsentsTable(dynamoDb, environment("CONTACTS_TABLE"), hash),
    hash,
    smsLimit: createSmsLimit({
      limits: facts.smsHourlyLimits,
      counters: createCountersTable(dynamoDb, environment("COUNTERS_TABLE")),
      random: Math.random,
    }),
    budget: createBudget({
      budgetOf: clients.budget,
      budgets: createBudgetsTable(dynamoDb, environment("COUNTERS_TABLE")),
    }),
    caps: createCapsTable(dynamoDb, environment("COUNTERS_TABLE"), hash),
    settingsOf: keptFor(60_000, clients.settings),
    ruleSets: { get: clients.ruleSet },
    habits: createHabitsTable(dynamoDb, environment("HABITS_TABLE")),
    deployment: {
      channels: channelById,
      missingAccounts: facts.absentChannels,
      windows: facts.windows,
    },
    prices: facts.prices,
    retentionDays,
    now: () => new Date(),
  };
}

export function ingestDependencies(): Omit<IngestDependencies, "start"> {
  const dynamoDb = createDynamoDb();
  const planning = planDependencies(dynamoDb);
  return {
    ...planning,
    keys: createIdempotencyKeysTable(
      dynamoDb,
      environment("IDEMPOTENCY_KEYS_TABLE"),
      environment("IDEMPOTENCY_HOURS"),
    ),
    lists: createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), planning.hash),
  };
}

/**
 * Starts the execution, or puts it on the starts queue if Step Functions throttles or is down, or the message is to go out later:
 * it is stored, so its sender need not wait. Throws if that fails too.
 */
export function startOrEnqueue(
  startNow: IngestDependencies["start"],
  starts: Pick<StartsQueue, "enqueue">,
): IngestDependencies["start"] {
  return async (message) => {
    if (!isWaiting(message))
      try {
        return await startNow(message);
      } catch (error) {
        logFault("an execution could not be started, and is put on the starts queue", error);
      }
    await starts.enqueue([message.messageId]);
  };
}

export function createStart(): IngestDependencies["start"] {
  const stepFunctions = createStepFunctionsClient();
  const stateMachinePrefix = environment("STATE_MACHINE_PREFIX");
  return startOrEnqueue(
    (message) => startExecution(stepFunctions, stateMachinePrefix, message),
    createStartsQueue(environment("STARTS_QUEUE_URL")),
  );
}
