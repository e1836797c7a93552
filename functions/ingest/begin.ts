/**
 * A message with a `sendAt`: what is done with it each time that its start is asked for, which may be early, late, or twice.
 * 1. Before its time: ask for the start again then, by the queue where that is near, otherwise by a schedule.
 * 2. At its time: plan it again, from the stored request, with the profile, the consents, the prices and the settings of now, and
 *   reserve what it may cost. The new plan replaces the stored one, unless the message was ended or planned meanwhile: then the
 *   reservation is released.
 * - What would be refused now (no channel is left, the budget is used up, …) ends as undeliverable, with the reason for each
 *   channel. A message that has expired ends as expired.
 * 3. The execution is started by the caller.
 *
 * Idempotency: the planned message has no request any more, so every further call starts the same execution. A function that dies
 * between the reservation and the plan reserves twice.
 */
import type { StartsQueue } from "../aws/starts-queue.ts";
import { type Message, skipCodes, type WaitingMessage } from "../domain/message/message.ts";
import type { Problem } from "../http/problem.ts";
import { validated } from "../http/validate.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import type { PlanDependencies } from "./ingest-dependencies.ts";
import { type PlannedMessage, type Planning, planMessage } from "./plan.ts";
import { sendRequest } from "./request.ts";
import { plannedFields, reserve, ttlOf } from "./store-message.ts";

export interface BeginDependencies extends PlanDependencies {
  messages: Pick<MessagesTable, "get" | "replaceWaiting">;
  starts: Pick<StartsQueue, "enqueueIn">;
  /** Makes a schedule, unless there is one. `at`: ISO 8601. */
  schedule: (messageId: string, at: string) => Promise<void>;
  retentionDays: number;
}

/** SQS's longest delay. */
const longestDelayMs = 900_000;

/** The message to start now, if there is one. */
export async function begin(
  message: WaitingMessage,
  dependencies: BeginDependencies,
): Promise<Message | undefined> {
  const { messageId, sendAt, expiresOn } = message;
  const { messages, starts, schedule } = dependencies;
  const now = dependencies.now();
  const leftMs = Date.parse(sendAt) - now.getTime();
  if (leftMs > longestDelayMs) await schedule(messageId, sendAt);
  else if (leftMs > 0) await starts.enqueueIn(Math.ceil(leftMs / 1000), messageId);
  else if (expiresOn !== undefined && expiresOn <= now.toISOString())
    await messages.replaceWaiting({ ...message, finishedAt: now.toISOString(), outcome: "expired" });
  else return planNow(message, now, dependencies);
  return undefined;
}

async function planNow(
  message: WaitingMessage,
  now: Date,
  dependencies: BeginDependencies,
): Promise<Message | undefined> {
  const { messageId, client, request } = message;
  const { messages, retentionDays } = dependencies;
  const end = async (ended: Message, skipped: Message["skipped"]) => {
    const finishedAt = now.toISOString();
    const outcome = "undeliverable";
    const nothingTried = { request, route: [], attempts: {}, skipped };
    await messages.replaceWaiting({ ...ended, ...nothingTried, finishedAt, outcome });
    return undefined;
  };
  const planning = await planAgain(message, dependencies);
  if ("refused" in planning) return end(message, skippedBy(planning.refused, message.rules));
  const { planned } = planning;
  const { hops, skipped } = planned.route;
  const again = withPlan(message, planned);
  if (hops.length === 0) return end(again, skipped);
  const reservation = await reserve(client, messageId, planned, now, dependencies);
  if ("refused" in reservation)
    return end(again, { ...skippedBy(reservation.refused, again.rules), ...skipped });
  const { reserved, release } = reservation;
  const begun: Message = {
    ...again,
    ...(reserved === undefined ? {} : { reserved, reservedAt: now.toISOString() }),
    ttl: ttlOf(now, planned, retentionDays),
  };
  if (await messages.replaceWaiting(begun)) return begun;
  const stored = await messages.get(messageId);
  // It may be our own plan: the answer was lost, and the SDK repeated the call.
  if (stored?.reservedAt !== begun.reservedAt) await release();
  return stored?.finishedAt === undefined ? stored : undefined;
}

async function planAgain(message: WaitingMessage, dependencies: BeginDependencies): Promise<Planning> {
  const request = validated(sendRequest, JSON.parse(message.request));
  if ("refused" in request) return request;
  const isTest = message.test !== undefined;
  return planMessage(message.client, request.value, dependencies, { smsLimit: "consume", isTest });
}

/** Nothing of the earlier plan stays. */
function withPlan(message: WaitingMessage, planned: PlannedMessage): Message {
  const { messageId, client, createdAt, fingerprint, sendAt, ttl } = message;
  return {
    messageId,
    client,
    createdAt,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    sendAt,
    ttl,
    ...plannedFields(planned),
  };
}

/** Every channel, with what the sender would have been answered. */
function skippedBy({ message, errors }: Problem, rules: readonly string[]): Message["skipped"] {
  const code = skipCodes.find((one) => one === errors[0]?.code) ?? "refused";
  const reason = [message, ...errors.map((fault) => `${fault.path} ${fault.message}`.trim())].join("; ");
  return Object.fromEntries(rules.map((channel) => [channel, { code, reason }]));
}
