/** The parameters of the API's routes. */
import { addressFields, listedStatuses } from "../find/query.ts";
import { ref } from "./ref.ts";

const inPath = (name: string, schema: object, description: string) => ({
  name,
  in: "path",
  required: true,
  schema,
  description,
});
export const messageId = inPath("messageId", { type: "string" }, "The id that `POST /messages` answered.");
export const profileId = inPath("profileId", ref("ProfileId"), "Percent-encoded.");
export const consentChannel = inPath("channel", ref("ConsentChannel"), "A channel, or `all`.");
const inQuery = (name: string, schema: object, description: string) => ({
  name,
  in: "query",
  schema,
  description,
});
export const paging = [
  inQuery(
    "from",
    { type: "string", format: "date-time" },
    "ISO 8601 with a time zone: the oldest time, of those by which the list is in order.",
  ),
  inQuery("to", { type: "string", format: "date-time" }, "The newest time."),
  inQuery(
    "limit",
    { type: "integer", minimum: 1, maximum: 100, default: 20 },
    "The most that a page has. It may have fewer, or none: there is more as long as there is a `next`.",
  ),
  inQuery(
    "cursor",
    { type: "string", maxLength: 1000 },
    "The `next` of the page before; the other parameters stay as they were.",
  ),
];
export const waysToFind = [
  inQuery(
    "profileId",
    ref("ProfileId"),
    "Messages that name this profile, by the time at which they came in.",
  ),
  ...addressFields.map((field) =>
    inQuery(
      field,
      field === "phoneNumber" ? ref("PhoneNumber") : { type: "string", minLength: 1, maxLength: 256 },
      "Messages that a channel tried to send to this address, by the time of the last try.",
    ),
  ),
  inQuery("reference", ref("Reference"), "Messages with this reference, by the time at which they came in."),
  inQuery(
    "status",
    { enum: Object.keys(listedStatuses) },
    "Messages that ended so, by that time; `scheduled`: that wait for their `sendAt`, by it. Within a second or so.",
  ),
];
export const force = inQuery(
  "force",
  { enum: ["true", "false"] },
  "`true`: also where the customer was reached, or the message was cancelled or resolved.",
);
export const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  schema: ref("IdempotencyKey"),
  description:
    "Makes a request safe to repeat: the same key with the same content gives the first answer again, with other content 422. " +
    "Other clients' keys do not matter; a key expires after a day, unless the deployment sets another time.",
};
export const batchKey = {
  ...idempotencyKey,
  description:
    "Gives each item that has no key of its own one, made from this and the item's place: the same batch with the same key is not sent again.",
};
export const replayedHeader = {
  "Idempotency-Replayed": {
    description: "`true` where the answer repeats an earlier one: nothing new was sent.",
    schema: { type: "string", enum: ["true"] },
  },
};
export const ruleSetName = inPath(
  "name",
  ref("RuleSetName"),
  "The name by which the rules of a message refer to it.",
);
