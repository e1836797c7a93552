/**
 * What a receipt does: it finds its message, records what is new of it, and ends the task that waits: with success where the
 * message is reached, with the provider's error where its channel failed. Done again, it does the same.
 */

import { describeError, withoutAddresses } from "../channels/attempt-error.ts";
import { channelById } from "../channels/registry.ts";
import { countsFrom } from "../domain/customer/consent.ts";
import { resumedAfter } from "../domain/message/execution-input.ts";
import type { Attempt, Message } from "../domain/message/message.ts";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import { withoutPersonalData } from "../domain/message/redaction.ts";
import { priceOf } from "../domain/money/price.ts";
import type { PriceTable } from "../domain/money/price-table.ts";
import {
  changesOf,
  isReached,
  isTextRefused,
  isToResume,
  type StatusUpdate,
  taskForTemplate,
  taskToEnd,
} from "../domain/outcome/receipt-changes.ts";
import { outcomeOf } from "../domain/outcome/trace.ts";
import { type Circuits, countsForCircuits } from "../hop/circuits.ts";
import { noteOptOut } from "../hop/consent.ts";
import { logFault, withLogFields } from "../shared/log.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessagesTable } from "../storage/messages-table.ts";

export interface SettleDependencies {
  messages: MessagesTable;
  succeedTask: (taskToken: string, output: object) => Promise<void>;
  failTask: (taskToken: string, error: string, cause: string) => Promise<void>;
  /** Starts what is left of the route; absent where nobody reports failures. */
  startRest?: (message: Message) => Promise<void>;
  /** The circuits of a channel; absent where nobody reports failures. */
  circuitsOf?: (channel: string) => Pick<Circuits, "failedLater" | "succeededLater">;
  /** Absent where nobody reports opt-outs. */
  consents?: Pick<ConsentsTable, "record">;
  now: () => Date;
}

export interface ReceiptDependencies extends SettleDependencies {
  contacts: ContactsTable;
  prices: PriceTable;
}

/**
 * `unmatched`: no message yet that it could mean; it may come back. `not ours`: the same, and nothing was sent to its address:
 * SNS's logs of SMS and the events of a platform application are the account's, where other software may send too.
 */
export type AppliedReceipt = "recorded" | "nothing new" | "unmatched" | "not ours";

const minute = 60_000;
const isoAt = (milliseconds: number) => new Date(milliseconds).toISOString();

/** `isRepeated`: an earlier try may have died between the record and the end of the task. */
export async function applyReceipt(
  receipt: Receipt,
  dependencies: ReceiptDependencies,
  isRepeated: boolean,
): Promise<AppliedReceipt> {
  if (receipt.names === "watermark") return settleWatermark(receipt, dependencies, isRepeated);
  const message = await messageOf(receipt, dependencies);
  if (message === undefined) return "unmatched";
  if (message === "not ours") return message;
  if (message.test && !isReported(receipt)) return "nothing new";
  const update = statusUpdateOf(receipt, message, dependencies.prices);
  const applied = await settleMessage(message, update, dependencies, isRepeated);
  const { channel, knownAs, at } = receipt;
  if (knownAs !== undefined && applied === "recorded")
    await dependencies.contacts.recordProviderIds(channel, [knownAs], message.messageId, at);
  return applied;
}

/** The table of test addresses is one for all channels. */
const isReported = ({ channel, status }: Receipt): boolean =>
  status === "failed" || channelById.get(channel)?.reports.includes(status) === true;

/** The provider's own figure, or the price table's by what the provider says it was. */
function statusUpdateOf(
  { pricing, knownAs: _, ...update }: Receipt,
  { country }: Message,
  prices: PriceTable,
): StatusUpdate {
  if (pricing === undefined) return update;
  if ("usd" in pricing) return { ...update, cost: { usd: pricing.usd, source: "provider" } };
  const usd = priceOf(prices, { channel: update.channel, country, category: pricing.category });
  return usd === undefined ? update : { ...update, cost: { usd, source: "priceTable" } };
}

/** Records the news of one message and ends its waiting task, where there is anything to record or to end. */
export const settleMessage = (...of: Parameters<typeof recordAndEnd>): Promise<AppliedReceipt> =>
  withLogFields({ messageId: of[0].messageId }, () => recordAndEnd(...of));

