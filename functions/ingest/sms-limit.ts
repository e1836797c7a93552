/**
 * Against SMS pumping (one range of numbers, thousands of messages, somebody else's bill): a limit a client, destination prefix
 * and hour. Counting is sampled: one message in `step` counts for `step`, so a limit of 1,000 costs a write in 10 messages and
 * is met to about a tenth; small limits are exact. Nothing is read: the write itself tells that the limit is reached, and the
 * function's instance then remembers it until the hour ends.
 */
import parsePhoneNumber from "libphonenumber-js/min";
import { logFault } from "../shared/log.ts";
import type { Count, CountersTable } from "../storage/counters-table.ts";

/** SMS an hour to one prefix, by country (ISO 3166-1 alpha-2) or `default`; 0: none at all, absent: no limit. */
export type SmsLimits = Readonly<Record<string, number>>;

export interface SmsLimitDependencies {
  limits: SmsLimits;
  counters: Pick<CountersTable, "count" | "isReached">;
  /** From 0 to below 1. */
  random: () => number;
}

/**
 * The calling code and the first digits of the national number: in most plans the operator and a block that was given to it.
 * A pumped range lies in one; what a business sends is spread over many.
 */
const nationalDigits = 4;
const hourMs = 3_600_000;
/** Samples that make a limit: the count is right to about a tenth. */
const samples = 100;

export const stepOf = (limit: number) => Math.max(1, Math.floor(limit / samples));

interface Limited {
  country: string | undefined;
  prefix: string;
  count: Count;
}

export function createSmsLimit({ limits, counters, random }: SmsLimitDependencies) {
  /** What this instance knows to be reached: until when. */
  const reached = new Map<string, number>();

  function limitedBy(owner: string, phoneNumber: string, now: Date): Limited | undefined {
    const number = parsePhoneNumber(phoneNumber);
    const country = number?.country;
    const limit = (country && limits[country]) ?? limits.default;
    if (number === undefined || limit === undefined) return undefined;
    const prefix = `+${number.countryCallingCode} ${number.nationalNumber.slice(0, nationalDigits)}`;
    const endsAt = new Date(Math.floor(now.getTime() / hourMs + 1) * hourMs);
    return { country, prefix, count: { name: JSON.stringify(["sms", owner, prefix]), limit, endsAt } };
  }

  function isKnown({ name, limit }: Count, now: Date): boolean {
    if (limit === 0) return true;
    for (const [other, until] of reached) if (until <= now.getTime()) reached.delete(other);
    return reached.has(name);
  }

  async function consume({ count }: Limited, now: Date): Promise<boolean> {
    if (isKnown(count, now)) return false;
    const step = stepOf(count.limit);
    if (step > 1 && random() >= 1 / step) return true;
    if (await counters.count(count, step)) return true;
    reached.set(count.name, count.endsAt.getTime());
    return false;
  }

  const unlessReached = async (
    owner: string,
    phoneNumber: string,
    now: Date,
    query: (limited: Limited) => Promise<boolean>,
  ): Promise<string | undefined> => {
    const limited = limitedBy(owner, phoneNumber, now);
    if (limited === undefined) return undefined;
    // A limit that cannot be asked stops nobody.
    const mayPass = await query(limited).catch((fault: unknown) => {
      logFault("an SMS limit cannot be asked", fault);
      return true;
    });
    return mayPass ? undefined : whyNot(limited);
  };

  return {
    /** Counts one SMS; answers why it may not be sent, where the limit is reached. */
    consume: (owner: string, phoneNumber: string, now: Date) =>
      unlessReached(owner, phoneNumber, now, (limited) => consume(limited, now)),
    /** The same, and counts nothing. */
    check: (owner: string, phoneNumber: string, now: Date) =>
      unlessReached(
        owner,
        phoneNumber,
        now,
        async ({ count }) => !isKnown(count, now) && !(await counters.isReached(count)),
      ),
  };
}
export type SmsLimit = ReturnType<typeof createSmsLimit>;

const whyNot = ({ country, prefix, count: { limit, endsAt } }: Limited): string =>
  limit === 0
    ? `this deployment sends no SMS to ${country ?? prefix}`
    : `the limit of ${limit} SMS an hour to numbers that begin with ${prefix} is reached: it ends at ${endsAt.toISOString()}`;
