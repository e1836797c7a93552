/**
 * A free message of Messenger: text with buttons or quick replies, a file alone, or a card with a picture. Limits:
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies
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
          type: v.picklist(["image", "video", "audio", "file"]),
          url: v.pipe(
            v.string(),
            v.maxLength(2000, "must have at most 2000 characters"),
            v.regex(/^https:\/\/\S+$/, "must begin with https://"),
          ),
        }),
      ),
      v.description(
        "A file; fetched by Meta. Alone, or a picture above a body of at most 80 characters, which makes it a card.",
      ),
    ),
  ),
  buttons: v.optional(
    v.pipe(
      v.array(button),
      v.minLength(1, "must have at least one"),
      v.maxLength(10, "must have at most 10 buttons"),
      v.description(
        "Up to three below a body of at most 640 characters; more, of type `reply` alone, become quick replies. Texts of at most 20, payloads of at most 1,000.",
      ),
    ),
  ),
};
const rich = v.object(richOptions);
type RichOptions = v.InferOutput<typeof rich>;

const longestLabel = 20;
const longestPayload = 1000;
const longestAboveButtons = 640;
const longestOfCard = 80;
const mostButtons = 3;

function fileOf({ url, type }: Media): RichOptions["media"] {
  const [kind = ""] = type.split("/");
  const known = (["image", "video", "audio"] as const).find((one) => one === kind);
  return url.startsWith("https:") ? { type: known ?? "file", url } : undefined;
}

const areReplies = (buttons: readonly Button[]) => buttons.every(({ type }) => type === "reply");

export const renderMessenger: Render = (given) => {
  const { body, buttons } = given;
  const [first, ...others] = given.media;
  const fits =
    (buttons.length <= mostButtons || areReplies(buttons)) &&
    buttons.every(
      ({ text, payload = text }) => text.length <= longestLabel && payload.length <= longestPayload,
    );
  const text = body ?? first?.caption;
  const file = first && fileOf(first);
  const isCard =
    file?.type === "image" &&
    text !== undefined &&
    text.length <= longestOfCard &&
    buttons.length <= mostButtons;
  // A file alone has room for quick replies.
  const isAlone = file !== undefined && text === undefined && areReplies(buttons);
  const shown = file !== undefined && others.length === 0 && (isCard || isAlone);
  const left = { media: shown ? [] : given.media, buttons: fits ? [] : buttons };
  const words = asLines({ body: shown ? text : body, ...left });
  const hasRoom =
    !fits || buttons.length === 0 || isAlone || (words !== undefined && words.length <= longestAboveButtons);
  // A file without words has no place for lines, nor a card for more than its own.
  if (!hasRoom || (shown && words !== text)) return renderAsText(given);
  return {
    body: words,
    options: {
      ...(shown ? { media: file } : {}),
      ...(fits && buttons.length > 0 ? { buttons } : {}),
    },
    carries: {
      media: shown ? "shown" : filesAsText(given.media),
      buttons: fits ? "shown" : "asText",
    },
  };
};

/** The `message` for the wire; `options`: as they are stored. */
export function freeMessage(body: string, options: Record<string, unknown>): Record<string, unknown> {
  const { media: file, buttons = [] } = v.parse(rich, options);
  const template = (payload: object) => ({ attachment: { type: "template", payload } });
  const asButtons = buttons.length > 0 ? { buttons: buttons.map(toButton) } : {};
  if (file !== undefined && body !== "")
    return template({
      template_type: "generic",
      elements: [{ title: body, image_url: file.url, ...asButtons }],
    });
  const quickReplies =
    buttons.length === 0
      ? {}
      : {
          quick_replies: buttons.map(({ text: title, payload = title }) => ({
            content_type: "text",
            title,
            payload,
          })),
        };
  if (file !== undefined)
    return { attachment: { type: file.type, payload: { url: file.url } }, ...quickReplies };
  if (buttons.length === 0) return { text: body };
  if (buttons.length > mostButtons) return { text: body, ...quickReplies };
  return template({ template_type: "button", text: body, ...asButtons });
}

function toButton({ type, text: title, payload = title, url, phoneNumber }: Button) {
  if (type === "url") return { type: "web_url", title, url };
  if (type === "call") return { type: "phone_number", title, payload: phoneNumber };
  return { type: "postback", title, payload };
}
