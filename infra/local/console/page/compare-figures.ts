/** The figures of two orders that are compared, in words and as a line: pure; shown by compare.tsx. */
import type { OrderResult } from "../contract.ts";
import { duration, money } from "./format.ts";

export interface Figure {
  name: string;
  /** One for each order. */
  values: string[];
}

export function figuresOf(results: readonly OrderResult[], nameOf: (channel: string) => string): Figure[] {
  const figure = (name: string, of: (result: OrderResult) => string): Figure => ({
    name,
    values: results.map(of),
  });
  const channels = [...new Set(results.flatMap(({ order }) => order))];
  return [
    figure("Reached", (result) => shareText(result, result.reached)),
    figure("Read it", (result) => shareText(result, result.readers)),
    figure("Median time to reach", (result) => timeOf(result, 0.5)),
    figure("Nine of ten within", (result) => timeOf(result, 0.9)),
    figure("Cost a message", ({ usdPerMessage }) => money(usdPerMessage)),
    figure("Cost in all", ({ usd }) => money(usd)),
    figure("Saved in all", ({ savedUsd }) => money(savedUsd)),
    ...channels.map((channel) =>
      figure(`Reached by ${nameOf(channel)}`, ({ reachedBy }) =>
        String(reachedBy.find((one) => one.channel === channel)?.customers ?? "–"),
      ),
    ),
  ];
}

const shareText = ({ customers }: OrderResult, part: number) =>
  `${Number(((part / customers) * 100).toFixed(1))} %`;

/** Seconds within which this share of those who were reached were reached; undefined where nobody was. */
export const secondsFor = ({ reachedAfterSeconds: all }: OrderResult, share: number): number | undefined =>
  all[Math.max(Math.ceil(all.length * share) - 1, 0)];

function timeOf(result: OrderResult, share: number): string {
  const seconds = secondsFor(result, share);
  return seconds === undefined ? "–" : duration(seconds * 1000);
}

/** What the first order is beside the second, in one sentence. */
export function sentenceOf([first, second]: readonly OrderResult[]): string {
  if (first === undefined || second === undefined) return "";
  const more = first.reached - second.reached;
  const reach =
    more === 0
      ? "reaches as many customers as the second"
      : `reaches ${Math.abs(more)} ${more > 0 ? "more" : "fewer"} of the ${first.customers} customers than the second`;
  const dearer = Number(first.usdPerMessage) - Number(second.usdPerMessage);
  const cost =
    dearer === 0
      ? "costs as much"
      : `costs ${money(String(Math.abs(dearer)))} a message ${dearer > 0 ? "more" : "less"}`;
  return `The first order ${reach}, and ${cost}.`;
}

/** The line of the chart: the share of all customers who were reached by then, on a logarithmic axis of time. */
export const ticks: readonly [label: string, seconds: number][] = [
  ["1 s", 1],
  ["10 s", 10],
  ["1 min", 60],
  ["10 min", 600],
  ["1 h", 3600],
];
const last = ticks.at(-1)?.[1] ?? 1;
/** From 0 to 100. */
export const placeOf = (seconds: number): number =>
  (Math.log(Math.min(Math.max(seconds, 1), last)) / Math.log(last)) * 100;

/** In a box of 100 by 100, from its lower left corner to its right side. */
export function lineOf({ reachedAfterSeconds, customers }: OrderResult): string {
  const steps = reachedAfterSeconds.map(
    (seconds, index) =>
      `H${placeOf(seconds).toFixed(2)}V${(100 - ((index + 1) / customers) * 100).toFixed(2)}`,
  );
  return `M0 100${steps.join("")}H100`;
}
