/**
 * Which channels will be tried, in which order, and which are skipped and why. Pure: the planner that accepting a message and
 * `POST /messages/plan` share.
 */
import type { Addresses, AppDevice, Channel } from "../channel.ts";
import type { Profile } from "../customer/profile.ts";
import type { MessageQuietHours } from "../customer/quiet-hours.ts";
import type { Hop, Purpose, Skip } from "../message/message.ts";
import { withinMaxCost } from "../money/max-cost.ts";
import type { PlannedForm } from "./content.ts";
import type { ChannelHabits } from "./habits.ts";
import { expectationOf, orderBy } from "./prefer.ts";
import type { Carries } from "./rich-content.ts";
import type { Rule } from "./rules.ts";
import { fitWindow, planBackwards } from "./windows.ts";

export interface Deployment {
  channels: ReadonlyMap<string, Channel>;
  /** Why this deployment has no account for a channel, by channel. */
  missingAccounts: Readonly<Record<string, string>>;
  /** This deployment's windows, in seconds, where they differ from the channels' own. */
  windows?: Readonly<Record<string, number>>;
}

export interface Route {
  hops: Hop[];
  skipped: Record<string, Skip>;
  /** The addresses that the hops need, and no others. */
  addresses: Addresses;
  /** As stored with the message. */
  quietHours?: MessageQuietHours;
}

/** What the route depends on besides the rules. */
export interface Circumstances {
  /** Addresses by field, from `to` and the profile. */
  addresses: Readonly<Profile>;
  /** Channels that cannot be used now, and why: a closed window without a template, or a limit that is reached. */
  blocked?: Readonly<Record<string, Skip>>;
  /** The form that goes out, by channel. */
  forms?: Readonly<Record<string, PlannedForm>>;
  /** How each channel carries media and buttons. */
  carries?: Readonly<Record<string, Carries>>;
  /** By channel, why a customer who opted out gets the message nevertheless. */
  despite?: Readonly<Record<string, Pick<Hop, "despiteOptOut">>>;
  /** Seconds until the message expires: no window is longer. */
  secondsLeft?: number | undefined;
  /** What a hop costs; without it, no price is known. */
  estimate?: (channel: Channel, addresses: Addresses) => Pick<Hop, "estimatedCost" | "billedWhen">;
  prefer?: Purpose | undefined;
  /** US dollars as decimal text. */
  maxCost?: string | undefined;
  /** What is known about a channel, where the rules need it (`prefer`, `auto`). */
  habitsOf?: ((channel: string) => ChannelHabits) | undefined;
}

const noHabits: ChannelHabits = { own: {}, everyone: {} };

/**
 * 1. The channels that can be tried, each with its price.
 * 2. In the preferred order.
 * 3. Without those that would exceed the highest cost.
 * 4. With their windows, within the time that is left.
 */
export function planRoute(
  rules: readonly Rule[],
  circumstances: Circumstances,
  deployment: Deployment,
): Route {
  const {
    prefer,
    maxCost,
    habitsOf = () => noHabits,
    secondsLeft = Number.POSITIVE_INFINITY,
  } = circumstances;
  const reportsReads = (id: string) => deployment.channels.get(id)?.reports.includes("read") ?? false;
  const { hops: usable, skipped, addresses } = usableHops(rules, circumstances, deployment);
  const ordered = prefer === undefined ? usable : orderBy(prefer, usable, habitsOf, reportsReads);
  const affordable = maxCost === undefined ? { hops: ordered, skipped: {} } : withinMaxCost(ordered, maxCost);
  const ruleOf = new Map(rules.map((rule) => [rule.channel, rule]));
  const fitted = affordable.hops.map((hop) =>
    ruleOf.get(hop.channel)?.fallbackAfter === "auto"
      ? { ...hop, ...fitWindow(hop.timeoutSeconds, hop.until, habitsOf(hop.channel)) }
      : hop,
  );
  const windows = fitted.map(({ channel, timeoutSeconds }) => {
    const isFixed = typeof ruleOf.get(channel)?.fallbackAfter === "number";
    return { timeoutSeconds, isFixed };
  });
  const planned = planBackwards(windows, secondsLeft);
  const fields = new Set(affordable.hops.map(({ channel }) => deployment.channels.get(channel)?.address));
  return {
    hops: fitted.map((hop, index) => ({
      ...hop,
      timeoutSeconds: planned[index] ?? hop.timeoutSeconds,
      ...(prefer === undefined ? {} : expectationOf(hop, habitsOf(hop.channel))),
    })),
    skipped: { ...skipped, ...affordable.skipped },
    addresses: Object.fromEntries(Object.entries(addresses).filter(([field]) => fields.has(field))),
  };
}

function usableHops(
  rules: readonly Rule[],
  { addresses: known, blocked = {}, forms = {}, carries = {}, despite = {}, estimate }: Circumstances,
  { channels, missingAccounts, windows }: Deployment,
): Route {
  const hops: Hop[] = [];
  const skipped: Record<string, Skip> = {};
  const addresses: Addresses = {};
  for (const { channel: id, fallbackAfter, until } of rules) {
    const channel = channels.get(id);
    const address = channel && addressIn(known, channel.address);
    const missingAccount = missingAccounts[id];
    if (missingAccount !== undefined) skipped[id] = { code: "no_account", reason: missingAccount };
    else if (channel === undefined)
      skipped[id] = { code: "unknown_channel", reason: "this deployment has no channel of this name" };
    else if (address === undefined)
      skipped[id] = { code: "no_address", reason: `no ${channel.address} in \`to\` or the profile` };
    else if (blocked[id] !== undefined) skipped[id] = blocked[id];
    else {
      addresses[channel.address] = address;
      const fixed = typeof fallbackAfter === "number" ? fallbackAfter : undefined;
      hops.push({
        channel: id,
        timeoutSeconds: fixed ?? windows?.[id] ?? channel.windowSeconds,
        until: until ?? channel.until,
        ...forms[id],
        ...(carries[id] === undefined ? {} : { carries: carries[id] }),
        ...despite[id],
        ...estimate?.(channel, addresses),
      });
    }
  }
  return { hops, skipped, addresses };
}

function addressIn(known: Readonly<Profile>, field: string): string | AppDevice[] | undefined {
  const value = Object.hasOwn(known, field) ? known[field] : undefined;
  if (typeof value === "string" && value !== "") return value;
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}
