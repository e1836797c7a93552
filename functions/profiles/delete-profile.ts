/**
 * Deletes a profile and what was made of its addresses: the platform endpoints of its devices, what is known of when the
 * customer wrote and read, and their habits. The profile goes last, so that a deletion that failed half-way can be made again.
 * Messages keep their addresses until they are redacted or their time to live ends.
 */
import type { ContactsTable } from "../aws/contacts-table.ts";
import type { HabitsTable } from "../aws/habits-table.ts";
import type { PlatformEndpoints } from "../aws/platform-endpoints.ts";
import type { ProfilesTable } from "../aws/profiles-table.ts";
import type { Channel } from "../channels/channel.ts";

export interface DeleteProfileDependencies {
  profiles: Pick<ProfilesTable, "get" | "delete">;
  contacts: Pick<ContactsTable, "forget">;
  habits: Pick<HabitsTable, "forget">;
  endpoints: Pick<PlatformEndpoints, "delete">;
  channels: readonly Pick<Channel, "id" | "address">[];
}

export async function deleteProfile(
  owner: string,
  profileId: string,
  { profiles, contacts, habits, endpoints, channels }: DeleteProfileDependencies,
): Promise<void> {
  const profile = await profiles.get(owner, profileId);
  if (profile === undefined) return;
  await Promise.all([
    habits.forget(owner, profileId),
    ...(profile.appDevices ?? []).map((device) => endpoints.delete(device)),
    ...channels.flatMap(({ id, address: field }) => {
      const address = profile[field];
      return typeof address === "string" ? [contacts.forget(id, address)] : [];
    }),
  ]);
  await profiles.delete(owner, profileId);
}
