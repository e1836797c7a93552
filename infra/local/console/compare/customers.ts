/**
 * Simulated customers with habits of their own, from a seed: where they are registered, how often a channel delivers to them,
 * and where they read. The luck of each message is one of the customer, the channel and the round, so that every order of
 * channels meets the same customers with the same luck. The habits are assumed, not measured. Pure; used by the comparison of
 * orders on the console page and by `npm run habits`.
 */
import { createHash } from "node:crypto";
import type { Fate } from "../../../../functions/domain/reporting/course.ts";

export interface Habit {
  isRegistered: boolean;
  /** Of the messages that the provider takes. */
  delivers: number;
  /** Of the messages that are delivered. */
  reads: number;
  /** After so many seconds. */
  secondsToRead: number;
}

export interface SimulatedCustomer {
  profileId: string;
  to: {
    profileId: string;
    phoneNumber: string;
    fbMessengerId: string;
    appDevices: { platform: "fcm"; token: string }[];
    email: string;
  };
  habits: Record<string, Habit>;
}

/** From 0 to below 1, by the names alone. */
export const luck = (...names: (string | number)[]): number =>
  createHash("sha256").update(names.join(" ")).digest().readUInt32BE() / 2 ** 32;

const registered: Readonly<Record<string, number>> = {
  sms: 1,
  fbMessenger: 0.45,
  whatsApp: 0.7,
  appMessaging: 0.5,
  nativePush: 0.5,
  rcs: 0.5,
  mms: 0.9,
  email: 0.9,
};
const numbers = ["+4471", "+4915", "+1202555"];

export function makeCustomers(count: number, seed: number, channels: readonly string[]): SimulatedCustomer[] {
  return Array.from({ length: count }, (_, index) => {
    const chance = (what: string) => luck(seed, index, what);
    const favourite = channels[Math.floor(chance("favourite") * channels.length)];
    const habits = channels.map((channel): [string, Habit] => {
      const isFavourite = channel === favourite;
      // Of some a phone number that takes calls alone, or an app that is never opened: taken, and never delivered.
      const isDead = !isFavourite && chance(`${channel} is dead`) < 0.25;
      return [
        channel,
        {
          isRegistered: isFavourite || chance(`${channel} is registered`) < (registered[channel] ?? 1),
          delivers: isDead ? 0.05 : 0.97,
          reads: isFavourite ? 0.9 : 0.1,
          secondsToRead: isFavourite ? 120 : 6 * 3600,
        },
      ];
    });
    const profileId = `customer-${seed}-${index}`;
    const prefix = numbers[index % numbers.length] ?? "";
    const digits = String(index).padStart(prefix.startsWith("+1") ? 4 : 8, "0");
    return {
      profileId,
      to: {
        profileId,
        phoneNumber: `${prefix}${digits}`,
        fbMessengerId: `psid-${profileId}`,
        appDevices: [{ platform: "fcm", token: `device-${profileId}` }],
        email: `${profileId}@customers.example`,
      },
      habits: Object.fromEntries(habits),
    };
  });
}

/** What becomes of a message of this round, if it goes to the customer on this channel. */
export function fateOf({ profileId, habits }: SimulatedCustomer, channel: string, round: string): Fate {
  const { isRegistered, delivers, reads, secondsToRead } = habits[channel] ?? {
    isRegistered: false,
    delivers: 0,
    reads: 0,
    secondsToRead: 0,
  };
  const isDelivered = isRegistered && luck(profileId, channel, round, "delivered") < delivers;
  return {
    isRegistered,
    isDelivered,
    isRead: isDelivered && luck(profileId, channel, round, "read") < reads,
    // Most within a second or two, some of them much later.
    secondsToDeliver: 1 + Math.floor(30 * luck(profileId, channel, round, "seconds") ** 4),
    secondsToRead,
  };
}
