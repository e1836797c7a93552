/**
 * What messages cost, by day, client, country and channel: the exact sum of the costs in their traces. Pure; `npm run report`
 * reads the messages.
 */
import Big from "big.js";
import type { Message } from "../message/message.ts";
import { costOfAttempt, savedOf } from "./cost.ts";

/** The fields of a message that the report needs. */
export type Accounted = Pick<
  Message,
  "client" | "createdAt" | "country" | "route" | "attempts" | "outcome" | "test"
>;

export interface MoneyRow {
  /** When the messages came in, UTC. */
  day: string;
  client: string;
  /** ISO 3166-1 alpha-2; `-` where the customer's phone number is not known. */
  country: string;
  channel: string;
  /** The number of attempts, also of those that cost nothing. */
  attempts: number;
  /** The number of attempts without a known price: they are not in `usd`. */
  unpriced: number;
  usd: string;
}

export interface MoneyReport {
  rows: MoneyRow[];
  messages: number;
  usd: string;
  /** What the order of the channels saved, compared with the dearest channel of each message that reached its customer. */
  saved: string;
}

type Sum = Omit<MoneyRow, "usd"> & { usd: Big };

export function createMoneyReport() {
  const sums = new Map<string, Sum>();
  let [messages, saved] = [0, new Big(0)];

  return {
    add(message: Accounted): void {
      const { client, createdAt, country = "-", route, attempts } = message;
      if (message.test) return;
      messages += 1;
      saved = saved.plus(savedOf(message)?.usd ?? "0");
      for (const hop of route) {
        const { channel } = hop;
        const attempt = attempts[channel];
        if (attempt === undefined || Object.keys(attempt).length === 0) continue;
        const cost = costOfAttempt(hop, attempt);
        const place = { day: createdAt.slice(0, 10), client, country, channel };
        const key = JSON.stringify(Object.values(place));
        const sum = sums.get(key) ?? { ...place, attempts: 0, unpriced: 0, usd: new Big(0) };
        sums.set(key, {
          ...sum,
          attempts: sum.attempts + 1,
          unpriced: sum.unpriced + (cost === undefined ? 1 : 0),
          usd: sum.usd.plus(cost?.usd ?? "0"),
        });
      }
    },
    report(): MoneyReport {
      const ordered = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
      const total = ordered.reduce((usd, sum) => usd.plus(sum.usd), new Big(0));
      return {
        rows: ordered.map((sum) => ({ ...sum, usd: sum.usd.toFixed() })),
        messages,
        usd: total.toFixed(),
        saved: saved.toFixed(),
      };
    },
  };
}
