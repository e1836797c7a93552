/** What the route of a message depends on at this moment: closed windows, the SMS limit, and what is known about the customer. */
import type { Profile } from "../domain/customer/profile.ts";
import type { Skip } from "../domain/message/message.ts";
import {
  asksForWindow,
  type Content,
  closedWindow,
  formOf,
  needsOpenWindow,
  type PlannedForm,
} from "../domain/route/content.ts";
import type { ChannelHabits } from "../domain/route/habits.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import { logFault } from "../shared/log.ts";
import type { Customer } from "../storage/habits-table.ts";
import type { PlanDependencies } from "./ingest-dependencies.ts";

export interface ByWindow {
  closed: Record<string, Skip>;
  forms: Record<string, PlannedForm>;
}

/**
 * The channels that would refuse the content, and the form that goes out on the others, as far as it is known when the customer
 * last wrote.
 */
export async function byWindow(
  { channels: rules }: RuleSet,
  profile: Profile,
  content: Content,
  now: Date,
  { deployment, contacts }: PlanDependencies,
): Promise<ByWindow> {
  const found: ByWindow = { closed: {}, forms: {} };
  await Promise.all(
    rules.map(async ({ channel: id }) => {
      const channel = deployment.channels.get(id);
      const address = channel && profile[channel.address];
      if (!channel || typeof address !== "string" || deployment.missingAccounts[id]) return;
      const { heardAt } = asksForWindow(channel, content) ? await contacts.stateOf(id, address) : {};
      const skip = needsOpenWindow(channel, content) ? closedWindow(channel, heardAt, now) : undefined;
      const form = formOf(channel, content, heardAt, now);
      if (skip) found.closed[id] = skip;
      if (form) found.forms[id] = form;
    }),
  );
  return found;
}

/** The channels with protection from SMS pumping, if the limit is reached for this number. The message counts once. */
export async function byPrefixLimit(
  { channels: rules }: RuleSet,
  { phoneNumber }: Profile,
  { deployment: { channels, missingAccounts } }: Pick<PlanDependencies, "deployment">,
  reasonFor: (phoneNumber: string) => Promise<string | undefined>,
): Promise<Record<string, Skip>> {
  const limited = rules
    .map(({ channel }) => channel)
    .filter((id) => channels.get(id)?.hasPrefixLimit && missingAccounts[id] === undefined);
  const reason = limited.length > 0 && phoneNumber !== undefined ? await reasonFor(phoneNumber) : undefined;
  if (reason === undefined) return {};
  return Object.fromEntries(limited.map((id) => [id, { code: "sms_limit", reason } as const]));
}

/**
 * The habits by channel; undefined where the rules do not need them, or where they cannot be read: the message is sent anyway.
 */
export async function readHabits(
  { prefer, channels: rules }: RuleSet,
  customer: Customer,
  { habits }: PlanDependencies,
): Promise<((channel: string) => ChannelHabits) | undefined> {
  if (prefer === undefined && rules.every(({ fallbackAfter }) => fallbackAfter !== "auto")) return undefined;
  const channels = rules.map(({ channel }) => channel);
  return habits.read(customer, channels).catch((fault: unknown) => {
    logFault("the habits could not be read", fault);
    return undefined;
  });
}
