/**
 * The API's answers, as schemas: the compiler compares them with the types of the handlers' answers, and the tests check every
 * real answer against them.
 */
import * as v from "valibot";
import { statuses } from "../../domain/channel.ts";
import { type Consent, consentStates } from "../../domain/customer/consent.ts";
import { addressEntries, profile as profileFields } from "../../domain/customer/profile.ts";
import { type Fault, faultCodes } from "../../domain/fault.ts";
import { purposes } from "../../domain/message/message.ts";
import { channel, type EntriesOf, messageId, messageStatus, time } from "./common-schemas.ts";

export const redacted = v.strictObject({ messageId, redactedAt: time });

export const cancelled = v.strictObject({ messageId, status: messageStatus });

export const resolved = v.strictObject({
  reference: v.string(),
  count: v.pipe(v.number(), v.integer(), v.description("How many they are.")),
  resolved: v.pipe(
    v.array(messageId),
    v.description("The messages that are resolved now, by this call or an earlier one."),
  ),
  next: v.exactOptional(
    v.pipe(
      v.string(),
      v.description("There are more messages: put it into `cursor` and call again to go on with them."),
    ),
  ),
});

export const receiptTaken = v.strictObject({ messageId, status: v.picklist(["delivered", "read"]) });

export const fault = v.strictObject({
  path: v.pipe(
    v.string(),
    v.metadata({
      description: "The field, as in the request; empty for the request as a whole.",
      examples: ["rules[1].fallbackAfter"],
    }),
  ),
  code: v.pipe(v.picklist(faultCodes), v.description("What is wrong, for programs.")),
  message: v.pipe(v.string(), v.description("What is wrong, for people.")),
} satisfies EntriesOf<Fault>) satisfies v.GenericSchema<Fault>;

export const problem = v.pipe(
  v.strictObject({
    type: v.literal("about:blank"),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    errors: v.pipe(
      v.array(fault),
      v.description(
        "One entry for each fault: the first 20, or the first 3 for an item of a batch. Where there are more, the last entry has the code `more`.",
      ),
    ),
  }),
  v.description("RFC 9457 problem details."),
);

export const gatewayAnswer = v.pipe(
  v.strictObject({ message: v.string() }),
  v.description("An answer of API Gateway itself: the request reached no function."),
);

const index = v.pipe(v.number(), v.integer());
const resultsWith = (accepted: v.GenericSchema) =>
  v.strictObject({
    results: v.pipe(
      v.array(
        v.union([
          accepted,
          v.strictObject({ index, status: v.picklist([400, 422, 429, 500]), errors: v.array(fault) }),
        ]),
      ),
      v.description(
        "One for each item, in order: the status is the one that the item would get as a single request.",
      ),
    ),
  });
export const batchResults = resultsWith(v.strictObject({ index, status: v.literal(201), messageId }));
export const consentResults = resultsWith(v.strictObject({ index, status: v.literal(200) }));

export const storedRuleSet = v.strictObject({
  name: v.string(),
  prefer: v.exactOptional(v.picklist(purposes)),
  channels: v.array(
    v.strictObject({
      channel,
      fallbackAfter: v.exactOptional(v.union([v.number(), v.literal("auto")])),
      until: v.exactOptional(v.picklist(statuses)),
    }),
  ),
});

export const storedProfile = v.objectWithRest(
  { profileId: v.string(), ...addressEntries },
  profileFields.rest,
);

export const storedConsent = v.strictObject({
  profileId: v.string(),
  channel: v.pipe(v.string(), v.description("As in the path.")),
  state: v.picklist(consentStates),
  at: v.pipe(time, v.description("When they said so.")),
  source: v.exactOptional(v.string()),
  by: v.exactOptional(v.pipe(v.string(), v.description("The id of the API key that recorded it."))),
} satisfies EntriesOf<Consent & { profileId: unknown; channel: unknown }>);

const webhookEntries = {
  url: v.string(),
  events: v.exactOptional(v.array(v.string())),
  status: v.pipe(
    v.picklist(["active", "failing", "off"]),
    v.description("`off`: the receiver answered 410; no events are sent until the webhook is put again."),
  ),
};
export const shownWebhook = v.strictObject(webhookEntries);
export const newWebhook = v.strictObject({
  ...webhookEntries,
  secret: v.exactOptional(
    v.pipe(v.string(), v.description("To verify signatures with. It is shown only this once.")),
  ),
});
