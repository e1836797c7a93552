/**
 * How many messages of some categories a customer gets from a client in some days, over all channels. The days are a rolling
 * window: no window of that length has more. A message counts at the time at which it is to go out, whatever becomes of it. Pure.
 */
import * as v from "valibot";
import { object } from "../../validation/json-schema.ts";
import { type Category, categories } from "../channel.ts";
import type { Profile } from "./profile.ts";
import { dayMs } from "./zone-clock.ts";

const wholeNumber = (most: number, description: string) => {
  const message = `must be a whole number from 1 to ${most}`;
  return v.pipe(
    v.number(),
    v.integer(message),
    v.minValue(1, message),
    v.maxValue(most, message),
    v.description(description),
  );
};

export const cap = object(
  v.strictObject({
    categories: v.pipe(
      v.array(v.picklist(categories)),
      v.minLength(1, "must have at least one category"),
      v.maxLength(categories.length, `must have at most ${categories.length} categories`),
      v.description("Of which messages: those of all these categories together."),
    ),
    most: wholeNumber(100, "How many a customer gets, over all channels."),
    days: wholeNumber(366, "In so many days, of 24 hours each, whenever they begin."),
  }),
);
export interface Cap {
  categories: readonly string[];
  most: number;
  days: number;
}

/** A message that counts. */
export interface CappedMessage {
  messageId: string;
  category: string;
  /** When it was to go out: when it was accepted, or its `sendAt`. ISO 8601. */
  at: string;
}

/** As the plan shows it. */
export interface CapState extends Cap {
  /** How many more may be accepted now. */
  left: number;
  /** Where none is left: when the next one may be sent. */
  endsAt?: string;
}

export const capsOn = (category: Category, caps: readonly Cap[] = []): Cap[] =>
  caps.filter((one) => one.categories.includes(category));

/** A message that is to go out later counts too: one window can hold both. */
const counts = ({ days }: Pick<Cap, "days">, { at }: CappedMessage, begins: Date) =>
  Math.abs(Date.parse(at) - begins.getTime()) < days * dayMs;

/** `begins`: when the message is to go out. */
export function stateOf(cap: Cap, known: readonly CappedMessage[], begins: Date): CapState {
  const counted = known.filter((one) => cap.categories.includes(one.category) && counts(cap, one, begins));
  const left = Math.max(0, cap.most - counted.length);
  // There may be more than the cap allows, where it was lowered: the excess has to leave the window first.
  const last = counted.map(({ at }) => at).sort()[counted.length - cap.most];
  if (left > 0 || last === undefined) return { ...cap, left };
  return { ...cap, left, endsAt: new Date(Date.parse(last) + cap.days * dayMs).toISOString() };
}

/** Adds a message, and drops those that no cap counts any more. */
export const withMessage = (
  known: readonly CappedMessage[],
  message: CappedMessage,
  caps: readonly Cap[],
  now: Date,
): CappedMessage[] => [...known.filter(({ at }) => endOf(caps, at) > now), message];

/** Until when a message counts. */
export const endOf = (caps: readonly Cap[], at: string): Date =>
  new Date(Date.parse(at) + Math.max(...caps.map(({ days }) => days)) * dayMs);

/**
 * The customer whose messages are counted together: the profile, otherwise the first of the addresses, the phone number before
 * others.
 */
export function cappedCustomer(client: string, profileId: string | undefined, addresses: Profile): string {
  if (profileId !== undefined) return JSON.stringify(["cap", client, "profileId", profileId]);
  const { phoneNumber, ...others } = addresses;
  const [field, value] =
    phoneNumber === undefined
      ? (Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1))[0] ?? ["", ""])
      : ["phoneNumber", phoneNumber];
  return JSON.stringify(["cap", client, field, value]);
}
