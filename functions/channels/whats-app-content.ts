/**
 * What a WhatsApp message says, as Meta's Cloud API and AWS take it alike: a template, or free text with one file, up to three
 * answers to tap or one link. Numbers always go out with `+`: without it Meta prepends the business's own country code. Free text is
 * accepted within 24 hours of the customer's last message, templates always. Limits and types:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-cta-url-messages
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
import * as v from "valibot";
import type { Outbound, Send, Sent } from "../domain/channel.ts";
import {
  asLines,
  type Button,
  button,
  filesAsText,
  type Media,
  type Render,
  renderAsText,
} from "../domain/route/rich-content.ts";
import { object } from "../validation/json-schema.ts";
import { prepare } from "./errors.ts";
import { mediaUrl, sendTextOrTemplate, templateOption } from "./graph-api.ts";

export const longestText = 4096;
/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/image-messages/ */
const longestCaption = 1024;
const mostButtons = 3;
const longestLabel = 20;
const longestId = 256;

export const options = v.strictObject({
  template: v.optional(templateOption),
  media: v.optional(
    v.pipe(
      object(
        v.strictObject({
          type: v.picklist(["image", "video", "audio", "document"]),
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
        `Fetched by Meta, and sent as free text is; the body is its caption, which may have ${longestCaption.toLocaleString("en")} characters; audio has none.`,
      ),
    ),
  ),
  buttons: v.optional(
    v.pipe(
      v.array(button),
      v.minLength(1, "must have at least one"),
      v.maxLength(mostButtons, `must have at most ${mostButtons} buttons`),
      v.description(
        "Up to three of type `reply`, or one of type `url`, below a body of at most 1,024 characters; texts of at most 20, payloads of at most 256.",
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
type File = v.InferOutput<typeof options>["media"];

/** Buttons stand below a text. */
export const isFileAlone = ({ media, buttons }: Outbound["options"]): boolean =>
  media !== undefined && buttons === undefined;

/** Of the body of free content. */
export const longestBody = ({ options: { media, buttons } }: Pick<Outbound, "options">): number => {
  if (v.is(v.looseObject({ type: v.literal("audio") }), media)) return 0;
  return (media ?? buttons) === undefined ? longestText : longestCaption;
};

const kinds: readonly [RegExp, NonNullable<File>["type"]][] = [
  [/^image\/(?:jpeg|png)$/, "image"],
  [/^video\/(?:mp4|3gpp)$/, "video"],
  [/^audio\/(?:aac|amr|mpeg|mp4|ogg)$/, "audio"],
  [/^(?:application|text)\//, "document"],
];
function fileOf({ url, type, filename }: Media): File {
  const kind = kinds.find(([pattern]) => pattern.test(type))?.[1];
  if (kind === undefined || !url.startsWith("https:")) return undefined;
  return { type: kind, url, ...(kind === "document" && filename !== undefined ? { filename } : {}) };
}

const haveRoom = (buttons: readonly Button[]): boolean =>
  buttons.every(({ text, payload = text }) => text.length <= longestLabel && payload.length <= longestId) &&
  new Set(buttons.map(({ text }) => text)).size === buttons.length &&
  (buttons.every(({ type }) => type === "reply")
    ? buttons.length <= mostButtons
    : buttons.length === 1 && buttons[0]?.type === "url");

/** The channel's own media and buttons stand for the request's. */
export const renderWhatsApp: Render = (given) => {
  const { options: own } = given;
  // Direct Send takes text alone.
  if (own.category !== undefined) return renderAsText(given);
  const media = own.media === undefined ? given.media : [];
  const buttons = own.buttons === undefined ? given.buttons : [];
  const [first, ...others] = media;
  const file = first && fileOf(first);
  const text = given.body ?? (file && first?.caption);
  const asButtons = buttons.length > 0 && text !== undefined && file?.type !== "audio" && haveRoom(buttons);
  const left = { media: file === undefined ? media : others, buttons: asButtons ? [] : buttons };
  const body = asLines({ body: text, ...left });
  const options = {
    ...(file === undefined ? {} : { media: file }),
    ...(asButtons ? { buttons } : {}),
  };
  const hasNoRoom = (body?.length ?? 0) > longestBody({ options });
  if (hasNoRoom && Object.keys(options).length > 0) return renderAsText({ ...given, media, buttons });
  return {
    body,
    options,
    carries: {
      media: left.media.length === 0 ? "shown" : filesAsText(left.media),
      buttons: left.buttons.length === 0 ? "shown" : "asText",
    },
  };
};

/** Free content for the wire. */
function freeContent(
  body: string,
  { media, buttons = [], previewUrl = false }: v.InferOutput<typeof options>,
): object {
  const file = media && {
    link: media.url,
    ...(media.type === "document" && media.filename !== undefined ? { filename: media.filename } : {}),
  };
  const [only] = buttons;
  if (only === undefined) {
    if (media === undefined) return { type: "text", text: { preview_url: previewUrl, body } };
    return { type: media.type, [media.type]: { ...file, ...(body === "" ? {} : { caption: body }) } };
  }
  const header = media && { header: { type: media.type, [media.type]: file } };
  const action =
    only.type === "url"
      ? { name: "cta_url", parameters: { display_text: only.text, url: only.url } }
      : {
          buttons: buttons.map(({ text, payload = text }) => ({
            type: "reply",
            reply: { id: payload, title: text },
          })),
        };
  const type = only.type === "url" ? "cta_url" : "button";
  return { type: "interactive", interactive: { type, ...header, body: { text: body }, action } };
}

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
    const given = await prepare(() => v.parse(options, message.options));
    const { template, category } = given;
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
    return sendTextOrTemplate({ ...message, hasFile: isFileAlone(given) }, template, {
      text: (body) => send({ ...freeContent(body, given), ...directSend }),
      template: (payload) => send({ type: "template", template: payload }),
    });
  };
