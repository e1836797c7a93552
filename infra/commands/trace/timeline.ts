/** A trace as readable lines. Pure. */
import type { Schemas } from "../../../functions/api/client/client.ts";
import { printable } from "../text-table.ts";

type Trace = Schemas["Trace"];
type ChannelTrace = Schemas["ChannelTrace"];

const words: Readonly<Record<string, string>> = { notTried: "not tried", timedOut: "timed out" };
const inWords = (status: string) => words[status] ?? status;
export const reached: readonly string[] = ["sent", "delivered", "read"];

/** Whether the customer was reached; undefined while that is unknown. */
export function isReached({ status, finishedAt }: Pick<Trace, "status" | "finishedAt">): boolean | undefined {
  if (finishedAt === undefined && status !== "delivered" && status !== "read") return undefined;
  return reached.includes(status);
}

export const headOf = ({ messageId, createdAt, reference, resendOf, test }: Trace): string =>
  [
    messageId,
    `accepted at ${createdAt}`,
    ...(test ? ["a test: it reaches no provider"] : []),
    ...(reference === undefined ? [] : [`reference ${printable(reference)}`]),
    ...(resendOf === undefined ? [] : [`sent again for ${resendOf}`]),
  ].join(", ");

/** The events in order, each with the time since the message was accepted. */
export function eventsOf({ createdAt, channels }: Trace): string[] {
  const events = channels.flatMap((entry) => (entry.events ?? []).map((event) => ({ ...event, entry })));
  return events
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ at, status, deliveredTo, until, timeZone, entry }) => {
      const detail =
        status === "waiting" && until
          ? ` for the end of quiet hours at ${until} (${timeZone})`
          : status === "failed" && entry.error
            ? `: ${faultOf(entry.error)}`
            : deliveredTo
              ? ` to the ${deliveredTo}`
              : "";
      return `${sinceText(createdAt, at)}  ${entry.channel} ${inWords(status)}${detail}`;
    });
}

/** The outcome: the status, the channels without an event, and the cost. */
export function endOf(trace: Trace): string[] {
  const { status, finishedAt, createdAt, channels, execution } = trace;
  const others = channels
    .filter(({ events }) => events === undefined)
    .map(
      ({ channel, outcome, reason }) =>
        `${channel} ${inWords(outcome)}${reason ? `: ${printable(reason)}` : ""}`,
    );
  if (trace.quietHours?.timeZones?.length === 0)
    others.push("no quiet hours were kept: the customer's time zone is not known");
  return [
    ...others.map((line) => `${" ".repeat(timeWidth)}  ${line}`),
    `${status}${finishedAt === undefined ? "" : ` after ${seconds(createdAt, finishedAt)} s`}, ${moneyOf(trace)}`,
    `The execution: ${execution.console}`,
  ];
}

/** The whole message in one line. */
export function lineOf(trace: Trace): string {
  const { messageId, status, createdAt, finishedAt, channels, test } = trace;
  const took = finishedAt === undefined ? [] : [`${seconds(createdAt, finishedAt)} s`];
  return [
    messageId,
    ...(test ? ["test"] : []),
    status,
    channels.map(briefly).join(" → "),
    moneyOf(trace),
    ...took,
  ].join("  ");
}

const signs: Partial<Record<ChannelTrace["outcome"], string>> = {
  sent: "✓",
  delivered: "✓",
  read: "✓",
  failed: "✗",
  timedOut: "✗ (no report in time)",
  skipped: "skipped",
  notTried: "not tried",
};
const briefly = ({ channel, outcome, code, error }: ChannelTrace): string => {
  const why = outcome === "failed" ? error?.name : code;
  return `${channel} ${signs[outcome] ?? inWords(outcome)}${why ? ` (${why})` : ""}`;
};

const moneyOf = ({ cost, saved }: Pick<Trace, "cost" | "saved">): string =>
  `cost $${cost.usd}${saved === undefined ? "" : `, saved $${saved.usd} against ${saved.against}`}`;

const faultOf = ({ name, code, message }: NonNullable<ChannelTrace["error"]>): string =>
  printable(`${name}${code === undefined ? "" : ` ${code}`}, ${message}`);

const timeWidth = 11;
const seconds = (from: string, to: string): string => ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1);
const sinceText = (from: string, to: string): string => `+${seconds(from, to)} s`.padStart(timeWidth);
