/** The body of `PUT /profiles/{profileId}/consents/{channel}`, and the names of the channels in its path. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import { consentStates, everyChannel } from "../domain/customer/consent.ts";
import { timestamp } from "../ingest/timestamp.ts";
import { object } from "../validation/json-schema.ts";

export const consentChannel = v.pipe(
  v.picklist([...channels.map(({ id }) => id), everyChannel]),
  v.description("A channel, or `all`."),
);

export const consentRequest = object(
  v.strictObject({
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
  }),
);
