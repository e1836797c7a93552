/**
 * Lets simulated customers be known by a few messages on each channel, then sends one more message to each of them: by every
 * fixed order of the channels, by `prefer: "cost"` and by `prefer: "engagement"`; and counts who was reached, who read it, and
 * what it cost.
 */
import Big from "big.js";
import pMap from "p-map";
import { sumOf, totalOf } from "../../functions/domain/money/cost.ts";
import { statusOf } from "../../functions/domain/outcome/trace.ts";
import { countHabits } from "../../functions/events/count-habits.ts";
import { makeCustomers } from "../../infra/local/console/compare/customers.ts";
import type { LocalTables } from "../unit/fixtures/routing-in-process.ts";
import { type Sent, sendThrough } from "./send-through.ts";

export interface Result {
  order: string;
  reached: number;
  readers: number;
  /** US dollars, decimal text. */
  usd: string;
}

export interface Comparison {
  fixed: Result[];
  cost: Result;
  engagement: Result;
}

export interface CompareOptions {
  customers: number;
  seed: number;
  channels: readonly string[];
  /** Messages to each customer on each channel before. */
  known: number;
  onProgress?: (messages: number) => void;
}

const atOnce = 16;
const dayMs = 24 * 3_600_000;
const firstDay = Date.UTC(2030, 0, 1);

export async function compare(
  tables: LocalTables,
  { customers: count, seed, channels, known, onProgress = () => {} }: CompareOptions,
): Promise<Comparison> {
  const customers = makeCustomers(count, seed, channels);
  let messages = 0;
  const sendAll = (rules: unknown, round: string, day: number): Promise<Sent[]> =>
    pMap(
      customers,
      async (customer) => {
        const sent = await sendThrough(tables, customer, rules, round, new Date(firstDay + day * dayMs));
        onProgress(++messages);
        return sent;
      },
      { concurrency: atOnce },
    );
  const learn = countHabits({ habits: tables.habits, now: () => new Date(firstDay) });
  for (let round = 0; round < known; round += 1)
    for (const channel of channels) {
      const sent = await sendAll([{ channel, until: "delivered" }], `known ${round}`, round);
      await learn(sent.map(({ message }) => ({ before: undefined, after: message })));
    }
  const resultOf = async (order: string, rules: unknown): Promise<Result> => {
    const sent = await sendAll(rules, "compared", known);
    return {
      order,
      reached: sent.filter(({ message }) => ["delivered", "read"].includes(statusOf(message))).length,
      readers: sent.filter(({ isRead }) => isRead).length,
      usd: sumOf(sent.map(({ message }) => totalOf(message))),
    };
  };
  const ruleOf = (channel: string) => ({ channel, until: "delivered" });
  const fixed: Result[] = [];
  for (const order of permutations(channels)) fixed.push(await resultOf(order.join(", "), order.map(ruleOf)));
  const by = (prefer: string) => resultOf(`prefer ${prefer}`, { prefer, channels: channels.map(ruleOf) });
  return { fixed, cost: await by("cost"), engagement: await by("engagement") };
}

/** Engagement reaches more readers than any fixed order; cost costs less than any that reaches as many. */
export const isWorthIt = ({ fixed, cost, engagement }: Comparison): boolean =>
  fixed.every(({ readers }) => engagement.readers > readers) &&
  fixed.every(({ reached, usd }) => reached < cost.reached || new Big(cost.usd).lt(usd));

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
