/** The parameters of the API's routes. */
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
