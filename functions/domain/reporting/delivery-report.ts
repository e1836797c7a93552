/**
 * What became of the messages of some days, in numbers: the same metrics as in CloudWatch, by the same function, for each hour or
 * day in which messages were accepted. Pure; `npm run report` reads the messages and draws the charts.
 */
import { changesBetween } from "../outcome/changes.ts";
import { type Counted, metricsOf } from "./message-metrics.ts";
import type { MetricName } from "./metric-names.ts";
import { type Days, gridMs, slotsOfDays, slotsOfTimes } from "./slots.ts";
import { createSummary, type Summary } from "./summary.ts";

export { type Counted, countedFields } from "./message-metrics.ts";
export type { Days } from "./slots.ts";

/** One line of a chart: its name, and a number for each slot of the period. */
export interface Series {
  name: string;
  values: number[];
}

export interface Counts {
  /** What a slot is, e.g. `Hour`. */
  size: string;
  /** `2030-01-31`, or `2030-01-31 09:00`; UTC. */
  slots: string[];
  messages: number;
  /** By metric; a series is named by the values of the metric's dimensions. */
  series: (metric: MetricName) => Series[];
  /** Seconds to delivery by channel, shortest first. */
  seconds: [channel: string, values: number[]][];
  /** US dollars, by channel. */
  costs: Series[];
  summary: Summary;
}

/** Counts by the time on the grid. */
type Grid = Map<number, number>;
type Grids = Map<string, Grid>;

/** `isFitted`: the slots begin and end with the messages, not with the days. */
export function countMessages(days: Days, isFitted = false) {
  const [from, to] = [`${days.from}T`, `${days.to}T~`];
  const byMetric = new Map<string, Grids>();
  const costs: Grids = new Map();
  const seconds = new Map<string, number[]>();
  const summary = createSummary();
  let [messages, first, last] = [0, Number.POSITIVE_INFINITY, 0];

  return {
    add(message: Counted): void {
      if (message.test || message.createdAt < from || message.createdAt > to) return;
      const time = Math.floor(Date.parse(message.createdAt) / gridMs) * gridMs;
      [messages, first, last] = [messages + 1, Math.min(first, time), Math.max(last, time)];
      for (const { channel, usd } of summary.add(message)) addTo(costs, channel, time, usd);
      const changes = changesBetween(undefined, message);
      for (const group of metricsOf([{ before: undefined, after: message, changes }])) {
        const name = Object.values(group.dimensions).join(": ");
        for (const [metric, count] of Object.entries(group.counts))
          addTo(
            known(byMetric, metric, () => new Map()),
            name,
            time,
            count,
          );
        const { channel = "" } = group.dimensions;
        known(seconds, channel, () => []).push(...(group.seconds.TimeToDelivery ?? []));
      }
    },
    counts(): Counts {
      const slots = isFitted && messages > 0 ? slotsOfTimes(first, last) : slotsOfDays(days);
      const seriesOf = (grids: Grids = new Map()): Series[] =>
        [...grids].sort(byFirst).map(([name, grid]) => {
          const values = slots.names.map(() => 0);
          for (const [time, count] of grid) {
            const place = slots.placeOf(time);
            values[place] = (values[place] ?? 0) + count;
          }
          return { name, values };
        });
      return {
        size: slots.size,
        slots: slots.names,
        messages,
        series: (metric) => seriesOf(byMetric.get(metric)),
        seconds: [...seconds]
          .filter(([, values]) => values.length > 0)
          .sort(byFirst)
          .map(([channel, values]) => [channel, values.toSorted((a, b) => a - b)]),
        costs: seriesOf(costs),
        summary: summary.summary(),
      };
    },
  };
}

function known<Value>(all: Map<string, Value>, key: string, make: () => Value): Value {
  const value = all.get(key) ?? make();
  all.set(key, value);
  return value;
}

function addTo(grids: Grids, name: string, time: number, count: number): void {
  const grid = known(grids, name, () => new Map<number, number>());
  grid.set(time, (grid.get(time) ?? 0) + count);
}

const byFirst = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** The value that this share of the values does not exceed (nearest rank); they are sorted, smallest first. */
export const percentile = (ordered: readonly number[], share: number): number | undefined =>
  ordered[Math.max(0, Math.ceil(ordered.length * share) - 1)];

export const sumOfValues = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);
