/**
 * Sends one message through the real functions: ingest, the hops, receipts, undeliverable, on the local tables. The state
 * machine is a loop here, as its definition has it; the providers and the customer are simulated.
 */
import { randomUUID } from "node:crypto";
import cdk from "../../cdk.json" with { type: "json" };
import { NotRegistered } from "../../functions/channels/errors.ts";
import { channelById } from "../../functions/channels/registry.ts";
import type { Channel } from "../../functions/domain/channel.ts";
import {
  executionInput,
  type HopInput,
  undeliverable,
} from "../../functions/domain/message/execution-input.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import type { Fate } from "../../functions/domain/reporting/course.ts";
import { runHop } from "../../functions/hop/hop.ts";
import { createUndeliverable } from "../../functions/hop/undeliverable.ts";
import { accept } from "../../functions/ingest/accept.ts";
import type { IngestDependencies } from "../../functions/ingest/ingest-dependencies.ts";
import { applyReceipt } from "../../functions/receipts/apply-receipt.ts";
import { content } from "../../infra/local/console/compare/compare-orders.ts";
import { fateOf, type SimulatedCustomer } from "../../infra/local/console/compare/customers.ts";
import { closedCircuits, type LocalTables, nothingKnown } from "../unit/fixtures/routing-in-process.ts";

export const { prices } = cdk.context;

export interface Sent {
  message: Message;
  /** Whether the customer read it, wherever: SMS report no reads, and are read all the same. */
  isRead: boolean;
}

export async function sendThrough(
  tables: LocalTables,
  customer: SimulatedCustomer,
  rules: unknown,
  round: string,
  startedAt: Date,
): Promise<Sent> {
  let time = startedAt.getTime();
  const now = () => new Date(time);
  const ingest: IngestDependencies = {
    ...tables,
    ...nothingKnown,
    habits: tables.habits,
    start: async () => {},
    deployment: { channels: channelById, missingAccounts: {} },
    prices,
    retentionDays: 30,
    now,
  };
  const messageId = randomUUID();
  const request = { to: customer.to, ...content, rules };
  await accept("simulation", request, { messageId }, ingest);
  const stored = async () => (await tables.messages.get(messageId)) as Message;

  let isRead = false;
  let failed: HopInput["failed"];
  let hop: HopInput | undefined = executionInput(await stored());
  while (hop !== undefined) {
    const input: HopInput = failed ? { ...hop, failed } : hop;
    const channel = channelById.get(input.channel);
    if (input.channel === undeliverable || channel === undefined) {
      await createUndeliverable(tables.messages, now)(input);
      break;
    }
    const fate = fateOf(customer, channel.id, round);
    failed = await tryChannel(tables, { input, channel, fate, now });
    if (failed === undefined) {
      const sentAt = time;
      time += fate.secondsToDeliver * 1000;
      if (fate.isDelivered) await receive(tables, messageId, channel.id, "delivered", now);
      if (fate.isRead) {
        isRead = true;
        time += fate.secondsToRead * 1000;
        if (channel.reports.includes("read")) await receive(tables, messageId, channel.id, "read", now);
      }
      if ((await stored()).finishedAt !== undefined) break;
      time = sentAt + (input.timeoutSeconds ?? 0) * 1000;
      failed = { Error: "States.Timeout" };
    }
    hop = hop.next;
  }
  return { message: await stored(), isRead };
}

/** What the state's Catch gets; undefined: the task waits. */
async function tryChannel(
  { messages, contacts, consents }: LocalTables,
  { input, channel, fate, now }: { input: HopInput; channel: Channel; fate: Fate; now: () => Date },
): Promise<HopInput["failed"]> {
  try {
    await runHop(
      { taskToken: `task-${input.messageId}-${channel.id}`, hop: input },
      {
        channel,
        messages,
        contacts,
        consents,
        circuits: closedCircuits,
        settings: {},
        send: async () => {
          if (!fate.isRegistered) throw new NotRegistered("nobody has this address");
          return { providerMessageIds: [`${channel.id}-${input.messageId}`] };
        },
        succeedTask: async () => {},
        failTask: async () => {},
        now,
        pause: async () => {},
      },
    );
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return { Error: name, Cause: JSON.stringify({ errorMessage: message }) };
  }
}

async function receive(
  { messages, contacts }: LocalTables,
  messageId: string,
  channel: string,
  status: "delivered" | "read",
  now: () => Date,
): Promise<void> {
  const pricing = channel === "whatsApp" ? { pricing: { category: "marketing" } } : {};
  await applyReceipt(
    { names: "messageId", messageId, channel, status, at: now().toISOString(), ...pricing },
    { messages, contacts, prices, succeedTask: async () => {}, failTask: async () => {}, now },
    false,
  );
}
