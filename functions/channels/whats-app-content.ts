/**
 * A free message of WhatsApp: text, one file, up to three answers to tap or one link. Limits and types:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-cta-url-messages
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
import * as v from "valibot";
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

export const richOptions = {
  media: v.optional(
    v.pipe(
      object(
        v.strictObject({
          type: v.picklist(["image", "video", "audio", "document"]),
          url: v.pipe(
            v.string(),
            v.maxLength(2000, "must have at most 2000 characters"),
            v.regex(/^https:\/\/\S+$/, "must begin with https://"),
          ),
        }),
      ),
      v.description("A file, above the body; fetched by Meta."),
    ),
  ),
  buttons: v.optional(
    v.pipe(
      v.array(button),
      v.minLength(1, "must have at least one"),
      v.maxLength(3, "must have at most 3 buttons"),
      v.description(
        "Up to three of type `reply`, or one of type `url`, below a body of at most 1,024 characters; texts of at most 20, payloads of at most 256.",
      ),
    ),
  ),
};
const rich = v.object(richOptions);
type RichOptions = v.InferOutput<typeof rich>;

const longestCaption = 1024;
const longestLabel = 20;
const longestId = 256;

const kinds: readonly [RegExp, NonNullable<RichOptions["media"]>["type"]][] = [
  [/^image\/(?:jpeg|png)$/, "image"],
  [/^video\/(?:mp4|3gpp)$/, "video"],
  [/^audio\/(?:aac|amr|mpeg|mp4|ogg)$/, "audio"],
  [/^(?:application|text)\//, "document"],
];
function fileOf({ url, type }: Media): RichOptions["media"] {
  const kind = kinds.find(([pattern]) => pattern.test(type))?.[1];
  return kind === undefined || !url.startsWith("https:") ? undefined : { type: kind, url };
}

const haveRoom = (buttons: readonly Button[]): boolean =>
  buttons.every(({ text, payload = text }) => text.length <= longestLabel && payload.length <= longestId) &&
  new Set(buttons.map(({ text }) => text)).size === buttons.length &&
  (buttons.every(({ type }) => type === "reply")
    ? buttons.length <= 3
    : buttons.length === 1 && buttons[0]?.type === "url");

export const renderWhatsApp: Render = (given) => {
  const [first, ...others] = given.media;
  // Direct Send takes text alone.
  if (given.options.category !== undefined) return renderAsText(given);
  const file = first && fileOf(first);
  const text = given.body ?? (file && first?.caption);
  const asButtons =
    given.buttons.length > 0 && text !== undefined && file?.type !== "audio" && haveRoom(given.buttons);
  const left = { media: file === undefined ? given.media : others, buttons: asButtons ? [] : given.buttons };
  const body = asLines({ body: text, ...left });
  const isTooLong = (body?.length ?? 0) > longestCaption || (file?.type === "audio" && body !== undefined);
  if (isTooLong && (file !== undefined || asButtons)) return renderAsText(given);
  return {
    body,
    options: {
      ...(file === undefined ? {} : { media: file }),
      ...(asButtons ? { buttons: given.buttons } : {}),
    },
    carries: {
      media: left.media.length === 0 ? "shown" : filesAsText(left.media),
      buttons: asButtons ? "shown" : "asText",
    },
  };
};

/** The message's fields for the wire; `options`: as they are stored. */
export function freeContent(body: string, options: Record<string, unknown>, previewUrl: boolean) {
  const { media: file, buttons = [] } = v.parse(rich, options);
  const link = file && { link: file.url };
  const [only] = buttons;
  if (only === undefined) {
    if (file === undefined) return { type: "text", text: { preview_url: previewUrl, body } };
    return { type: file.type, [file.type]: { ...link, ...(body === "" ? {} : { caption: body }) } };
  }
  const header = file && { header: { type: file.type, [file.type]: link } };
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
