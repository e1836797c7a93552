/** What the page shows, one section a chart: a title, what is counted, and the numbers. Pure. */
import {
  type Counts,
  percentile,
  type Series,
  sumOfValues,
} from "../../../functions/domain/reporting/delivery-report.ts";
import type { MetricName } from "../../../functions/domain/reporting/metric-names.ts";
import { colours, type Meaning } from "./colours.ts";
import { channelName, inWords, inWordsBySeries } from "./names.ts";

export interface Section {
  title: string;
  /** What the numbers are, and which metric CloudWatch has them under. */
  says: string;
  kind: "stacked" | "lines" | "grouped";
  /** What is along the chart's lower edge, and heads the table's rows. */
  across: string;
  labels: string[];
  series: { name: string; color: string; values: (number | undefined)[] }[];
  unit: "" | "%" | "s" | "$";
  /** Under the table, a sum a column. */
  hasSums: boolean;
}

const nameOf = ({ name }: Series): string => name;
const painted = (
  all: readonly Series[],
  meaning: Meaning,
  words: (name: string) => string,
): Section["series"] =>
  all.map(({ name, values }, place) => ({ name: words(name), color: colours[meaning](name, place), values }));
const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

export function sectionsOf({ size, slots, series, seconds, costs }: Counts): Section[] {
  const across = `${size}, UTC`;
  const inTime = { kind: "stacked" as const, across, labels: slots, unit: "" as const, hasSums: true };
  const counted = (
    title: string,
    metric: MetricName,
    says: string,
    meaning: Meaning,
    words: (name: string) => string = inWords,
  ): Section => ({
    ...inTime,
    title,
    says: `${says} Metric ${metric}.`,
    series: painted(series(metric), meaning, words),
  });
  // The same channels, in the same order and so in the same colours, in each of these charts.
  const tried = [
    ...new Set(
      (["Attempts", "Sent", "Delivered", "Read"] as const).flatMap((metric) => series(metric).map(nameOf)),
    ),
  ];
  const byChannel = (title: string, metric: MetricName, says: string): Section => {
    const known = new Map(series(metric).map(({ name, values }) => [name, values]));
    const none = slots.map(() => 0);
    const all = tried.map((name) => ({ name, values: known.get(name) ?? none }));
    const drawn = counted(title, metric, says, "channel");
    return { ...drawn, series: known.size === 0 ? [] : painted(all, "channel", channelName) };
  };
  return [
    counted(
      "Messages finished, by status",
      "Finished",
      "How far each message that has ended got, as of now.",
      "status",
    ),
    {
      ...inTime,
      kind: "lines",
      title: "Fallback rate",
      says: "Of the messages that have ended, how many needed more than one channel. Metrics FellBack and Finished.",
      series: fallbackRate(series("FellBack"), series("Finished"), slots.length),
      unit: "%",
      hasSums: false,
    },
    byChannel("Attempts, by channel", "Attempts", "How many messages the channel was tried for."),
    byChannel("Sent, by channel", "Sent", "How many the provider took."),
    byChannel("Deliveries, by channel", "Delivered", "How many arrived, as the channel's receipts say."),
    byChannel("Reads, by channel", "Read", "How many were read, where the channel tells."),
    counted(
      "Failures, by channel and error name",
      "Failures",
      "Why the route left a channel; no receipt in time (States.Timeout) is silence for the whole window.",
      "fault",
      inWordsBySeries,
    ),
    {
      title: "Time to delivery, by channel",
      says: "Seconds from the attempt to the receipt that says it arrived: p95 is the time that 95 % did not pass. Metric TimeToDelivery.",
      kind: "grouped",
      across: "Channel",
      labels: seconds.map(([channel]) => channelName(channel)),
      series: Object.entries(percentiles).map(([name, share], place) => ({
        name,
        color: colours.degree(name, place),
        values: seconds.map(([, values]) => percentile(values, share)),
      })),
      unit: "s",
      hasSums: false,
    },
    counted(
      "Skipped channels, by reason",
      "Skipped",
      "Channels of the rules that were not tried, by the code in the trace.",
      "reason",
      inWordsBySeries,
    ),
    {
      ...inTime,
      title: "Cost, by channel",
      says: "US dollars: by the provider's figure where a receipt had one, otherwise by the price table.",
      series: painted(costs, "channel", channelName),
      unit: "$",
    },
  ];
}

function fallbackRate(fellBack: Series[], finished: Series[], length: number): Section["series"] {
  if (finished.length === 0) return [];
  const at = (all: Series[], place: number) => sumOfValues(all.map(({ values }) => values[place] ?? 0));
  const values = Array.from({ length }, (_, place) => {
    const ended = at(finished, place);
    return ended === 0 ? undefined : Math.round((at(fellBack, place) / ended) * 1000) / 10;
  });
  return [{ name: "Fell back", color: colours.fellBack(), values }];
}
