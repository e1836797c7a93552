/** The report in a few figures: how many were reached, how fast, for how much; and the same for each order of channels. Pure. */
import Big from "big.js";
import { costOfAttempt, savedOf, totalOf } from "../money/cost.ts";
import { statusOf } from "../outcome/trace.ts";
import { type Counted, triedIn } from "./message-metrics.ts";

export interface Figures {
  messages: number;
  ended: number;
  /** Of those that ended: sent, delivered or read, as their rules ask for. */
  reached: number;
  /** Of those that ended: known to have arrived. */
  delivered: number;
  /** Of those that ended: more than one channel was tried. */
  fellBack: number;
  /** The median time from the request to the first sign that the customer has it, of those that were reached. */
  medianSeconds: number | undefined;
  /** US dollars, decimal text. */
  usd: string;
  saved: string;
}

export interface Summary extends Figures {
  /**
   * By the order of the channels that could be tried; the order that reaches most comes first, of two that reach as many the
   * cheaper.
   */
  orders: (Figures & { channels: string[] })[];
}

export function createSummary() {
  const all = sums();
  const orders = new Map<string, { channels: string[]; sums: Sums }>();
  return {
    /** Returns what the message cost on each channel, as a number for a chart. */
    add(message: Counted): { channel: string; usd: number }[] {
      const channels = message.route.map(({ channel }) => channel);
      const key = JSON.stringify(channels);
      const order = orders.get(key) ?? { channels, sums: sums() };
      orders.set(key, order);
      for (const each of [all, order.sums]) each.add(message);
      return message.route.flatMap((hop) => {
        const usd = Number(costOfAttempt(hop, message.attempts[hop.channel])?.usd ?? 0);
        return usd === 0 ? [] : [{ channel: hop.channel, usd }];
      });
    },
    summary: (): Summary => ({
      ...all.figures(),
      orders: [...orders.values()]
        .filter(({ channels }) => channels.length > 0)
        .map(({ channels, sums: ofOrder }) => ({ channels, ...ofOrder.figures() }))
        .sort(
          (a, b) => shareReached(b) - shareReached(a) || costEach(a) - costEach(b) || b.messages - a.messages,
        ),
    }),
  };
}

/** Of those that ended. */
export const shareReached = ({ ended, reached }: Figures): number => (ended === 0 ? 0 : reached / ended);
export const costEach = ({ messages, usd }: Figures): number => Number(usd) / Math.max(messages, 1);

type Sums = ReturnType<typeof sums>;

function sums() {
  let [messages, ended, reached, delivered, fellBack] = [0, 0, 0, 0, 0];
  let [usd, saved] = [new Big(0), new Big(0)];
  const seconds: number[] = [];
  return {
    add(message: Counted): void {
      messages += 1;
      usd = usd.plus(totalOf(message));
      saved = saved.plus(savedOf(message)?.usd ?? "0");
      if (message.finishedAt === undefined) return;
      ended += 1;
      const status = statusOf(message);
      if (triedIn(message) > 1) fellBack += 1;
      if (status === "delivered" || status === "read") delivered += 1;
      else if (status !== "sent") return;
      reached += 1;
      seconds.push(secondsToReach(message));
    },
    figures: (): Figures => ({
      messages,
      ended,
      reached,
      delivered,
      fellBack,
      medianSeconds: seconds.sort((a, b) => a - b)[Math.max(0, Math.ceil(seconds.length / 2) - 1)],
      usd: usd.toFixed(),
      saved: saved.toFixed(),
    }),
  };
}

function secondsToReach({ createdAt, finishedAt = createdAt, attempts }: Counted): number {
  const signs = Object.values(attempts).flatMap(({ deliveredAt, readAt }) => deliveredAt ?? readAt ?? []);
  const first = signs.sort()[0] ?? finishedAt;
  return Math.max(0, (Date.parse(first) - Date.parse(createdAt)) / 1000);
}
