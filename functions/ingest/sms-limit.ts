/**
 * Protection against SMS pumping (somebody makes a business send thousands of messages to one range of numbers, and earns from
 * the carrier's fees): a limit per client, destination prefix and hour. The count is sampled: one message in `step` counts as
 * `step` messages, so a limit of 1,000 costs a write for one message in 10, and is accurate to about a tenth; small limits are
 * exact. Nothing is read: the write itself reports that the limit is reached, and the function's instance remembers that until
 * the hour ends.
 */
import parsePhoneNumber from "libphonenumber-js/max";
import { logFault } from "../shared/log.ts";
import type { CountersTable, FixedWindow } from "../storage/counters-table.ts";

/** SMS per hour to one prefix, by country (ISO 3166-1 alpha-2) or `default`. 0: none; absent: no limit. */
export type SmsLimits = Readonly<Record<string, number>>;

export interface SmsLimitDependencies {
  limits: SmsLimits;
  counters: Pick<CountersTable, "count" | "isReached">;
  /** From 0 to below 1. */
  random: () => number;
}

/**
 * A prefix is the calling code and the first digits of the national number: in most numbering plans they identify the operator
 * and a block that was assigned to it. A pumped range is within one prefix; a business's own messages are spread over many.
 */
const nationalDigits = 4;
const hourMs = 3_600_000;
/** Samples per limit: enough for a count that is accurate to about a tenth. */
const samples = 100;

/** How many messages one counted message stands for. */
export const sampleStep = (limit: number) => Math.max(1, Math.floor(limit / samples));

interface Limited {
  country: string | undefined;
  prefix: string;
  window: FixedWindow;
}

export function createSmsLimit({ limits, counters, random }: SmsLimitDependencies) {
  /** Until when the limits are reached that this instance knows to be, by name. */
  const reachedUntil = new Map<string, number>();

  function limitFor(clientId: string, phoneNumber: string, now: Date): Limited | undefined {
    const number = parsePhoneNumber(phoneNumber);
    const country = number?.country;
    const limit = (country && limits[country]) ?? limits.default;
    if (number === undefined || limit === undefined) return undefined;
    const prefix = `+${number.countryCallingCode} ${number.nationalNumber.slice(0, nationalDigits)}`;
    const endsAt = new Date(Math.floor(now.getTime() / hourMs + 1) * hourMs);
    return { country, prefix, window: { name: JSON.stringify(["sms", clientId, prefix]), limit, endsAt } };
  }

  function isKnownToBeReached({ name, limit }: FixedWindow, now: Date): boolean {
    if (limit === 0) return true;
    for (const [other, until] of reachedUntil) if (until <= now.getTime()) reachedUntil.delete(other);
    return reachedUntil.has(name);
  }

  async function count({ window }: Limited, now: Date): Promise<boolean> {
    if (isKnownToBeReached(window, now)) return false;
    const step = sampleStep(window.limit);
    if (step > 1 && random() >= 1 / step) return true;
    if (await counters.count(window, step)) return true;
    reachedUntil.set(window.name, window.endsAt.getTime());
    return false;
  }

  const reasonUnless = async (
    clientId: string,
    phoneNumber: string,
    now: Date,
    isAllowed: (limited: Limited) => Promise<boolean>,
  ): Promise<string | undefined> => {
    const limited = limitFor(clientId, phoneNumber, now);
    if (limited === undefined) return undefined;
    // Where the limit cannot be read, the message is sent.
    const isSent = await isAllowed(limited).catch((fault: unknown) => {
      logFault("an SMS limit could not be read", fault);
      return true;
    });
    return isSent ? undefined : reasonOf(limited);
  };

  return {
    /** Counts one SMS; returns why it may not be sent, if the limit is reached. */
    consume: (clientId: string, phoneNumber: string, now: Date) =>
      reasonUnless(clientId, phoneNumber, now, (limited) => count(limited, now)),
    /** The same, without counting. */
    check: (clientId: string, phoneNumber: string, now: Date) =>
      reasonUnless(
        clientId,
        phoneNumber,
        now,
        async ({ window }) => !isKnownToBeReached(window, now) && !(await counters.isReached(window)),
      ),
  };
}
export type SmsLimit = ReturnType<typeof createSmsLimit>;

const reasonOf = ({ country, prefix, window: { limit, endsAt } }: Limited): string =>
  limit === 0
    ? `this deployment sends no SMS to ${country ?? prefix}`
    : `the limit of ${limit} SMS an hour to numbers that begin with ${prefix} is reached: it ends at ${endsAt.toISOString()}`;
