/** The query of `GET /messages` and `GET /profiles/{profileId}/messages`. */
import * as v from "valibot";
import { profileId } from "../../domain/customer/profile.ts";
import { reference } from "../../ingest/request.ts";
import { timestamp } from "../../ingest/timestamp.ts";
import { inJsonSchema } from "../../validation/json-schema.ts";
import { addressEntries, textAddressesOf } from "../address-fields.ts";

/** The fields of addresses by which messages are found; a device's token is not one of them. */
export const addressFields = textAddressesOf(({ receiptsNameThe }) => receiptsNameThe === "address");

/** The statuses by which messages are listed, each with the name under which the index has them. */
export const listedStatuses = {
  scheduled: "scheduled",
  failed: "undeliverable",
  expired: "expired",
  cancelled: "cancelled",
  resolved: "resolved",
} as const;
export type ListedStatus = keyof typeof listedStatuses;
const statusNames = Object.keys(listedStatuses) as [ListedStatus, ...ListedStatus[]];

const limitMessage = "must be a whole number from 1 to 100";
const limitText = v.pipe(
  v.string(),
  inJsonSchema(v.regex(/^([1-9]\d?|100)$/, limitMessage), {}),
  v.toNumber(),
);
const defaultLimit = 20;

const isoTime = v.pipe(
  timestamp,
  v.transform((value) => new Date(value).toISOString()),
);
export const pagingEntries = {
  from: v.exactOptional(isoTime),
  to: v.exactOptional(isoTime),
  limit: v.optional(limitText, `${defaultLimit}`),
  cursor: v.exactOptional(v.pipe(v.string(), v.maxLength(1_000, "must have at most 1,000 characters"))),
};

export const ways = ["profileId", ...addressFields, "reference", "status"];

export const profileQuery = v.strictObject(pagingEntries);

export const messagesQuery = v.pipe(
  v.strictObject({
    profileId: v.exactOptional(profileId),
    ...addressEntries(addressFields),
    reference: v.exactOptional(reference),
    status: v.exactOptional(v.picklist(statusNames, `must be ${statusNames.join(", ")}`)),
    ...pagingEntries,
  }),
  v.check(
    (query) => ways.filter((way) => Reflect.get(query, way) !== undefined).length === 1,
    `must have exactly one of ${ways.join(", ")}`,
  ),
);
