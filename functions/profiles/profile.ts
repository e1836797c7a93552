/** A profile: the addresses known of a customer, and whatever else a client wants to merge into its texts. */
import * as v from "valibot";
import type { AppDevice } from "../channels/channel.ts";
import { phoneNumber } from "./phone-number.ts";

export const appDevices = v.pipe(
  v.array(
    v.strictObject({
      platform: v.picklist(["fcm", "apns"], "must be fcm or apns"),
      token: v.pipe(
        v.string(),
        v.minLength(1, "must not be empty"),
        v.maxLength(4096, "must have at most 4,096 characters"),
      ),
    }),
  ),
  v.minLength(1, "must name at least one device"),
  v.maxLength(20, "must name at most 20 devices"),
);

export const identifier = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(256, "must have at most 256 characters"),
);

export const addressEntries = {
  phoneNumber: v.optional(phoneNumber),
  fbMessengerId: v.optional(identifier),
  appDevices: v.optional(appDevices),
};

/** The names of fields: none that JavaScript objects give a meaning of their own, or that the table keeps for itself. */
export const usableNames = "field names must begin with a letter and have at most 64 letters, digits, - or _";
export const hasUsableNames = (fields: object): boolean =>
  Object.keys(fields).every((name) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && name !== "constructor");

export const fewFields = "must have at most 50 fields";
export const hasFewFields = (fields: object): boolean => Object.keys(fields).length <= 50;

const fieldValue = v.union(
  [v.pipe(v.string(), v.maxLength(1024, "must have at most 1,024 characters")), v.number(), v.boolean()],
  "must be a string, a number or a boolean",
);

/** Addresses, and further fields for merging: `{{profile.firstName}}`. */
export const profile = v.pipe(
  v.objectWithRest(addressEntries, fieldValue),
  v.check((fields) => hasUsableNames(fields), usableNames),
  v.check((fields) => hasFewFields(fields), fewFields),
);

export type Profile = {
  phoneNumber?: string | undefined;
  fbMessengerId?: string | undefined;
  appDevices?: AppDevice[] | undefined;
  [field: string]: string | number | boolean | AppDevice[] | undefined;
};

export const profileId = v.pipe(identifier, v.regex(/^\P{Cc}+$/u, "must not hold control characters"));

/** What a send adds to the profile that it names: new and changed fields alone; devices are added, never dropped. */
export function additionsTo(known: Profile | undefined, brought: Profile): Profile {
  const additions: Profile = {};
  for (const [field, value] of Object.entries(brought)) {
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      if (known?.[field] !== value) additions[field] = value;
      continue;
    }
    const devices = known?.appDevices ?? [];
    const added = value.filter(({ token }) => !devices.some((device) => device.token === token));
    // The newest 20: what the schema takes is what the profile keeps.
    if (added.length > 0) additions.appDevices = [...devices, ...added].slice(-20);
  }
  return additions;
}
