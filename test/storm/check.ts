/** What must hold of every message, whatever was done to it, and of the system as a whole. Pure. */
import type { Attempt, AttemptError, Message } from "../../functions/domain/message/message.ts";
import { furthestOf, isReached } from "../../functions/domain/outcome/receipt-changes.ts";
import { outcomeOf } from "../../functions/domain/outcome/trace.ts";
import { type BehaviourChange, merge, newBehaviour } from "../../infra/local/carrier/behaviour.ts";
import { planReceipts } from "../../infra/local/carrier/receipt-plan.ts";
import { type Channel, channels } from "../../infra/local/carrier/sends.ts";
import type { DeadLetter, Evidence, MessageEvidence } from "./evidence.ts";
import { entryIn, failsLater } from "./plan.ts";

export interface Fault {
  kind: "lost" | "doubled" | "untrue" | "disordered";
  what: string;
}

/** What is wrong with one message; nothing, where all is well. */
export function faultsOf(evidence: MessageEvidence): Fault[] {
  const { observed, planned, stored, executions } = evidence;
  const [message, ...others] = stored;
  if (cameTooLate(evidence)) return [];
  const faults: Fault[] = observed.faults.map((what) => ({ kind: "lost", what }));
  if (message === undefined) return [...faults, { kind: "lost", what: "it is not in the table" }];
  const check = (isWell: boolean, kind: Fault["kind"], what: string) => {
    if (!isWell) faults.push({ kind, what });
  };
  check(others.length === 0, "doubled", `it was taken ${stored.length} times`);
  check(
    [...observed.messageIds].every((id) => id === message.messageId),
    "doubled",
    `its callers were answered ${[...observed.messageIds].join(", ")}, and ${message.messageId} is stored`,
  );
  check(message.finishedAt !== undefined, "lost", "it is not finished");
  const expected = wasNeverStarted(evidence) ? 0 : 1;
  check(
    executions.length === expected,
    executions.length < expected ? "lost" : "doubled",
    `it has ${executions.length} executions`,
  );
  check(!executions.includes("RUNNING"), "lost", "its execution still runs");
  for (const channel of channels) faults.push(...channelFaults(channel, message, evidence));
  faults.push(...routeFaults(message, crossingMs), ...outcomeFaults(message, planned.cancelAfterMs !== null));
  return faults;
}

/** It had expired when it was read: never accepted, and each of its callers or its dead letters says so. */
export const cameTooLate = ({ planned, stored, refusals }: MessageEvidence): boolean =>
  stored.length === 0 &&
  planned.expiresInSeconds !== null &&
  refusals.length === planned.copies &&
  refusals.every((reason) => reason.includes("expiresOn must be in the future"));

/** It was cancelled before the starts queue had its turn. */
const wasNeverStarted = ({ stored: [message], executions }: MessageEvidence): boolean =>
  executions.length === 0 &&
  message?.outcome === "cancelled" &&
  Object.values(message.attempts).every(({ claimedAt }) => claimedAt === undefined);

function channelFaults(
  channel: Channel,
  message: Message,
  { arrived, body, planned, observed: { optedOutAt = never } }: MessageEvidence,
): Fault[] {
  const faults: Fault[] = [];
  const copies = arrived[channel] ?? [];
  const attempt = message.attempts[channel];
  const hop = message.route.find((one) => one.channel === channel);
  const furthest = attempt && furthestOf(attempt);
  if (copies.length > 1)
    faults.push({ kind: "doubled", what: `${copies.length} copies arrived by ${channel}` });
  if (copies.some((one) => one.body !== body))
    faults.push({ kind: "untrue", what: `what arrived by ${channel} is another message` });
  if (copies.length > 0 && ["notTried", "skipped"].includes(outcomeOf(attempt, hop?.until, true)))
    faults.push({ kind: "untrue", what: `it arrived by ${channel}, which the trace says was not tried` });
  if (copies.length === 0 && (furthest === "delivered" || furthest === "read"))
    faults.push({ kind: "untrue", what: `${furthest} by ${channel}, and nothing arrived there` });
  if (copies.length > 0 && reportsDelivery(channel, planned.carrier[channel]) && !attempt?.deliveredAt)
    faults.push({ kind: "lost", what: `the receipt of its delivery by ${channel}` });
  if (
    copies.length > 0 &&
    planned.optOut?.channel === channel &&
    attempt?.claimedAt !== undefined &&
    attempt.claimedAt > optedOutAt
  )
    faults.push({ kind: "untrue", what: `it arrived by ${channel} after the customer's opt-out` });
  faults.push(...answerFaults(channel, attempt, copies.length > 0, planned.carrier[channel]));
  return faults;
}

/** Errors of our own side, or of what is known of other messages or of the customer: they say nothing of this provider's answer. */
const isOfItsProvider = ({ speaksOf, code }: AttemptError): boolean =>
  speaksOf !== undefined && !["CircuitOpen", "ServiceFault", "opted_out"].includes(code ?? "");

