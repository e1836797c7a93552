/**
 * Hours in which a customer gets no messages, in the customer's own time. A minute is quiet if it is quiet in any time zone in
 * which the customer may be. Local times come from Intl minute by minute, so that daylight saving needs no rule of its own. Pure.
 */
import * as v from "valibot";
import { type Category, categories } from "../channel.ts";
import { clockIn, minuteMs, minuteOf, minutesOfDay, timeThere, type ZoneClock } from "./zone-clock.ts";

export const quietActions = ["wait", "skip"] as const;
export const quietRequests = [...quietActions, "ignore"] as const;

export type QuietAction = (typeof quietActions)[number];

/** One entry of the client's setting. */
export type QuietRule = {
  channels?: string[];
  categories?: Category[];
  countries?: string[];
  from: string;
  to: string;
  then: QuietAction;
};

/** As the clients table holds it. */
export const storedQuietRule: v.GenericSchema<unknown, QuietRule> = v.object({
  channels: v.exactOptional(v.array(v.string())),
  categories: v.exactOptional(v.array(v.picklist(categories))),
  countries: v.exactOptional(v.array(v.string())),
  from: v.string(),
  to: v.string(),
  // biome-ignore lint/suspicious/noThenProperty: the setting's name in the API
  then: v.picklist(quietActions),
});

const span = v.object({ from: v.string(), to: v.string(), action: v.picklist(quietActions) });
export type QuietSpan = v.InferOutput<typeof span>;

/** As stored with a message: decided when it was accepted. */
export const messageQuietHours = v.object({
  /** As the request has it. */
  asked: v.exactOptional(v.picklist(quietRequests)),
  zones: v.exactOptional(v.array(v.string())),
  /** By channel; none for a channel that is never quiet. */
  byChannel: v.record(
    v.string(),
    v.object({
      spans: v.array(span),
      /** ISO 8601: until then it is not quiet, and a claim need not look. */
      freeUntil: v.string(),
    }),
  ),
});
export type MessageQuietHours = v.InferOutput<typeof messageQuietHours>;

/** A wait for the end of quiet hours. */
export const quietWait = v.object({ since: v.string(), until: v.string(), timeZone: v.string() });
export type QuietWait = v.InferOutput<typeof quietWait>;

/** What a plan says about a channel that is in quiet hours. */
export const quietNow = v.object({
  action: v.picklist(quietActions),
  /** Absent where they do not end within two days. */
  until: v.exactOptional(v.string()),
  timeZone: v.string(),
  /** For people. */
  reason: v.string(),
});
export type QuietNow = v.InferOutput<typeof quietNow>;

export interface Quiet {
  action: QuietAction;
  /** The first minute that is not quiet; undefined where there is none within two days. */
  until: Date | undefined;
  /** The zone in which it is quiet the longest. */
  timeZone: string;
}

interface Sent {
  channel: string;
  category: Category;
  country: string | undefined;
  /** The request's own choice: it comes before the client's rules. */
  asked?: (typeof quietRequests)[number] | undefined;
}

/** The spans of the day in which this channel is quiet. A login code is not held back unless its category is named. */
export function quietSpansOf(
  { channel, category, country: ofCustomer, asked }: Sent,
  rules: readonly QuietRule[],
): QuietSpan[] {
  if (asked === "ignore") return [];
  return rules
    .filter(
      ({ channels, categories: named, countries }) =>
        (channels?.includes(channel) ?? true) &&
        (named?.includes(category) ?? category !== "authentication") &&
        // A customer whose country is not known may be in any.
        (countries === undefined || ofCustomer === undefined || countries.includes(ofCustomer)),
    )
    .map(({ from, to, then }) => ({ from, to, action: asked ?? then }));
}

/** `waits until 08:00 in Europe/Berlin` */
export const describeQuiet = ({ action, until, timeZone }: Quiet): string =>
  until === undefined
    ? `there are quiet hours all day in ${timeZone}`
    : `${action === "wait" ? "waits" : "is passed over"} until ${timeThere(until, timeZone)}`;

/** Why a channel is skipped rather than waited for; undefined where it is waited for. */
export function whySkipped(
  { action, until, timeZone }: Quiet,
  expiresOn: string | undefined,
): string | undefined {
  if (until === undefined) return `there are quiet hours all day in ${timeZone}`;
  const quiet = `quiet hours until ${timeThere(until, timeZone)}`;
  if (action === "skip") return quiet;
  return expiresOn !== undefined && expiresOn <= until.toISOString()
    ? `${quiet}, and the message expires before`
    : undefined;
}

/** Quiet hours that last longer are not waited for. */
export const longestWaitDays = 2;
const longestMinutes = longestWaitDays * minutesOfDay;

export function quietAt(spans: readonly QuietSpan[], zones: readonly string[], now: Date): Quiet | undefined {
  const clocks = zones.map(clockIn);
  const start = Math.floor(now.getTime() / minuteMs) * minuteMs;
  let timeZone = quietZone(spans, clocks, start);
  if (timeZone === undefined) return undefined;
  const skipped = spans.filter(({ action }) => action === "skip");
  const action = quietZone(skipped, clocks, start) === undefined ? "wait" : "skip";
  for (let minute = 1; minute <= longestMinutes; minute++) {
    const at = start + minute * minuteMs;
    const next = quietZone(spans, clocks, at);
    if (next === undefined) return { action, until: new Date(at), timeZone };
    timeZone = next;
  }
  return { action, until: undefined, timeZone };
}

const lookedAheadMinutes = 3 * 60;

/** Until when it is certainly not quiet, as far as is looked ahead; `now` itself where it is quiet now. */
export function freeUntil(spans: readonly QuietSpan[], zones: readonly string[], now: Date): Date {
  const clocks = zones.map(clockIn);
  const start = Math.floor(now.getTime() / minuteMs) * minuteMs;
  for (let minute = 0; minute < lookedAheadMinutes; minute++) {
    const at = start + minute * minuteMs;
    if (quietZone(spans, clocks, at) !== undefined) return new Date(Math.max(at, now.getTime()));
  }
  return new Date(start + lookedAheadMinutes * minuteMs);
}

/** A zone in which that minute is quiet. */
const quietZone = (
  spans: readonly QuietSpan[],
  clocks: readonly ZoneClock[],
  at: number,
): string | undefined =>
  clocks.find(({ minuteAt }) => {
    const minute = minuteAt(at);
    return spans.some((one) => isWithin(one, minute));
  })?.timeZone;

function isWithin({ from, to }: QuietSpan, minute: number): boolean {
  const [begins, ends] = [minuteOf(from), minuteOf(to)];
  return begins < ends ? begins <= minute && minute < ends : begins <= minute || minute < ends;
}
