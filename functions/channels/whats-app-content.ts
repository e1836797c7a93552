/**
 * What a WhatsApp message says, as Meta's Cloud API and AWS take it alike. Numbers always go out with `+`: without it Meta prepends
 * the business's own country code. Free text is accepted within 24 hours of the customer's last message, templates always.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
import * as v from "valibot";
import type { Outbound, Send, Sent } from "../domain/channel.ts";
import { prepare } from "./errors.ts";
import { sendTextOrTemplate, templateOption } from "./graph-api.ts";

export const options = v.strictObject({
  template: v.optional(templateOption),
  previewUrl: v.optional(
    v.pipe(v.boolean(), v.metadata({ description: "Shows a preview of the first link.", default: false })),
  ),
  /** https://developers.facebook.com/documentation/business-messaging/whatsapp/direct-send/configure-message-ttl */
  category: v.optional(
    v.pipe(
      v.picklist(["utility", "authentication"]),
      v.description(
        "Sends free text by Meta's Direct Send, which can be told how long a message is worth delivering (beta; a template has its own time to live). Of a message whose category is authentication: authentication.",
      ),
    ),
  ),
});

/** The times to live, in seconds, that Direct Send accepts, by category. */
const timesToLive = {
  utility: { min: 30, max: 12 * 3600 },
  authentication: { min: 30, max: 15 * 60 },
} as const;

function timeToLive(category: keyof typeof timesToLive, windowSeconds: number): number {
  const { min, max } = timesToLive[category];
  return Math.min(Math.max(windowSeconds, min), max);
}

/** Sends the planned form by `post`, which gets the message as JSON. */
export const sendBy =
  (post: (json: object, message: Outbound) => Promise<Sent>): Send =>
  async (message) => {
    const { template, previewUrl, category } = await prepare(() => v.parse(options, message.options));
    const directSend = category && { category, ttl_seconds: timeToLive(category, message.timeoutSeconds) };
    const send = (content: object) =>
      post(
        {
          messaging_product: "whatsapp",
          recipient_type: "individual",
          to: message.addresses.phoneNumber,
          ...content,
          biz_opaque_callback_data: message.messageId,
        },
        message,
      );
    return sendTextOrTemplate(message, template, {
      text: (body) => send({ type: "text", text: { preview_url: previewUrl ?? false, body }, ...directSend }),
      template: (payload) => send({ type: "template", template: payload }),
    });
  };
