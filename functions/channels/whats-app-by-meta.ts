/**
 * WhatsApp by Meta's Cloud API.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
import * as v from "valibot";
import type { CreateSender } from "../domain/channel.ts";
import { OutcomeUnknown, TemplateUnavailable } from "./errors.ts";
import { postToGraph } from "./graph-api.ts";
import { sendBy } from "./whats-app-content.ts";
import { whatsAppMeaning } from "./whats-app-errors.ts";

/**
 * `message_status` comes with templates. A message with a paused template is never sent; one that is held is sent later, or
 * fails.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
const answer = v.object({
  // In some countries it is not the number that was sent to. https://github.com/chatwoot/chatwoot/issues/14048
  contacts: v.fallback(v.optional(v.tuple([v.object({ wa_id: v.optional(v.string()) })])), undefined),
  messages: v.tuple([v.object({ id: v.string(), message_status: v.optional(v.unknown()) })]),
});

export const createSender: CreateSender = (context) => {
  const { whatsAppPhoneNumberId } = context.settings;
  return sendBy(async (json, { addresses }) => {
    const body = await postToGraph({
      provider: "WhatsApp",
      context,
      path: `${whatsAppPhoneNumberId}/messages`,
      body: json,
      identity: whatsAppPhoneNumberId,
      meaningOf: whatsAppMeaning,
    });
    const parsed = v.safeParse(answer, body);
    if (!parsed.success) throw new OutcomeUnknown("WhatsApp answered 200 without a message id");
    const { id, message_status: status } = parsed.output.messages[0];
    if (status === "paused")
      throw new TemplateUnavailable("the template is paused: WhatsApp does not send it", { code: status });
    const waId = parsed.output.contacts?.[0].wa_id;
    const knownAs = waId === undefined ? undefined : `+${waId}`;
    return {
      providerMessageIds: [id],
      ...(status === "held_for_quality_assessment" ? { isHeld: true as const } : {}),
      ...(knownAs === undefined || knownAs === addresses.phoneNumber ? {} : { knownAs }),
    };
  });
};
