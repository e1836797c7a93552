/** A profile: a customer's addresses, and whatever else a client wants to merge into its texts. */
import * as v from "valibot";
import { inJsonSchema, object } from "../../validation/json-schema.ts";
import { storableNumber } from "../../validation/stored-json.ts";
import type { AppDevice } from "../channel.ts";
import { phoneNumber } from "./phone-number.ts";
import { timeZone } from "./time-zone.ts";

export const appDevice = object(
  v.strictObject({
    platform: v.pipe(
      v.picklist(["fcm", "apns"]),
      v.description("Firebase Cloud Messaging, or Apple's push service."),
    ),
    token: v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(4096, "must have at most 4,096 characters"),
      v.description("The registration token that the push service gave the device."),
    ),
  }),
);

export const appDevices = v.pipe(
  v.array(appDevice),
  v.minLength(1, "must have at least one device"),
  v.maxLength(20, "must have at most 20 devices"),
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
  timeZone: v.optional(timeZone),
};

/** Names that have a meaning in JavaScript objects or in the table are not allowed. */
export const fieldNamesMessage =
  "field names must begin with a letter and have at most 64 letters, digits, - or _";
export const fieldName = /^(?!constructor$)[A-Za-z][A-Za-z0-9_-]{0,63}$/;
export const hasValidFieldNames = (fields: object): boolean =>
  Object.keys(fields).every((name) => fieldName.test(name));

export const maxFields = 50;
export const maxFieldsMessage = `must have at most ${maxFields} fields`;
export const hasAtMostMaxFields = (fields: object): boolean => Object.keys(fields).length <= maxFields;

const fieldValue = v.union(
  [v.pipe(v.string(), v.maxLength(1024, "must have at most 1,024 characters")), storableNumber, v.boolean()],
  "must be text, a number, true or false",
);

export const profile = v.pipe(
  object(v.objectWithRest(addressEntries, fieldValue)),
  inJsonSchema(
    v.check((fields) => hasValidFieldNames(fields), fieldNamesMessage),
    { propertyNames: { pattern: fieldName.source } },
  ),
  inJsonSchema(
    v.check((fields) => hasAtMostMaxFields(fields), maxFieldsMessage),
    { maxProperties: maxFields },
  ),
  inJsonSchema(
    v.check((fields) => !("profileId" in fields), "must have no field profileId: the path names the profile"),
    { propertyNames: { pattern: fieldName.source.replace("constructor$", "(?:constructor|profileId)$") } },
  ),
  v.description(
    "The customer's addresses, and further fields of your own for merging: `{{profile.firstName}}`.",
  ),
);

export type Profile = {
  phoneNumber?: string | undefined;
  fbMessengerId?: string | undefined;
  appDevices?: AppDevice[] | undefined;
  timeZone?: string | undefined;
  [field: string]: string | number | boolean | AppDevice[] | undefined;
};

const storedDevices = v.array(
  // Unknown fields are kept, because the list is written back as a whole.
  v.looseObject({ platform: v.picklist(["fcm", "apns"]), token: v.string() }),
);
/** As the profiles table holds it. */
export const storedProfile: v.GenericSchema<unknown, Profile> = v.objectWithRest(
  {
    phoneNumber: v.optional(v.string()),
    fbMessengerId: v.optional(v.string()),
    appDevices: v.optional(storedDevices),
  },
  v.union([v.string(), v.number(), v.boolean()]),
);

export const profileId = v.pipe(
  identifier,
  inJsonSchema(v.regex(/^\P{Cc}+$/u, "must not contain control characters"), {
    // The same pattern in the syntax of clients' tools: Python has no \P{Cc}, and Go no \u0000.
    pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
  }),
  v.metadata({
    description: "Your own id for the customer: an e-mail address, a customer number.",
    examples: ["anna@example.com"],
  }),
);

const isFull = (known: Profile | undefined, additions: Profile) =>
  Object.keys({ ...known, ...additions }).length >= maxFields;

/**
 * What a request adds to the profile that it names: addresses that the profile lacks, and with `mayReplace` also those that
 * differ. Devices are added, never removed.
 */
export function additionsTo(known: Profile | undefined, fromRequest: Profile, mayReplace: boolean): Profile {
  const additions: Profile = {};
  for (const [field, value] of Object.entries(fromRequest)) {
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      const isNew = known?.[field] === undefined;
      if (isNew ? !isFull(known, additions) : mayReplace && known[field] !== value) additions[field] = value;
      continue;
    }
    const devices = known?.appDevices ?? [];
    const added = value.filter(({ token }) => !devices.some((device) => device.token === token));
    // The newest 20: the schema accepts no more.
    if (added.length > 0) additions.appDevices = [...devices, ...added].slice(-20);
  }
  return additions;
}
