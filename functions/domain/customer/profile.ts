/** A profile: the addresses known of a customer, and whatever else a client wants to merge into its texts. */
import * as v from "valibot";
import { inJsonSchema, object } from "../../validation/json-schema.ts";
import { storableNumber } from "../../validation/stored-json.ts";
import type { AppDevice } from "../channel.ts";
import { phoneNumber } from "./phone-number.ts";

export const appDevice = object(
  v.strictObject({
    platform: v.pipe(
      v.picklist(["fcm", "apns"], "must be fcm or apns"),
      v.description("Firebase Cloud Messaging, or Apple's push service."),
    ),
    token: v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(4096, "must have at most 4,096 characters"),
      v.description("The registration token that the device has from its push service."),
    ),
  }),
);

export const appDevices = v.pipe(
  v.array(appDevice),
  v.minLength(1, "must name at least one device"),
  v.maxLength(20, "must name at most 20 devices"),
  v.description("The devices on which the customer has the business's app; a push goes to each."),
);

export const identifier = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(256, "must have at most 256 characters"),
);

export const addressEntries = {
  phoneNumber: v.optional(phoneNumber),
  fbMessengerId: v.optional(
    v.pipe(identifier, v.description("The customer's page-scoped id at Facebook Messenger.")),
  ),
  appDevices: v.optional(appDevices),
};

/** The names of fields: none that JavaScript objects give a meaning of their own, or that the table keeps for itself. */
export const usableNames = "field names must begin with a letter and have at most 64 letters, digits, - or _";
export const usableName = /^(?!constructor$)[A-Za-z][A-Za-z0-9_-]{0,63}$/;
export const hasUsableNames = (fields: object): boolean =>
  Object.keys(fields).every((name) => usableName.test(name));

export const mostFields = 50;
export const fewFields = `must have at most ${mostFields} fields`;
export const hasFewFields = (fields: object): boolean => Object.keys(fields).length <= mostFields;

const fieldValue = v.union(
  [v.pipe(v.string(), v.maxLength(1024, "must have at most 1,024 characters")), storableNumber, v.boolean()],
  "must be a string, a number or a boolean",
);

/** Addresses, and further fields for merging: `{{profile.firstName}}`. */
export const profile = v.pipe(
  object(v.objectWithRest(addressEntries, fieldValue)),
  inJsonSchema(
    v.check((fields) => hasUsableNames(fields), usableNames),
    { propertyNames: { pattern: usableName.source } },
  ),
  inJsonSchema(
    v.check((fields) => hasFewFields(fields), fewFields),
    { maxProperties: mostFields },
  ),
  v.description(
    "The addresses known of a customer, and further fields of your own for merging: `{{profile.firstName}}`.",
  ),
);

export type Profile = {
  phoneNumber?: string | undefined;
  fbMessengerId?: string | undefined;
  appDevices?: AppDevice[] | undefined;
  [field: string]: string | number | boolean | AppDevice[] | undefined;
};

export const profileId = v.pipe(
  identifier,
  inJsonSchema(v.regex(/^\P{Cc}+$/u, "must not hold control characters"), {
    // The same for every engine: Python's and Go's, which clients' tools use, have no \P{Cc} or no \u0000.
    pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
  }),
  v.metadata({
    description: "Your own id of the customer: an e-mail address, a customer number.",
    examples: ["anna@example.com"],
  }),
);

const isFull = (known: Profile | undefined, additions: Profile) =>
  Object.keys({ ...known, ...additions }).length >= mostFields;

/** What a send adds to the profile that it names: new and changed fields alone; devices are added, never dropped. */
export function additionsTo(known: Profile | undefined, brought: Profile): Profile {
  const additions: Profile = {};
  for (const [field, value] of Object.entries(brought)) {
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      const isNew = known?.[field] === undefined;
      if (known?.[field] !== value && !(isNew && isFull(known, additions))) additions[field] = value;
      continue;
    }
    const devices = known?.appDevices ?? [];
    const added = value.filter(({ token }) => !devices.some((device) => device.token === token));
    // The newest 20: what the schema takes is what the profile keeps.
    if (added.length > 0) additions.appDevices = [...devices, ...added].slice(-20);
  }
  return additions;
}
