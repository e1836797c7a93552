/**
 * Which channels will be tried, in which order, and which are skipped and why. Pure: the planner that ingest and
 * `POST /messages/plan` share.
 */
import type { Addresses, AppDevice, Channel } from "../channel.ts";
import type { Fault } from "../fault.ts";
import type { Hop, Purpose, Skip } from "../message/message.ts";
import { withinCost } from "../money/max-cost.ts";
import type { Known } from "./habits.ts";
import { expectationOf, orderBy } from "./prefer.ts";
import type { Rule } from "./rules.ts";
import { fitWindow, planBackwards } from "./windows.ts";

export interface Content {
  title?: string | undefined;
  body?: string | undefined;
  customBody?: Readonly<Record<string, string | undefined>> | undefined;
  channelOptions?: Readonly<Record<string, Record<string, unknown> | undefined>> | undefined;
}

export interface Deployment {
  channels: ReadonlyMap<string, Channel>;
  /** Why a channel is off this deployment's deployment. */
  absent: Readonly<Record<string, string>>;
  /** This deployment's windows, in seconds, where they are not the channels' own. */
  windows?: Readonly<Record<string, number>>;
}

export interface Route {
  hops: Hop[];
  skipped: Record<string, Skip>;
  /** The addresses that the hops need, and no others. */
  addresses: Addresses;
}

/** What is known of the customer and of the message's time. */
export interface Circumstances {
  /** Addresses by field, from `to` and the profile. */
  known: Readonly<Record<string, unknown>>;
  /** Channels that are not to be tried now, and why: a closed window without a template, a limit that is reached. */
  closed?: Readonly<Record<string, Skip>>;
  /** Which form goes out, by channel. */
  forms?: Readonly<Record<string, PlannedForm>>;
  /** Seconds until the message expires: no window is longer. */
  secondsLeft?: number | undefined;
  /** What a channel's hop costs; without it, nothing is known of prices. */
  estimate?: (channel: Channel, addresses: Addresses) => Pick<Hop, "estimatedCost" | "billedWhen">;
  prefer?: Purpose | undefined;
  /** US dollars as decimal text. */
  maxCost?: string | undefined;
  /** What is known of a channel, where the rules ask for it (`prefer`, `auto`). */
  knownOf?: ((channel: string) => Known) | undefined;
}

export type PlannedForm = Pick<Hop, "form" | "formReason">;

const nothing: Known = { own: {}, everyone: {} };

/**
 * 1. The channels that can be tried, each with its price. 2. In the order preferred. 3. Without those that cost too much.
 * 4. Their windows, within the time that is left.
 */
export function planRoute(
  rules: readonly Rule[],
  circumstances: Circumstances,
  deployment: Deployment,
): Route {
  const { prefer, maxCost, knownOf = () => nothing, secondsLeft = Number.POSITIVE_INFINITY } = circumstances;
  const tellsReads = (id: string) => deployment.channels.get(id)?.reports.includes("read") ?? false;
  const { hops: usable, skipped, addresses } = usableHops(rules, circumstances, deployment);
  const ordered = prefer === undefined ? usable : orderBy(prefer, usable, knownOf, tellsReads);
  const within = maxCost === undefined ? { hops: ordered, skipped: {} } : withinCost(ordered, maxCost);
  const ruleOf = new Map(rules.map((rule) => [rule.channel, rule]));
  const fitted = within.hops.map((hop) =>
    ruleOf.get(hop.channel)?.fallbackAfter === "auto"
      ? { ...hop, ...fitWindow(hop.timeoutSeconds, hop.until, knownOf(hop.channel)) }
      : hop,
  );
  const windows = fitted.map(({ channel, timeoutSeconds }) => {
    const isNamed = typeof ruleOf.get(channel)?.fallbackAfter === "number";
    return { timeoutSeconds, isNamed };
  });
  const planned = planBackwards(windows, secondsLeft);
  const fields = new Set(within.hops.map(({ channel }) => deployment.channels.get(channel)?.address));
  return {
    hops: fitted.map((hop, index) => ({
      ...hop,
      timeoutSeconds: planned[index] ?? hop.timeoutSeconds,
      ...(prefer === undefined ? {} : expectationOf(hop, knownOf(hop.channel))),
    })),
    skipped: { ...skipped, ...within.skipped },
    addresses: Object.fromEntries(Object.entries(addresses).filter(([field]) => fields.has(field))),
  };
}

