/**
 * An event of AWS End User Messaging Social: an entry of Meta's webhook, as text, with the AWS ids of what it is about. An account
 * at Meta has one topic for all of its numbers.
 * https://docs.aws.amazon.com/social-messaging/latest/userguide/managing-event-destination-dlrs.html
 */
import * as v from "valibot";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { id, list, part } from "./webhook-reading.ts";
import { readWhatsAppWebhook } from "./whats-app-webhook.ts";

const anyEvent = v.looseObject({
  whatsAppWebhookEntry: v.string(),
  context: part({ MetaPhoneNumberIds: list }),
});
const phoneNumber = v.looseObject({ metaPhoneNumberId: id, arn: v.string() });

export const readTopicMessage: ReadTopicMessage = (message, _, { ours, leaveOut } = {}) => {
  if (!v.is(anyEvent, message)) return undefined;
  const { whatsAppWebhookEntry, context } = v.parse(anyEvent, message);
  const numbers = context?.MetaPhoneNumberIds.filter((one) => v.is(phoneNumber, one)) ?? [];
  const own = numbers.find(({ arn }) => ours !== undefined && idIn(arn) === idIn(ours));
  // Of a number of the account that is not ours, nothing is.
  const meta = numbers.length === 0 || ours === undefined ? undefined : (own?.metaPhoneNumberId ?? "");
  const { items, leftOut } = readWhatsAppWebhook(
    { entry: [JSON.parse(whatsAppWebhookEntry)] },
    meta === undefined ? undefined : String(meta),
  );
  for (const reason of leftOut) leaveOut?.(reason);
  // Our circuits know the number by its id in AWS.
  return items.map((item) =>
    "error" in item && item.error?.identity !== undefined && ours !== undefined
      ? { ...item, error: { ...item.error, identity: ours } }
      : item,
  );
};

/** `phone-number-id-976c…` and `arn:…:phone-number-id/976c…` → `976c…`. */
export const idIn = (idOrArn: string): string => idOrArn.replace(/^(.*:)?phone-number-id[-/]/, "");
