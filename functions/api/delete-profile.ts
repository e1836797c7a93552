/**
 * Deletes a profile, the list of its messages, its link to Messenger, and what was made from its addresses: the platform endpoints of its devices, and
 * the records of when and on which channels the customer wrote and read. The profile is deleted last, so that a deletion that
 * failed half-way can be repeated. Messages keep their addresses until they are redacted or their time to live ends.
 */

import type { PlatformEndpoints } from "../aws/platform-endpoints.ts";
import type { Channel } from "../domain/channel.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { CustomerRefs } from "../storage/customer-refs.ts";
import type { HabitsTable } from "../storage/habits-table.ts";
import type { MessageLists } from "../storage/message-lists.ts";
import type { ProfilesTable } from "../storage/profiles-table.ts";

export interface DeleteProfileDependencies {
  profiles: Pick<ProfilesTable, "get" | "delete">;
  contacts: Pick<ContactsTable, "forget">;
  habits: Pick<HabitsTable, "forget">;
  lists: Pick<MessageLists, "cutOff">;
  customerRefs: Pick<CustomerRefs, "forget">;
  retentionDays: number;
  now: () => Date;
  endpoints: Pick<PlatformEndpoints, "delete">;
  channels: readonly Pick<Channel, "id" | "address">[];
}

export async function deleteProfile(
  clientId: string,
  profileId: string,
  dependencies: DeleteProfileDependencies,
): Promise<void> {
  const { profiles, contacts, habits, lists, customerRefs, retentionDays, now, endpoints, channels } =
    dependencies;
  const profile = (await profiles.get(clientId, profileId)) ?? {};
  await Promise.all([
    // Receipts that came after an earlier deletion may have created them again.
    habits.forget(clientId, profileId),
    customerRefs.forget({ client: clientId, profileId }),
    lists.cutOff({ of: "profile", client: clientId, value: profileId }, now(), retentionDays),
    ...(profile.appDevices ?? []).map((device) => endpoints.delete(device)),
    ...channels.flatMap(({ id, address: field }) => {
      const address = profile[field];
      return typeof address === "string" ? [contacts.forget(id, address)] : [];
    }),
  ]);
  await profiles.delete(clientId, profileId);
}
