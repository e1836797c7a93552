/** The figures of a storm, as its command prints them, and what is said of each broken message. Pure. */
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { textTable } from "../../infra/commands/text-table.ts";
import type { Channel } from "../../infra/local/carrier/sends.ts";
import { cameTooLate, type Fault, faultsOf, systemFaults } from "./check.ts";
import type { Evidence, MessageEvidence } from "./evidence.ts";
import type { Observed } from "./observed.ts";
import { entryIn } from "./plan.ts";

export interface Report {
  rows: [string, string][];
  broken: { evidence: MessageEvidence; faults: Fault[] }[];
  /** Of the system as a whole. */
  faults: string[];
}

export function makeReport(evidence: Evidence, observed: Observed): Report {
  const { messages, deadLetters } = evidence;
  const broken = messages
    .map((one) => ({ evidence: one, faults: faultsOf(one) }))
    .filter(({ faults }) => faults.length > 0);
  const having = (kind: Fault["kind"]) =>
    broken.filter(({ faults }) => faults.some((fault) => fault.kind === kind)).length;
  const slowest = slowestOf(messages, observed);
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  return {
    rows: [
      ["messages", count(messages.length)],
      ...counted(
        "sent by",
        messages.map(({ observed: { sender } }) => sender),
      ),
      [
        "submitted again under the same key",
        count(messages.reduce((sum, { planned }) => sum + planned.copies - 1, 0)),
      ],
      ...counted(
        "ended",
        messages.flatMap(({ stored: [message] }) => (message ? traceOf(message).status : [])),
      ),
      ...counted("fault", messages.flatMap(faultsInjected)),
      ...counted(
        "killed",
        observed.kills.map(({ when }) => when),
      ),
      [
        "hostile messages beside them",
        count(messages.filter(({ planned }) => planned.hostile !== null).length),
      ],
      [
        "customers who opted out meanwhile",
        count(messages.filter(({ observed: { optedOutAt } }) => optedOutAt !== undefined).length),
      ],
      ["lost", count(having("lost"))],
      ["doubled", count(having("doubled"))],
      ["traces that are not true", count(having("untrue"))],
      ["out of order", count(having("disordered"))],
      ["expired before their queue was read", count(messages.filter(cameTooLate).length)],
      ["dead letters", count(deadLetters.length)],
      ["slowest message, local clock", seconds(slowest.localMs)],
      ["slowest message, real time", seconds(slowest.realMs)],
      ["the whole storm, local clock", seconds(observed.localMs)],
      ["the whole storm, real time", seconds(observed.realMs)],
    ],
    broken,
    faults: systemFaults(evidence),
  };
}

const count = (value: number) => value.toLocaleString("en");

function counted(title: string, names: readonly string[]): [string, string][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, times]) => [`${title}: ${name}`, count(times)]);
}

/** Of the channels that were tried: what was planned for the others never happened. */
function faultsInjected({ planned, stored: [message] }: MessageEvidence): string[] {
  return (Object.keys(planned.carrier) as Channel[]).flatMap((channel) => {
    const attempt = message?.attempts[channel];
    const change = planned.carrier[channel];
    if (!change || !attempt || Object.keys(attempt).length === 0) return [];
    const { registered, fault, delivers, delayMs, window, receipts = {} } = change;
    const { duplicates, order, beforeAnswer, afterMs, lose } = receipts;
    const entry = entryIn(change);
    return Object.entries({
      [`answer about the ${entry?.about}`]: Boolean(change.answer),
      [`reported later of the ${entry?.about}`]: Boolean(change.laterAnswer),
      "not registered": registered === false,
      [fault ?? ""]: Boolean(fault),
      "silent phone": delivers === false,
      "slow phone": Boolean(delayMs),
      "window closed": window === "closed",
      "receipts repeated": Boolean(duplicates),
      "receipts reversed": order === "reversed",
      "receipts before the answer": Boolean(beforeAnswer),
      "receipts late": Boolean(afterMs),
      "receipts lost": Boolean(lose),
    }).flatMap(([name, isSet]) => (isSet ? [name] : []));
  });
}

function slowestOf(messages: readonly MessageEvidence[], { lastChange }: Observed) {
  let localMs = 0;
  let realMs = 0;
  for (const { stored, observed } of messages)
    for (const { messageId, createdAt, finishedAt } of stored) {
      if (finishedAt !== undefined)
        localMs = Math.max(localMs, Date.parse(finishedAt) - Date.parse(createdAt));
      realMs = Math.max(realMs, (lastChange.get(messageId) ?? 0) - observed.submittedAt);
    }
  return { localMs, realMs };
}

export const summary = ({ rows }: Report): string =>
  textTable(
    ["", ""],
    rows.map(([name, value]) => [name, value]),
  ).trimStart();

/** All that there is to find the cause by. */
export function describeBroken({ broken, faults }: Report): string {
  const messages = broken.map(({ evidence, faults: found }) =>
    [
      `message #${evidence.index}: ${found.map(({ kind, what }) => `${kind}: ${what}`).join("; ")}`,
      `  plan   ${JSON.stringify(evidence.planned)}`,
      `  trace  ${evidence.stored.map((message) => JSON.stringify(traceOf(message))).join("\n         ")}`,
      `  phones ${JSON.stringify(evidence.arrived)}`,
    ].join("\n"),
  );
  return [...faults, ...messages].join("\n");
}