function usableHops(
  rules: readonly Rule[],
  { known, closed = {}, forms = {}, estimate }: Circumstances,
  deployment: Deployment,
): Route {
  const hops: Hop[] = [];
  const skipped: Record<string, Skip> = {};
  const addresses: Addresses = {};
  for (const { channel: id, fallbackAfter, until } of rules) {
    const channel = deployment.channels.get(id);
    const address = channel && addressIn(known, channel.address);
    const absent = deployment.absent[id];
    if (absent !== undefined) skipped[id] = { code: "no_account", reason: absent };
    else if (channel === undefined)
      skipped[id] = { code: "unknown_channel", reason: "not a channel of this deployment" };
    else if (address === undefined)
      skipped[id] = { code: "no_address", reason: `no ${channel.address} in \`to\` or the profile` };
    else if (closed[id] !== undefined) skipped[id] = closed[id];
    else {
      addresses[channel.address] = address;
      const named = typeof fallbackAfter === "number" ? fallbackAfter : undefined;
      hops.push({
        channel: id,
        timeoutSeconds: named ?? deployment.windows?.[id] ?? channel.windowSeconds,
        until: until ?? channel.until,
        ...forms[id],
        ...estimate?.(channel, addresses),
      });
    }
  }
  return { hops, skipped, addresses };
}

function addressIn(
  known: Readonly<Record<string, unknown>>,
  field: string,
): string | AppDevice[] | undefined {
  const value = Object.hasOwn(known, field) ? known[field] : undefined;
  if (typeof value === "string" && value !== "") return value;
  return Array.isArray(value) && value.length > 0 ? (value as AppDevice[]) : undefined;
}

/** Whether a channel that takes free text only for a while after the customer's last message has nothing but that. */
export const needsOpenWindow = (channel: Channel, { channelOptions }: Content): boolean =>
  channel.freeTextSeconds !== undefined && !channel.sendsWithoutBody?.(channelOptions?.[channel.id] ?? {});

/** Whether what goes out depends on the window, or is a template: the message brings one. */
const bringsTemplate = (channel: Channel, { channelOptions }: Content): boolean =>
  channel.freeTextSeconds !== undefined &&
  channel.sendsWithoutBody?.(channelOptions?.[channel.id] ?? {}) === true;

/** Whether the time of the customer's last message decides what is done. */
export const asksForWindow = (channel: Channel, content: Content): boolean =>
  needsOpenWindow(channel, content) ||
  (bringsTemplate(channel, content) && bodyFor(channel.id, content) !== undefined);

/**
 * The template, unless the window is known to be open: the provider may take free text first, and say later that it was
 * closed. Undefined where the message brings no template.
 */
export function formOf(
  channel: Channel,
  content: Content,
  heardAt: string | undefined,
  now: Date,
): PlannedForm | undefined {
  if (!bringsTemplate(channel, content)) return undefined;
  const template = (formReason: string): PlannedForm => ({ form: "template", formReason });
  if (bodyFor(channel.id, content) === undefined) return template("the request brings no text");
  if (heardAt === undefined) return template("nobody knows of a message from the customer");
  const closed = whyClosed(channel, heardAt, now);
  const hours = (channel.freeTextSeconds ?? 0) / 3600;
  return closed === undefined
    ? { form: "text", formReason: `the customer last wrote at ${heardAt}, within ${hours} hours` }
    : template(`the customer last wrote at ${heardAt}, more than ${hours} hours ago`);
}

/** Why free text is not taken; undefined where it is, or nobody knows of a message from the customer. */
export function whyClosed(channel: Channel, heardAt: string | undefined, now: Date): Skip | undefined {
  if (heardAt === undefined || channel.freeTextSeconds === undefined) return undefined;
  if (now.getTime() - Date.parse(heardAt) <= channel.freeTextSeconds * 1000) return undefined;
  const hours = channel.freeTextSeconds / 3600;
  return {
    code: "window_closed",
    reason: `the customer last wrote at ${heardAt}, more than ${hours} hours ago: ${channel.name} takes only a template then, and the request brings none`,
  };
}

/** The text that goes out on a channel: its own, or everyone's. */
export const bodyFor = (channel: string, { body, customBody }: Content): string | undefined =>
  customBody?.[channel] ?? body;

/** What a channel cannot send: nothing at all, or more than its provider takes. */
export function contentFaults(channel: Channel, content: Content): Fault[] {
  const body = bodyFor(channel.id, content);
  const path = content.customBody?.[channel.id] === undefined ? "body" : `customBody.${channel.id}`;
  if (body === undefined) {
    if (channel.sendsWithoutBody?.(content.channelOptions?.[channel.id] ?? {})) return [];
    return [
      { path, code: "nothing_to_send", message: `is required: ${channel.id} has nothing else to send` },
    ];
  }
  const { max, unit, sizeOf } = channel.limit;
  const { title, channelOptions } = content;
  const options = channelOptions?.[channel.id] ?? {};
  const length = sizeOf?.({ ...(title === undefined ? {} : { title }), body, options }) ?? body.length;
  if (length <= max) return [];
  const counted = sizeOf === undefined ? "" : ` with its title and options, ${length - max} too many`;
  return [
    {
      path,
      code: "too_long",
      message: `has ${length} ${unit}${counted}, and ${channel.name} takes at most ${max}: shorten it, or give customBody.${channel.id}`,
    },
  ];
}
