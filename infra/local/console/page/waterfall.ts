/**
 * When each channel was at work, as bars on one line of time: from its claim to its end, with its window in the background and
 * its receipts as ticks. Pure; drawn by waterfall.tsx, and in the shared file by share.ts.
 */
import type { ChannelTrace, Trace } from "../contract.ts";
import type { Tone } from "./explain.ts";
import { duration } from "./format.ts";
import { signOf } from "./words.ts";

/** As shares of the whole time, from 0 to 1. */
interface Span {
  from: number;
  to: number;
}
export interface Bar extends Span {
  channel: string;
  tone: Tone;
  /** The window in which a receipt is waited for. */
  window?: Span;
  ticks: number[];
  /** `taken 0.4 s, delivered 2 s`: since the message was accepted. */
  said: string;
  /** US dollars, decimal text. */
  cost?: string;
}
export interface Waterfall {
  bars: Bar[];
  wholeMs: number;
}

const words: Readonly<Record<string, string>> = {
  claimed: "begun",
  sent: "taken",
  timedOut: "left",
  unknown: "no answer",
  resumed: "gone on",
};
const ends: readonly string[] = ["delivered", "failed", "timedOut"];

/** `windows`: in seconds, by channel, as far as they are known. */
export function waterfall(trace: Trace, windows: ReadonlyMap<string, number>, now: number): Waterfall {
  const start = Date.parse(trace.createdAt);
  const tried = trace.channels.flatMap((entry) => {
    const begun = at(entry, "claimed") ?? firstOf(entry);
    return begun === undefined ? [] : [{ entry, begun, ...endOf(entry, trace, now) }];
  });
  const last = tried.map(({ entry, begun, end, isOpen }) => {
    const window = windows.get(entry.channel);
    return isOpen && window !== undefined ? Math.max(end, begun + window * 1000) : end;
  });
  const wholeMs = Math.max(1, ...last.map((end) => end - start));
  const share = (time: number) => Math.min(Math.max((time - start) / wholeMs, 0), 1);
  const bars = tried.map(({ entry, begun, end }): Bar => {
    const window = windows.get(entry.channel);
    const events = entry.events ?? [];
    return {
      channel: entry.channel,
      tone: signOf(entry.outcome)?.tone ?? "quiet",
      from: share(begun),
      to: share(end),
      ...(window === undefined ? {} : { window: { from: share(begun), to: share(begun + window * 1000) } }),
      ticks: events.filter(({ status }) => status !== "claimed").map((event) => share(Date.parse(event.at))),
      said: events
        .filter(({ status }) => status !== "claimed" || events.length === 1)
        .map(({ status, at: time }) => `${words[status] ?? status} ${duration(Date.parse(time) - start)}`)
        .join(", "),
      ...(entry.cost === undefined ? {} : { cost: entry.cost.usd }),
    };
  });
  return { bars, wholeMs };
}

const at = ({ events = [] }: ChannelTrace, status: string): number | undefined => {
  const found = events.find((event) => event.status === status)?.at;
  return found === undefined ? undefined : Date.parse(found);
};
const firstOf = ({ events = [] }: ChannelTrace) => (events[0] ? Date.parse(events[0].at) : undefined);

/** The time when the customer was reached or the route moved on; `now` for a channel that is still under way. */
function endOf(entry: ChannelTrace, trace: Trace, now: number): { end: number; isOpen: boolean } {
  const ended = (entry.events ?? []).find(({ status }) => ends.includes(status))?.at;
  if (ended !== undefined) return { end: Date.parse(ended), isOpen: false };
  if (trace.finishedAt === undefined) return { end: now, isOpen: true };
  const last = entry.events?.at(-1)?.at ?? trace.finishedAt;
  return { end: Date.parse(entry.outcome === "sent" ? last : trace.finishedAt), isOpen: false };
}
