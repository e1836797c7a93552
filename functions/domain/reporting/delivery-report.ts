/**
 * What became of the messages of some days, in numbers: the metrics that CloudWatch has, by the same function, for each hour or
 * day in which messages came in. Pure; `npm run report` reads the messages and draws the charts.
 */
import { changesBetween } from "../outcome/changes.ts";
import { type Counted, metricsOf } from "./message-metrics.ts";
import type { MetricName } from "./metric-names.ts";

export { type Counted, countedFields } from "./message-metrics.ts";

/** UTC, both included. */
export interface Days {
  from: string;
  to: string;
}

/** One line of a chart: its name, and a number for each slot of the period. */
export interface Series {
  name: string;
  values: number[];
}

export interface Counts {
  /** `2030-01-31`, or `2030-01-31 09:00`; UTC. */
  slots: string[];
  messages: number;
  /** By metric; a series is named by the values of the metric's dimensions. */
  series: (metric: MetricName) => Series[];
  /** Seconds to delivery by channel, shortest first. */
  seconds: [channel: string, values: number[]][];
}

/** Up to this many days, the slots are hours. */
const maxDaysByHour = 3;

export function countMessages(days: Days) {
  const slots = slotsOf(days);
  const places = new Map(slots.map((slot, place) => [slot, place]));
  const isByHour = slots[0]?.includes(":") === true;
  const byMetric = new Map<string, Map<string, number[]>>();
  const seconds = new Map<string, number[]>();
  let messages = 0;

  return {
    add(message: Counted): void {
      const place = places.get(slotName(message.createdAt, isByHour));
      if (place === undefined) return;
      messages += 1;
      const changes = changesBetween(undefined, message);
      for (const group of metricsOf([{ before: undefined, after: message, changes }])) {
        const name = Object.values(group.dimensions).join(": ");
        for (const [metric, count] of Object.entries(group.counts)) {
          const byName = byMetric.get(metric) ?? new Map<string, number[]>();
          byMetric.set(metric, byName);
          const values = byName.get(name) ?? slots.map(() => 0);
          byName.set(name, values);
          values[place] = (values[place] ?? 0) + count;
        }
        const { channel = "" } = group.dimensions;
        for (const value of group.seconds.TimeToDelivery ?? []) {
          const known = seconds.get(channel) ?? [];
          seconds.set(channel, known);
          known.push(value);
        }
      }
    },
    counts: (): Counts => ({
      slots,
      messages,
      series: (metric) =>
        [...(byMetric.get(metric) ?? [])].sort(byFirst).map(([name, values]) => ({ name, values })),
      seconds: [...seconds]
        .sort(byFirst)
        .map(([channel, values]) => [channel, values.toSorted((a, b) => a - b)]),
    }),
  };
}

const byFirst = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

function slotsOf({ from, to }: Days): string[] {
  const day = 24 * 3600_000;
  const [first, end] = [Date.parse(from), Date.parse(to) + day];
  const isByHour = end - first <= maxDaysByHour * day;
  const step = isByHour ? 3600_000 : day;
  return Array.from({ length: (end - first) / step }, (_, index) =>
    slotName(new Date(first + index * step).toISOString(), isByHour),
  );
}

const slotName = (at: string, isByHour: boolean): string =>
  isByHour ? `${at.slice(0, 13).replace("T", " ")}:00` : at.slice(0, 10);

/** The value that this share of the values does not exceed (nearest rank); they are sorted, smallest first. */
export const percentile = (ordered: readonly number[], share: number): number | undefined =>
  ordered[Math.max(0, Math.ceil(ordered.length * share) - 1)];

export const sumOfValues = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);