async function recordAndEnd(
  message: Message,
  update: StatusUpdate,
  dependencies: SettleDependencies,
  isRepeated: boolean,
): Promise<AppliedReceipt> {
  const { messages, succeedTask, failTask, now } = dependencies;
  const { messageId } = message;
  const until = message.route.find(({ channel }) => channel === update.channel)?.until;
  const redactedUpdate: StatusUpdate = update.error
    ? {
        ...update,
        error: { ...update.error, message: withoutAddresses(update.error.message, message.addresses) },
      }
    : update;
  const channel = channelById.get(redactedUpdate.channel);
  if (channel && dependencies.consents && redactedUpdate.error) {
    const saidAt = countsFrom(redactedUpdate.at, now());
    await noteOptOut(channel, message, redactedUpdate.error.code, saidAt, dependencies.consents);
  }
  if (await handToTemplate(message, redactedUpdate, dependencies, isRepeated)) return "recorded";
  let current = message;
  let recorded = false;
  // Again where two devices' failures met (the last one fails the attempt), or a redaction came between.
  for (;;) {
    const at = now().toISOString();
    const attempt = current.attempts[update.channel] ?? {};
    const found = changesOf(attempt, redactedUpdate, at);
    if (found === undefined) break;
    const isRedacted = current.redactedAt !== undefined;
    const changes = isRedacted ? withoutPersonalData(found) : found;
    const reached = isReached({ ...attempt, ...changes }, until) ? at : undefined;
    const updated = await messages.recordReceipt(messageId, update.channel, changes, isRedacted, reached);
    if (updated === undefined) return "unmatched";
    current = updated;
    recorded = true;
  }
  if (recorded && !message.test) await reportToCircuits(message, redactedUpdate, dependencies);
  if (redactedUpdate.status === "failed" && (recorded || isRepeated)) {
    const resumed = await resume(current, update.channel, dependencies);
    if (resumed) return recorded ? "recorded" : "nothing new";
  }
  const isNews = recorded && (redactedUpdate.status === "failed" || message.finishedAt === undefined);
  const end = isNews || isRepeated ? taskToEnd(current, redactedUpdate) : undefined;
  if (end?.how === "succeed")
    await succeedTask(end.taskToken, { messageId, channel: end.channel, status: redactedUpdate.status });
  if (end?.how === "fail") await failTask(end.taskToken, end.error.name, describeError(end.error));
  return recorded ? "recorded" : "nothing new";
}

/**
 * Free text that was refused after all gives its claim back, and its task fails by a name of its own: the state's Retry calls
 * the channel's function once more, which sends the template.
 */
async function handToTemplate(
  message: Message,
  update: StatusUpdate,
  { messages, failTask }: SettleDependencies,
  isRepeated: boolean,
): Promise<boolean> {
  const { error, providerMessageId: refusedTextId } = update;
  let released: Message | undefined = message;
  if (isTextRefused(message, update) && error && refusedTextId !== undefined)
    released = await messages.releaseText(message.messageId, update.channel, { refusedTextId, error });
  else if (!isRepeated) return false;
  const taskToken = released && taskForTemplate(released, update);
  if (taskToken === undefined || error === undefined) return false;
  await failTask(taskToken, "TextRefused", describeError(error));
  return true;
}

/**
 * A failure that is told after `sent` had ended the search: the rest of the route is tried, once for each channel that fails
 * so. Done again, it starts the same execution, which is none where it was started before.
 */
async function resume(
  message: Message,
  channel: string,
  { messages, startRest, now }: SettleDependencies,
): Promise<boolean> {
  if (startRest === undefined) return false;
  const at = now().toISOString();
  const { messageId, route, finishedAt, attempts } = message;
  let resumed: Message | undefined = message;
  if (attempts[channel]?.resumedAt === undefined) {
    if (finishedAt === undefined || !isToResume(message, channel, at)) return false;
    const isLast = !route.some((hop) => isUntried(attempts[hop.channel]));
    resumed = await messages.resume(messageId, channel, at, finishedAt, isLast);
  }
  if (resumed === undefined || resumed.finishedAt !== undefined) return resumed !== undefined;
  // Repeated after the next channel had begun: that execution is the newest no longer, or it runs.
  if (resumedAfter(resumed) === channel) await startRest(resumed);
  return true;
}

/** What cannot be written there changes nothing for this message. */
async function reportToCircuits(
  { client }: Message,
  { channel, error }: StatusUpdate,
  { circuitsOf }: SettleDependencies,
): Promise<void> {
  const circuits = circuitsOf?.(channel);
  if (error === undefined) await circuits?.succeededLater(client);
  else if (countsForCircuits(error))
    await circuits
      ?.failedLater(client, error.identity ?? "account")
      .catch((fault: unknown) => logFault("the circuits could not be written", fault));
}

const isUntried = (attempt: Attempt = {}): boolean => Object.keys(attempt).length === 0;

