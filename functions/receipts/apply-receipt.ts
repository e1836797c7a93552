/**
 * Applies a receipt: finds its message, records what is new, and ends the waiting task: with success where the customer is
 * reached, with the provider's error where the channel failed. Repeating it is safe.
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

export interface UpdateDependencies {
  messages: MessagesTable;
  succeedTask: (taskToken: string, output: object) => Promise<void>;
  failTask: (taskToken: string, error: string, cause: string) => Promise<void>;
  /** Starts the rest of the route; absent where nobody reports failures. */
  startRest?: (message: Message) => Promise<void>;
  /** The circuits of a channel; absent where nobody reports failures. */
  circuitsOf?: (channel: string) => Pick<Circuits, "failedLater" | "succeededLater">;
  /** Absent where nobody reports opt-outs. */
  consents?: Pick<ConsentsTable, "record">;
  now: () => Date;
}

export interface ReceiptDependencies extends UpdateDependencies {
  contacts: ContactsTable;
  prices: PriceTable;
}

/**
 * `unmatched`: no message yet that it could be about; it may be tried again. `not ours`: the same, and nothing was sent to its
 * address: SNS's logs of SMS and the events of a platform application belong to the whole account, where other software may send
 * too.
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
  if (receipt.names === "watermark") return applyWatermark(receipt, dependencies, isRepeated);
  const found = await messageOf(receipt, dependencies);
  if (found === undefined) return "unmatched";
  if (found === "not ours") return found;
  const { message, channel } = found;
  if (message.test && !isReported(receipt)) return "nothing new";
  const update = statusUpdateOf({ ...receipt, channel }, message, dependencies.prices);
  const applied = await applyUpdate(message, update, dependencies, isRepeated);
  const { knownAs, at } = receipt;
  if (knownAs !== undefined && applied === "recorded")
    await dependencies.contacts.recordProviderIds(channel, [knownAs], message.messageId, at);
  return applied;
}

/** The table of test addresses is one for all channels. */
const isReported = ({ channel, status }: Receipt): boolean =>
  status === "failed" || channelById.get(channel)?.reports.includes(status) === true;

/** The cost is the provider's own figure, or the price table's for the category that the provider names. */
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

/** Applies the update to one message: records what is new, and ends the waiting task where it is to end. */
export const applyUpdate = (...of: Parameters<typeof recordAndEnd>): Promise<AppliedReceipt> =>
  withLogFields({ messageId: of[0].messageId }, () => recordAndEnd(...of));

async function recordAndEnd(
  message: Message,
  update: StatusUpdate,
  dependencies: UpdateDependencies,
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
  if (await retryWithTemplate(message, redactedUpdate, dependencies, isRepeated)) return "recorded";
  let current = message;
  let recorded = false;
  // Repeated where the failures of two devices came at once (the last one fails the attempt), or a redaction came in between.
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
  const isNew = recorded && (redactedUpdate.status === "failed" || message.finishedAt === undefined);
  const end = isNew || isRepeated ? taskToEnd(current, redactedUpdate) : undefined;
  if (end?.how === "succeed")
    await succeedTask(end.taskToken, { messageId, channel: end.channel, status: redactedUpdate.status });
  if (end?.how === "fail") await failTask(end.taskToken, end.error.name, describeError(end.error));
  return recorded ? "recorded" : "nothing new";
}

/**
 * Where free text was refused after all: releases the claim, and fails the task with an error name of its own, on which the
 * state's Retry calls the channel's function once more, which sends the template.
 */
async function retryWithTemplate(
  message: Message,
  update: StatusUpdate,
  { messages, failTask }: UpdateDependencies,
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
 * Where a failure is reported after `sent` had ended the message: tries the rest of the route, once for each channel that fails
 * like this. Repeated, it starts the same execution, which does nothing where it was started before.
 */
async function resume(
  message: Message,
  channel: string,
  { messages, startRest, now }: UpdateDependencies,
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
  // A repetition after the next channel began has nothing to start: that execution runs, or is no longer the newest.
  if (resumedAfter(resumed) === channel) await startRest(resumed);
  return true;
}

/** A circuit that cannot be written changes nothing for this message. */
async function reportToCircuits(
  { client, attempts }: Message,
  { channel, error }: StatusUpdate,
  { circuitsOf }: UpdateDependencies,
): Promise<void> {
  const circuits = circuitsOf?.(channel);
  if (error === undefined) await circuits?.succeededLater(client);
  else if (countsForCircuits(error))
    await circuits
      ?.failedLater(client, error.identity ?? attempts[channel]?.provider ?? "account")
      .catch((fault: unknown) => logFault("the circuits could not be written", fault));
}

const isUntried = (attempt: Attempt = {}): boolean => Object.keys(attempt).length === 0;

interface Found {
  message: Message;
  /** Of the attempt: where a report does not say which of two it was, the other one. */
  channel: string;
}

async function messageOf(
  receipt: Exclude<Receipt, { names: "watermark" }>,
  dependencies: ReceiptDependencies,
): Promise<Found | undefined | "not ours"> {
  const { messages } = dependencies;
  const { channel } = receipt;
  const on = (message: Message | undefined) => message && { message, channel };
  switch (receipt.names) {
    case "messageId": {
      const message = await messages.get(receipt.messageId);
      const { claimedAt, refusedTextId } = message?.attempts[channel] ?? {};
      return (claimedAt ?? refusedTextId) === undefined ? undefined : on(message);
    }
    case "providerMessageId":
      return on(await sentAs(receipt, dependencies));
    case "address": {
      const sentAt = Date.parse(receipt.sentAt);
      const from = receipt.sentSince ?? isoAt(sentAt - 5 * minute);
      const { address, orChannels = [] } = receipt;
      const candidates = (
        await Promise.all(
          [channel, ...orChannels].map((one) =>
            attemptsTo({ channel: one, address }, from, isoAt(sentAt + minute), dependencies),
          ),
        )
      ).flat();
      const named = candidates.find(({ attempt }) =>
        attempt.providerMessageIds?.includes(receipt.providerMessageId),
      );
      const known = named ?? on(await sentAs(receipt, dependencies));
      if (known) return known;
      if (candidates.length === 0) return "not ours";
      // The function died between the send and the record: the only such attempt to this address is the one. While another is
      // under way, the receipt may be for that one, which will have its id in a moment.
      const [only, ...others] = candidates.filter(isNameless);
      if (only) return others.length === 0 && isOut(only) ? only : undefined;
      // An earlier failure named one of its devices, and this is the next one.
      return candidates.find(isKnownByItsFailure);
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

/** Applies to everything that was sent to the customer between the previous watermark and this one. */
async function applyWatermark(
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
    covered.filter(isOut).map(({ message }) => applyUpdate(message, receipt, dependencies, isRepeated)),
  );
  // Whether one that is being sent right now is before the watermark is decided when it is out: the receipt comes again.
  if (covered.some((one) => !isOut(one) && one.attempt.claimedAt && !one.attempt.failedAt))
    return "unmatched";
  await contacts.advance(channel, address, field, watermark);
  return applied.includes("recorded") ? "recorded" : "nothing new";
}

interface Candidate extends Found {
  attempt: Attempt;
}

/** It went out, or it may have and nobody will record it any more: after a crash, or where its window ended before the record. */
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
    return message && attempt && !message.test ? [{ message, channel, attempt }] : [];
  });
}