/** What must hold where the plan has the provider answer from the catalogue. */
function answerFaults(
  channel: Channel,
  attempt: Attempt | undefined,
  hasArrived: boolean,
  change: BehaviourChange = {},
): Fault[] {
  const entry = entryIn(change);
  if (entry === undefined || attempt === undefined) return [];
  const { name, about, sync } = entry;
  const untrue = (what: string): Fault[] => [{ kind: "untrue", what: `${name}: ${what}` }];
  const { failedAt, unknownAt, deliveredAt, error } = attempt;
  const subject = about === "thread" ? "customer" : about;
  const isRefusal = error !== undefined && (failedAt !== undefined || (!unknownAt && !attempt.sentAt));
  if (isRefusal && isOfItsProvider(error) && error.speaksOf !== subject)
    return untrue(`the trace says that it speaks of the ${error.speaksOf}, and not of the ${subject}`);
  if (hasArrived && failsLater(change)) return untrue(`it arrived by ${channel}`);
  if (failsLater(change) && deliveredAt) return untrue(`the trace says that ${channel} delivered it`);
  if (sync?.takesMessage && sync.call === undefined && failedAt && hasArrived)
    return untrue("the message is out, and the trace says that it failed");
  return [];
}

/** Whether the provider reports an arrival, after it lost what the plan says that it loses. */
function reportsDelivery(channel: Channel, change: BehaviourChange = {}): boolean {
  const receipts = planReceipts(channel, merge(newBehaviour(), change), false);
  return receipts.some(({ status }) => status === "delivered" || status === "read");
}

const never = "9999-12-31T00:00:00.000Z";

/**
 * Each function writes the time at which it asked, and the storm moves the clock while it waits for its answer: of two writes
 * that cross, the table may take the one with the later time first, by as much as a function may run.
 */
const crossingMs = 60_000;

/**
 * Channels are tried in the route's order, and none once the message is finished or past its time. `crossing`: milliseconds
 * by which the times of two writes may be in another order than the writes.
 */
export function routeFaults(
  { route, attempts, finishedAt = never, expiresOn = "~" }: Message,
  crossing = 0,
): Fault[] {
  const claims = route.flatMap(({ channel }) => {
    const claimedAt = attempts[channel]?.claimedAt;
    return claimedAt === undefined ? [] : [{ channel, claimedAt }];
  });
  return claims.flatMap(({ channel, claimedAt }, index): Fault[] => {
    const before = claims[index - 1];
    return [
      ...(Date.parse(claimedAt) > Date.parse(finishedAt) + crossing
        ? [{ kind: "disordered" as const, what: `${channel} was tried after it was finished` }]
        : []),
      ...(claimedAt >= expiresOn
        ? [{ kind: "disordered" as const, what: `${channel} was tried after it had expired` }]
        : []),
      ...(before && Date.parse(before.claimedAt) > Date.parse(claimedAt) + crossing
        ? [
            {
              kind: "disordered" as const,
              what: `${before.channel} was tried when the route was at ${channel}`,
            },
          ]
        : []),
    ];
  });
}

export function outcomeFaults(message: Message, isCancelled: boolean): Fault[] {
  const { outcome, route, attempts, finishedAt = "", expiresOn = "~" } = message;
  const untrue = (what: string): Fault[] => [{ kind: "untrue", what }];
  switch (outcome) {
    case "reached":
      return route.some(({ channel, until }) => isReached(attempts[channel] ?? {}, until))
        ? []
        : untrue("reached, and no channel came as far as its rule asks");
    case "undeliverable": {
      const left = route.filter(({ channel }) => !attempts[channel]?.endedAt);
      return left.length === 0
        ? []
        : untrue(`undeliverable, and the route never left ${left.map(({ channel }) => channel).join(", ")}`);
    }
    case "expired":
      return finishedAt >= expiresOn ? [] : untrue("expired before its time");
    case "cancelled":
      return isCancelled ? [] : untrue("cancelled, and nobody did");
    default:
      return [];
  }
}

/** What is wrong beyond single messages. */
export function systemFaults(evidence: Evidence): string[] {
  const { messages, executions, storedMessages, queues, deadLetters, hostileArrivals } = evidence;
  const accepted = messages.filter((one) => !cameTooLate(one)).length;
  const started = accepted - messages.filter(wasNeverStarted).length;
  const left = queues.filter(({ visible, hidden }) => visible + hidden > 0);
  return [
    ...(executions === started && storedMessages === accepted
      ? []
      : [
          `${accepted} messages, ${started} of them started, ${storedMessages} in the table, ${executions} executions`,
        ]),
    ...left.map(({ name, visible, hidden }) => `${visible + hidden} messages are left in ${name}`),
    ...unexplained(messages, deadLetters),
    ...hostileArrivals.map((address) => `something arrived at ${address}, whose message must be refused`),
  ];
}

/** The letters that may be dead: of messages that came too late, and of the hostile ones, of which each must be. */
function unexplained(messages: readonly MessageEvidence[], deadLetters: readonly DeadLetter[]): string[] {
  const tooLate = messages.filter(cameTooLate).map(({ body }) => JSON.stringify(body));
  const refused = new Set(
    deadLetters.flatMap(({ hostile, reason }) => (reason === "" ? [] : (hostile ?? []))),
  );
  const taken = messages.filter(
    ({ index, planned, observed }) =>
      planned.hostile !== null && observed.sender === "queue" && !refused.has(index),
  );
  return [
    ...deadLetters
      .filter((letter) => !refused.has(letter.hostile ?? -1))
      .filter((letter) => !tooLate.some((body) => letter.body.includes(body)))
      .map(({ body, reason }) => `a dead letter: ${body} ${reason}`.trim()),
    ...taken.map(({ index }) => `the hostile message before ${index} is no dead letter`),
  ];
}
