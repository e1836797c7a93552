/** `channelOptions.sms`, as both providers take it. */
import * as v from "valibot";
import { object } from "../validation/json-schema.ts";

const senderId = "(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}";
const number = "\\+[1-9]\\d{6,14}|\\d{3,8}";
/** Of AWS End User Messaging: longer than a sender id. */
const idOrArn = "(pool|phone)-[0-9A-Za-z]{8,64}|arn:[\\w-]+:sms-voice:[\\w/:-]+";

const convertUnicodeToGsm = v.optional(
  v.pipe(
    v.boolean(),
    v.metadata({
      description:
        "Puts look-alikes of GSM-7 in the place of characters that are not in it, as ' of ’, where the whole text then fits into GSM-7.",
      default: false,
    }),
  ),
);
const replacement = v.strictObject({
  from: v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(100, "must have at most 100 characters"),
  ),
  to: v.pipe(v.string(), v.maxLength(100, "must have at most 100 characters")),
});
const customReplacements = v.optional(
  v.pipe(
    v.array(object(replacement)),
    v.maxLength(100, "must have at most 100 replacements"),
    v.description("Replaces `from` by `to`, one after another, before anything else is replaced."),
  ),
);
const dltId = v.pipe(v.string(), v.regex(/^\S{1,50}$/, "must be 1 to 50 characters without spaces"));

export const smsOptions = v.strictObject({
  from: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        new RegExp(`^(${senderId}|${number}|${idOrArn})$`),
        "must be a sender id (3 to 11 letters, digits or hyphens, with at least one letter), a phone number in E.164 format, a short code, or the id or ARN of a pool or number in AWS End User Messaging",
      ),
      v.metadata({
        description:
          "What the customer sees as the sender: a sender id of 3 to 11 letters, digits or hyphens with at least one letter (SNS ignores it where a country has none), a number or short code of the account's own, or by AWS End User Messaging a pool.",
        examples: ["MyShop", "+12065550142"],
      }),
    ),
  ),
  type: v.optional(
    v.pipe(
      v.picklist(["Transactional", "Promotional"]),
      v.metadata({
        description:
          "How AWS weighs reliability against cost. Of a message whose category is marketing: Promotional.",
        default: "Transactional",
      }),
    ),
  ),
  dlt: v.optional(
    v.pipe(
      object(v.strictObject({ entityId: dltId, templateId: dltId })),
      v.description(
        "The ids of the sender and of the template's registration, which carriers in India ask for.",
      ),
    ),
  ),
  allowUnicode: v.optional(
    v.pipe(
      v.boolean(),
      v.metadata({
        description: "`false` refuses a text that does not fit into GSM-7, instead of sending it as UCS-2.",
        default: true,
      }),
    ),
  ),
  unicodeConversion: v.optional(
    v.pipe(
      object(v.strictObject({ convertUnicodeToGsm, customReplacements })),
      v.description("Replaces characters of the text for SMS, so that it needs fewer parts."),
    ),
  ),
});

/** Whether `from` is a number or a short code. */
export const isNumber = (from: string): boolean => new RegExp(`^(${number})$`).test(from);
/** Whether only AWS End User Messaging can send from it. */
export const isIdOrArn = (from: string): boolean => new RegExp(`^(${idOrArn})$`).test(from);
