/**
 * Counts habits (on which channel customers are reached, and how fast) from the changes of messages. A batch costs one write for
 * each channel and country, and one for each profile, however many messages it has. A change counts for the difference between
 * its two states, so all changes of a message add up to its last state. A batch that Lambda delivers again unchanged is not
 * counted twice. One that Lambda splits first may in part be counted twice, and a failed write is left out: these are statistics,
 * and do not fail the batch.
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

/** A habit is deleted a year after its last change. */
const rememberedMs = 365 * 24 * 3_600_000;
const atOnce = 20;

/** The counters of a batch by the habit's key. Pure. */
export function habitsIn(changes: readonly MessageStates[]): Map<string, Counters> {
  const habits = new Map<string, Counters>();
  const add = (habit: string, counters: Counters) =>
    habits.set(habit, sum(habits.get(habit) ?? {}, counters));
  for (const { before, after } of changes) {
    if (after.test) continue;
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

/** Without the counters of times, which are kept only by country, so that a profile's item stays small. */
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
