/**
 * The channels of a message for which its customer opted out. Each hop checks again (functions/hop/consent.ts), so an opt-out at
 * this very moment may be missed here.
 */
import {
  type ConsentHolder,
  type Consents,
  goesDespiteOptOut,
  holdersOf,
  refusalOf,
} from "../domain/customer/consent.ts";
import type { Profile } from "../domain/customer/profile.ts";
import type { Hop, Message, Skip } from "../domain/message/message.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import type { PlanDependencies } from "./ingest-dependencies.ts";

export interface OptOuts {
  skipped: Record<string, Skip>;
  /** The channels that send nevertheless. */
  despite: Record<string, Pick<Hop, "despiteOptOut">>;
}

export async function optOutsOf(
  { channels: rules }: RuleSet,
  message: Pick<Message, "client" | "profileId" | "category" | "requireOptIn">,
  profile: Profile,
  { deployment, consents }: PlanDependencies,
): Promise<OptOuts> {
  const found: OptOuts = { skipped: {}, despite: {} };
  const reads = new Map<string, Promise<Consents[]>>();
  const read = (holder: ConsentHolder): Promise<Consents[]> => {
    const key = JSON.stringify(holder);
    const reading = reads.get(key) ?? consents.read([holder], { anyTimeNow: true });
    reads.set(key, reading);
    return reading;
  };
  await Promise.all(
    rules.map(async ({ channel: id }) => {
      const channel = deployment.channels.get(id);
      const address = channel && profile[channel.address];
      if (!channel || address === undefined || deployment.missingAccounts[id]) return;
      const addresses = { [channel.address]: address } as Message["addresses"];
      const kept = await Promise.all(holdersOf({ ...message, addresses }, channel).map(read));
      const refusal = refusalOf(channel, kept.flat(), message.requireOptIn);
      if (refusal === undefined) return;
      if (goesDespiteOptOut(channel, message.category)) found.despite[id] = { despiteOptOut: refusal.reason };
      else found.skipped[id] = refusal;
    }),
  );
  return found;
}
