/**
 * The bodies of `PUT /profiles/{profileId}/consents/{channel}` and of `POST /consents`, whose items are validated one by one, and
 * the names of the channels.
 */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import { consentStates, everyChannel } from "../domain/customer/consent.ts";
import { profileId } from "../domain/customer/profile.ts";
import { timestamp } from "../ingest/timestamp.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";
import { addressEntries, textAddressesOf } from "./address-fields.ts";

export const consentChannel = v.pipe(
  v.picklist([...channels.map(({ id }) => id), everyChannel]),
  v.description("A channel, or `all`."),
);

const entries = {
  state: v.picklist(consentStates),
  source: v.exactOptional(
    v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(256, "must have at most 256 characters"),
      v.metadata({ description: "How they said so, as you note it.", examples: ["web form"] }),
    ),
  ),
  at: v.exactOptional(
    v.pipe(
      timestamp,
      v.metadata({
        description: "When they said so, not in the future: without it, now. The later of two words holds.",
        examples: ["2026-01-01T00:00:00Z"],
      }),
      v.transform((value) => new Date(value).toISOString()),
    ),
  ),
};

export const consentRequest = object(v.strictObject(entries));

/** As many as are recorded long before API Gateway's time-out. */
export const maxConsents = 1000;

const arrayOf = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(
    v.array(item, "must be an array of consents"),
    v.minLength(1, "must have at least one consent"),
    v.maxLength(maxConsents, `must have at most ${maxConsents.toLocaleString("en")} consents`),
  );

const addressFields = textAddressesOf();

export const consents = arrayOf(v.unknown());

export const consentItem = object(
  v.strictObject({
    to: v.pipe(
      object(v.strictObject({ profileId: v.exactOptional(profileId), ...addressEntries(addressFields) })),
      inJsonSchema(
        v.check(
          (to) => Object.keys(to).length > 0,
          `must have a profileId or an address: ${addressFields.join(", ")}`,
        ),
        { minProperties: 1 },
      ),
      v.description("Whose: an address holds for every message that is sent to it."),
    ),
    channel: v.optional(consentChannel, everyChannel),
    ...entries,
  }),
);
/** For the API's document. */
export const consentItems = arrayOf(consentItem);
