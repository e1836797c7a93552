/** What the route of a message depends on at this moment: closed windows, the SMS limit, and what is known of the customer. */
import type { Profile } from "../domain/customer/profile.ts";
import type { Skip } from "../domain/message/message.ts";
import { type Content, closedWindow, needsOpenWindow } from "../domain/route/content.ts";
import type { ChannelHabits } from "../domain/route/habits.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import { logFault } from "../shared/log.ts";
import type { Customer } from "../storage/habits-table.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";

/** Channels that would refuse the content, as far as the time is known at which the customer last wrote. */
export async function closedChannels(
  { channels: rules }: RuleSet,
  profile: Profile,
  content: Content,
  now: Date,
  { deployment, contacts }: IngestDependencies,
): Promise<Record<string, Skip>> {
  const skips = await Promise.all(
    rules.map(async ({ channel: id }) => {
      const channel = deployment.channels.get(id);
      const address = channel && profile[channel.address];
      if (
        !channel ||
        typeof address !== "string" ||
        deployment.missingAccounts[id] ||
        !needsOpenWindow(channel, content)
      )
        return [];
      const skip = closedWindow(channel, (await contacts.stateOf(id, address)).heardAt, now);
      return skip === undefined ? [] : [[id, skip] as const];
    }),
  );
  return Object.fromEntries(skips.flat());
}

/** `sms`, where its limit is reached for this number. */
export async function limitedSms(
  { channels: rules }: RuleSet,
  { phoneNumber }: Profile,
  { deployment }: IngestDependencies,
  reasonFor: (phoneNumber: string) => Promise<string | undefined>,
): Promise<Record<string, Skip>> {
  const isUsable =
    rules.some(({ channel }) => channel === "sms") && deployment.missingAccounts.sms === undefined;
  const reason = isUsable && phoneNumber !== undefined ? await reasonFor(phoneNumber) : undefined;
  return reason === undefined ? {} : { sms: { code: "sms_limit", reason } };
}

/** The habits by channel; undefined where the rules do not need them, or they cannot be read: the message is sent anyway. */
export async function readHabits(
  { prefer, channels: rules }: RuleSet,
  customer: Customer,
  { habits }: IngestDependencies,
): Promise<((channel: string) => ChannelHabits) | undefined> {
  if (prefer === undefined && rules.every(({ fallbackAfter }) => fallbackAfter !== "auto")) return undefined;
  const channels = rules.map(({ channel }) => channel);
  return habits.read(customer, channels).catch((fault: unknown) => {
    logFault("the habits could not be read", fault);
    return undefined;
  });
}
