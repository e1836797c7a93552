/** What planning and accepting a message need; `dependencies.ts` makes it from the environment. */

import type { Message } from "../domain/message/message.ts";
import type { PriceTable } from "../domain/money/price-table.ts";
import type { Deployment } from "../domain/route/plan-route.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import type { CapsTable } from "../storage/caps-table.ts";
import type { StoredSettings } from "../storage/clients-table.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { HabitsTable } from "../storage/habits-table.ts";
import type { IdempotencyKeysTable } from "../storage/idempotency-keys-table.ts";
import type { KeyedHash } from "../storage/keyed-hash.ts";
import type { MessageLists } from "../storage/message-lists.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import type { ProfilesTable } from "../storage/profiles-table.ts";
import type { Budget } from "./budget.ts";
import type { SmsLimit } from "./sms-limit.ts";

export interface PlanDependencies {
  profiles: Pick<ProfilesTable, "get">;
  contacts: Pick<ContactsTable, "stateOf">;
  consents: Pick<ConsentsTable, "read">;
  smsLimit: SmsLimit;
  budget: Budget;
  caps: CapsTable;
  /** The client's own settings; a change takes effect within a minute. */
  settingsOf: (clientId: string, now: Date) => Promise<StoredSettings>;
  ruleSets: { get: (clientId: string, name: string) => Promise<RuleSet | undefined> };
  habits: Pick<HabitsTable, "read">;
  deployment: Deployment;
  prices: PriceTable;
  now: () => Date;
}

export interface IngestDependencies extends PlanDependencies {
  messages: MessagesTable;
  profiles: ProfilesTable;
  contacts: ContactsTable;
  keys: IdempotencyKeysTable;
  /** The lists in which messages are found. */
  lists: Pick<MessageLists, "add">;
  /** For fingerprints of requests. */
  hash: KeyedHash;
  /** Starts the message's execution, now or later; throws where neither can be promised. */
  start: (message: Message) => Promise<void>;
  /** How long a message is kept; it is kept at least until it is finished. */
  retentionDays: number;
}
