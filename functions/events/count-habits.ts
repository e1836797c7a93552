/**
 * Counts what changes of messages say of habits: one write a channel and country and one a profile for each batch, however many
 * messages it has. What a change counts for is a difference, so that all changes of a message add up to what its last state
 * says. A batch that Lambda hands over again at once is not counted twice; one that is cut up anew in between may be in part,
 * and what cannot be written is left out: these are statistics, and fail no batch.
 */
import pMap from "p-map";
import { type Counters, countersOf, difference } from "../domain/route/habits.ts";
import { logFault } from "../shared/log.ts";
import {
  counterOfChannel,
  type HabitsTable,
  habitOfCountry,
  habitOfProfile,
} from "../storage/habits-table.ts";
import { batchId, type MessageStates } from "./batch-id.ts";

/** What was known of a customer is forgotten a year after the last news. */
const rememberedMs = 365 * 24 * 3_600_000;
const atOnce = 20;

/** By the habit's key. Pure. */
export function habitsIn(changes: readonly MessageStates[]): Map<string, Counters> {
  const habits = new Map<string, Counters>();
  const add = (habit: string, counters: Counters) =>
    habits.set(habit, sum(habits.get(habit) ?? {}, counters));
  for (const { before, after } of changes) {
    const { client, profileId, country } = after;
    for (const { channel } of after.route) {
      const change = difference(countersOf(after, channel), countersOf(before, channel));
      if (Object.keys(change).length === 0) continue;
      add(habitOfCountry(channel, country), change);
      if (profileId !== undefined) add(habitOfProfile(client, profileId), ofProfile(channel, change));
    }
  }
  return new Map([...habits].filter(([, counters]) => Object.keys(counters).length > 0));
}

const sum = (one: Counters, other: Counters): Counters =>
  difference(one, Object.fromEntries(Object.entries(other).map(([name, value]) => [name, -value])));

/** How long everyone takes is known by the country: a profile's item stays small. */
const ofProfile = (channel: string, counters: Counters): Counters =>
  Object.fromEntries(
    Object.entries(counters)
      .filter(([name]) => !/^[dr]\d/.test(name))
      .map(([name, value]) => [counterOfChannel(channel, name), value]),
  );

export const countHabits =
  ({ habits, now }: { habits: Pick<HabitsTable, "add">; now: () => Date }) =>
  async (changes: readonly MessageStates[]): Promise<void> => {
    const found = habitsIn(changes);
    if (found.size === 0) return;
    const batch = batchId(changes);
    const endsAt = new Date(now().getTime() + rememberedMs);
    const add = ([habit, counters]: [string, Counters]) =>
      habits.add(habit, counters, batch, endsAt).catch((fault: unknown) => {
        logFault("a habit could not be counted", fault);
      });
    await pMap(found, add, { concurrency: atOnce });
  };
