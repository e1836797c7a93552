/**
 * What a WhatsApp message says, as Meta's Cloud API and AWS take it alike. Numbers always go out with `+`: without it Meta prepends
 * the business's own country code. Free text is accepted within 24 hours of the customer's last message, templates always.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
import * as v from "valibot";
import type { Outbound, Send, Sent } from "../domain/channel.ts";
import { object } from "../validation/json-schema.ts";
import { prepare } from "./errors.ts";
import { mediaUrl, sendTextOrTemplate, templateOption } from "./graph-api.ts";

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/image-messages/ */
export const longestCaption = 1024;

export const options = v.strictObject({
  template: v.optional(templateOption),
  media: v.optional(
    v.pipe(
      object(
        v.strictObject({
          type: v.picklist(["image", "video", "document"]),
          url: mediaUrl,
          filename: v.optional(
            v.pipe(
              v.string(),
              v.minLength(1, "must not be empty"),
              v.maxLength(240, "must have at most 240 characters"),
              v.description("Of a document."),
            ),
          ),
        }),
      ),
      v.description(
        `Fetched by Meta, and sent as free text is; the body is its caption, which may have ${longestCaption.toLocaleString("en")} characters.`,
      ),
    ),
  ),
  previewUrl: v.optional(
    v.pipe(v.boolean(), v.metadata({ description: "Shows a preview of the first link.", default: false })),
  ),
  /** https://developers.facebook.com/documentation/business-messaging/whatsapp/direct-send/configure-message-ttl */
  category: v.optional(
    v.pipe(
      v.picklist(["utility", "authentication"]),
      v.description(
        "Sends free text by Meta's Direct Send, which takes how long a message is worth delivering (beta; a template has its own time to live). Of a message whose category is authentication: authentication.",
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

const textContent = (body: string, previewUrl = false) => ({
  type: "text",
  text: { preview_url: previewUrl, body },
});
const mediaContent = (
  { type, url: link, filename }: NonNullable<v.InferOutput<typeof options>["media"]>,
  caption: string,
) => ({
  type,
  [type]: {
    link,
    ...(caption === "" ? {} : { caption }),
    ...(type === "document" && filename !== undefined ? { filename } : {}),
  },
});

/** Sends the planned form by `post`, which gets the message as JSON. */
export const sendBy =
  (post: (json: object, message: Outbound) => Promise<Sent>): Send =>
  async (message) => {
    const given = await prepare(() => v.parse(options, message.options));
    const { template, media, previewUrl, category } = given;
    const body = message.body ?? (media && "");
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
    return sendTextOrTemplate({ ...message, ...(body === undefined ? {} : { body }) }, template, {
      text: (text) =>
        send({ ...(media ? mediaContent(media, text) : textContent(text, previewUrl)), ...directSend }),
      template: (payload) => send({ type: "template", template: payload }),
    });
  };
