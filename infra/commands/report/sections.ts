/** The sections of the page, one per chart: title, what is counted, and the numbers. Pure. */
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
  /** What the numbers are, and the CloudWatch metric of the same numbers. */
  says: string;
  kind: "stacked" | "lines" | "grouped";
  /** The label of the chart's x-axis, and the heading of the table's rows. */
  across: string;
  labels: string[];
  series: { name: string; color: string; values: (number | undefined)[] }[];
  unit: "" | "%" | "s" | "$";
  /** Whether the table ends with the sums of its columns. */
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
  // The same channels in the same order, and so in the same colours, in all of these charts.
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
      "The present status of each message that is finished.",
      "status",
    ),
    {
      ...inTime,
      kind: "lines",
      title: "Fallback rate",
      says: "How many of the finished messages needed more than one channel. Metrics FellBack and Finished.",
      series: fallbackRate(series("FellBack"), series("Finished"), slots.length),
      unit: "%",
      hasSums: false,
    },
    byChannel("Attempts, by channel", "Attempts", "For how many messages the channel was tried."),
    byChannel("Sent, by channel", "Sent", "How many the provider accepted."),
    byChannel("Deliveries, by channel", "Delivered", "How many arrived, by the channel's receipts."),
    byChannel("Reads, by channel", "Read", "How many were read, where the channel reports it."),
    counted(
      "Failures, by channel and error name",
      "Failures",
      "Why a message went on to the next channel; States.Timeout: no receipt within the window.",
      "fault",
      inWordsBySeries,
    ),
    {
      title: "Time to delivery, by channel",
      says: "Seconds from the attempt to the receipt of its delivery; 95 % took at most the p95. Metric TimeToDelivery.",
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
      "Channels of the rules that were not tried, by the trace's reason code.",
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
