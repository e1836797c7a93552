/** The functions of a message's way, as their handlers make them, on one world's AWS and clock. */

import { createCancelMessage } from "../../../functions/api/cancel-message.ts";
import type { DeadLetters } from "../../../functions/aws/dead-letters.ts";
import type { StartsQueue } from "../../../functions/aws/starts-queue.ts";
import {
  executionArn,
  failTask,
  startExecution,
  stopExecution,
  succeedTask,
} from "../../../functions/aws/step-functions.ts";
import { channelById } from "../../../functions/channels/registry.ts";
import type { Send } from "../../../functions/domain/channel.ts";
import type { HopInput } from "../../../functions/domain/message/execution-input.ts";
import type { Message } from "../../../functions/domain/message/message.ts";
import type { Circuits } from "../../../functions/hop/circuits.ts";
import type { HopEvent } from "../../../functions/hop/dependencies.ts";
import { runHop } from "../../../functions/hop/hop.ts";
import { createUndeliverable } from "../../../functions/hop/undeliverable.ts";
import { type Handle, httpHandler } from "../../../functions/http/handler.ts";
import { createBatch } from "../../../functions/ingest/batch.ts";
import { begin } from "../../../functions/ingest/begin.ts";
import { createBudget } from "../../../functions/ingest/budget.ts";
import { startOrEnqueue } from "../../../functions/ingest/dependencies.ts";
import type { IngestDependencies } from "../../../functions/ingest/ingest-dependencies.ts";
import { createIngestQueue } from "../../../functions/ingest/queue.ts";
import { createIngest } from "../../../functions/ingest/single.ts";
import { createSmsLimit } from "../../../functions/ingest/sms-limit.ts";
import { createStarts } from "../../../functions/ingest/start-executions.ts";
import { createAppReceipts } from "../../../functions/receipts/app-receipts.ts";
import { createReceipts } from "../../../functions/receipts/handler.ts";
import { createCapsTable } from "../../../functions/storage/caps-table.ts";
import type { StoredSettings } from "../../../functions/storage/clients-table.ts";
import type { CountersTable, FixedWindow } from "../../../functions/storage/counters-table.ts";
import { machinePrefix, noCustomerRefs, testHash } from "../fixtures/routing-in-process.ts";
import type { Aws } from "./aws.ts";

/** What the functions have of a world beside AWS. */
export interface Surroundings {
  now: () => Date;
  /** The channel's provider. */
  send: (channel: string) => Send;
  /** Of the client. */
  settings: () => StoredSettings;
  circuitsOf: (channel: string) => Circuits;
  /** Puts a receipt back into its queue for a while. */
  comeBackIn: (seconds: number, receiptHandle: string) => Promise<void>;
  starts: StartsQueue;
  /** Makes a schedule. */
  schedule: (messageId: string, milliseconds: number) => Promise<void>;
  park: DeadLetters;
}

export const receiptKey = "a key of 32 characters, or about";
const pause = async () => {};

/** Every message is counted, so that each story meets the faults of the counters, and none their limit. */
const eachOne = (counters: CountersTable) => ({
  ...counters,
  count: (count: FixedWindow) => counters.count(count, 1),
});

export function createFunctions(aws: Aws, surroundings: Surroundings) {
  const { now, send, settings, circuitsOf, comeBackIn, starts, schedule, park } = surroundings;
  const { messages, contacts, consents, lists, profiles, keys, counters, budgets, stepFunctions } = aws;
  const succeed = (taskToken: string, output: object) => succeedTask(stepFunctions, taskToken, output);
  const updateDependencies = {
    messages,
    contacts,
    consents,
    succeedTask: succeed,
    failTask: (taskToken: string, error: string, cause: string) =>
      failTask(stepFunctions, taskToken, error, cause),
    now,
  };
  const undeliverable = createUndeliverable(messages, now);
  const applyAppReceipt = createAppReceipts(updateDependencies);
  const startNow = (message: Message) => startExecution(stepFunctions, machinePrefix, message);
  const accepting: IngestDependencies = {
    messages,
    profiles,
    contacts,
    consents,
    lists,
    keys,
    hash: testHash,
    start: startOrEnqueue(startNow, starts),
    smsLimit: createSmsLimit({
      limits: { default: 1_000_000 },
      counters: eachOne(counters),
      random: () => 0,
    }),
    budget: createBudget({ budgetOf: async () => "1000000", budgets }),
    caps: createCapsTable(aws.dynamoDb, "counters", testHash),
    settingsOf: async () => settings(),
    ruleSets: { get: async () => undefined },
    habits: { read: async () => () => ({ own: {}, everyone: {} }) },
    deployment: { channels: channelById, missingAccounts: {} },
    prices: { sms: { default: "0.01" } },
    retentionDays: 30,
    now,
  };
  return {
    ingest: httpHandler(() => createIngest(accepting)),
    batch: httpHandler(() => createBatch(accepting, starts)),
    fromQueue: (tries: number) => createIngestQueue({ ...accepting, park, defaultClient: "c1", tries }),
    starts: createStarts(messages, startNow, (message) =>
      begin(message, {
        ...accepting,
        starts,
        schedule: (messageId, at) => schedule(messageId, Date.parse(at) - now().getTime()),
      }),
    ),
    cancelMessage: httpHandler(() =>
      createCancelMessage({
        messages,
        stop: (message) =>
          stopExecution(stepFunctions, executionArn(machinePrefix, message), {
            error: "Cancelled",
            cause: "DELETE",
          }),
        now,
      }),
    ),
    appReceipts: httpHandler((): Handle => (event) => applyAppReceipt(event, receiptKey)),
    receipts: createReceipts({
      ...updateDependencies,
      lists,
      ...noCustomerRefs,
      startRest: startNow,
      publishInbound: async () => {},
      prices: {},
      topicReaders: [],
      comeBackIn,
      pause,
      tries: 6,
      emitCount: async () => {},
    }),
    /** What the state machine calls. */
    task: async (name: string, payload: unknown): Promise<unknown> => {
      const channel = channelById.get(name);
      if (channel === undefined) return undeliverable(payload as HopInput);
      return runHop(payload as HopEvent, {
        channel,
        messages,
        contacts,
        consents,
        circuits: circuitsOf(name),
        settings: {},
        send: send(name),
        succeedTask: succeed,
        failTask: updateDependencies.failTask,
        now,
        pause,
      });
    },
  };
}