async function messageOf(
  receipt: Exclude<Receipt, { names: "watermark" }>,
  dependencies: ReceiptDependencies,
): Promise<Message | undefined | "not ours"> {
  const { messages } = dependencies;
  const { channel } = receipt;
  switch (receipt.names) {
    case "messageId": {
      const message = await messages.get(receipt.messageId);
      const { claimedAt, refusedTextId } = message?.attempts[channel] ?? {};
      return (claimedAt ?? refusedTextId) === undefined ? undefined : message;
    }
    case "providerMessageId":
      return sentAs(receipt, dependencies);
    case "address": {
      const sentAt = Date.parse(receipt.sentAt);
      const from = receipt.sentSince ?? isoAt(sentAt - 5 * minute);
      const candidates = await attemptsTo(receipt, from, isoAt(sentAt + minute), dependencies);
      const named = candidates.find(({ attempt }) =>
        attempt.providerMessageIds?.includes(receipt.providerMessageId),
      );
      const known = named?.message ?? (await sentAs(receipt, dependencies));
      if (known) return known;
      if (candidates.length === 0) return "not ours";
      // The function died between the send and the record: the only such attempt to this address is the one. While another is
      // under way, it may be that one's, which will have its id in a moment.
      const [only, ...others] = candidates.filter(isNameless);
      if (only) return others.length === 0 && isOut(only) ? only.message : undefined;
      // One of its devices was named by an earlier failure, and this is the next one.
      return candidates.find(isKnownByItsFailure)?.message;
    }
  }
}

const isNameless = ({ attempt }: Candidate): boolean =>
  attempt.claimedAt !== undefined && !attempt.failedAt && !attempt.providerMessageIds;

const isKnownByItsFailure = ({ attempt }: Candidate): boolean =>
  attempt.sentAt === undefined && attempt.failedAt !== undefined && attempt.providerMessageIds !== undefined;

async function sentAs(
  { channel, providerMessageId }: { channel: string; providerMessageId: string },
  { messages, contacts }: ReceiptDependencies,
): Promise<Message | undefined> {
  const messageId = await contacts.findByProviderId(channel, providerMessageId);
  return messageId === undefined ? undefined : messages.get(messageId);
}

/** All that went to the customer up to the watermark, from where the watermark before it had come. */
async function settleWatermark(
  receipt: Extract<Receipt, { names: "watermark" }>,
  dependencies: ReceiptDependencies,
  isRepeated: boolean,
): Promise<AppliedReceipt> {
  const { contacts } = dependencies;
  const { channel, address, watermark, providerMessageIds } = receipt;
  const field = receipt.status === "read" ? "readUntil" : "deliveredUntil";
  const { [field]: known } = await contacts.stateOf(channel, address);
  if (known !== undefined && watermark <= known && providerMessageIds.length === 0 && !isRepeated)
    return "nothing new";
  const day = 24 * 60 * minute;
  // A send that began before the last watermark may have ended after it; no window is longer than a week.
  const from = known === undefined ? Date.parse(watermark) - 7 * day : Date.parse(known) - 5 * minute;
  const to = Date.parse(watermark) + minute;
  const covered = (await attemptsTo(receipt, isoAt(Math.min(from, to)), isoAt(to), dependencies)).filter(
    ({ attempt }) =>
      (attempt.claimedAt ?? "~") <= watermark ||
      attempt.providerMessageIds?.some((id) => providerMessageIds.includes(id)),
  );
  const applied = await Promise.all(
    covered.filter(isOut).map(({ message }) => settleMessage(message, receipt, dependencies, isRepeated)),
  );
  // One that is being sent right now: was it before the watermark? Asked again when it is out.
  if (covered.some((one) => !isOut(one) && one.attempt.claimedAt && !one.attempt.failedAt))
    return "unmatched";
  await contacts.advance(channel, address, field, watermark);
  return applied.includes("recorded") ? "recorded" : "nothing new";
}

interface Candidate {
  message: Message;
  attempt: Attempt;
}

/** It went out, or may have and nobody records it any more: after a crash, or where its window ended before the record. */
function isOut({ message, attempt }: Candidate): boolean {
  if ((attempt.sentAt ?? attempt.unknownAt) !== undefined) return true;
  const outcome = outcomeOf(attempt, undefined, message.finishedAt !== undefined);
  return !["notTried", "trying", "failed"].includes(outcome);
}

async function attemptsTo(
  { channel, address }: { channel: string; address: string },
  from: string,
  to: string,
  { messages, contacts }: ReceiptDependencies,
): Promise<Candidate[]> {
  const ids = new Set(await contacts.findSentBetween(channel, address, from, to));
  const found = await Promise.all([...ids].map((messageId) => messages.get(messageId)));
  return found.flatMap((message) => {
    const attempt = message?.attempts[channel];
    // What a provider reports is never of a test.
    return message && attempt && !message.test ? [{ message, attempt }] : [];
  });
}
