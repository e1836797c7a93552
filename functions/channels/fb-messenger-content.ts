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
  filesAsText,
  type Media,
  type Render,
  renderAsText,
} from "../domain/route/rich-content.ts";
import { object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import { templateOption } from "./graph-api.ts";

const mostQuickReplies = 13;
const mostButtons = 3;
const longestLabel = 20;
const longestPayload = 1000;
const longestAboveButtons = 640;
const longestOfCard = 80;
/** Of what is stored as Meta takes it. */
const longestJson = 16_384;

export const options = v.strictObject({
  /** A utility template: the only automated message that Meta accepts outside the window. */
  template: v.optional(templateOption),
  attachment: v.optional(
    v.pipe(
      object(
        v.strictObject({
          type: v.picklist(["image", "video", "audio", "file", "template"]),
          payload: v.pipe(object(v.record(v.string(), v.unknown())), storedJson(longestJson)),
        }),
      ),
      v.description(
        "An attachment as Meta takes it, such as media or buttons: sent in the place of the body.",
      ),
    ),
  ),
  quickReplies: v.optional(
    v.pipe(
      v.array(object(v.record(v.string(), v.unknown()))),
      v.maxLength(mostQuickReplies, `must have at most ${mostQuickReplies} quick replies`),
      storedJson<Record<string, unknown>[]>(longestJson),
      v.description(
        "Buttons below it, as Meta takes them; what is tapped is `message.inbound` with its payload.",
      ),
    ),
  ),
  messagingType: v.optional(
    v.pipe(
      v.picklist(["RESPONSE", "UPDATE"]),
      v.metadata({ description: "The messaging type that Meta is given for free text.", default: "UPDATE" }),
    ),
  ),
});

function fileOf({ url, type }: Media) {
  const [kind = ""] = type.split("/");
  const known = (["image", "video", "audio"] as const).find((one) => one === kind);
  return url.startsWith("https:") ? { type: known ?? ("file" as const), url } : undefined;
}

const areReplies = (buttons: readonly Button[]) => buttons.every(({ type }) => type === "reply");

/** Into an attachment and quick replies, as Meta takes them; the channel's own stand for the request's. */
export const renderMessenger: Render = (given) => {
  const { body, options: own } = given;
  if (own.attachment !== undefined) return { body, carries: { media: "shown", buttons: "shown" } };
  const buttons = own.quickReplies === undefined ? given.buttons : [];
  const [first, ...others] = given.media;
  const fits =
    (buttons.length <= mostButtons || areReplies(buttons)) &&
    buttons.every(
      ({ text, payload = text }) => text.length <= longestLabel && payload.length <= longestPayload,
    ) &&
    JSON.stringify(buttons.map(toQuickReply)).length <= longestJson;
  const text = body ?? first?.caption;
  const file = first && fileOf(first);
  const isCard =
    file?.type === "image" &&
    text !== undefined &&
    text.length <= longestOfCard &&
    buttons.length <= mostButtons;
  // A file alone has room for quick replies.
  const isAlone = file !== undefined && text === undefined && areReplies(buttons);
  const shown = others.length === 0 && (isCard || isAlone) ? file : undefined;
  const left = { media: shown ? [] : given.media, buttons: fits ? [] : buttons };
  const words = asLines({ body: shown ? text : body, ...left });
  const hasRoom =
    !fits || buttons.length === 0 || isAlone || (words !== undefined && words.length <= longestAboveButtons);
  // A file without words has no place for lines, nor a card for more than its own.
  if (!hasRoom || (shown && words !== text)) return renderAsText({ ...given, buttons });
  return {
    body: words,
    options: contentOf(words, shown, fits ? buttons : []),
    carries: {
      media: shown ? "shown" : filesAsText(given.media),
      buttons: fits ? "shown" : "asText",
    },
  };
};

/** Besides a text, or in its place. */
function contentOf(
  body: string | undefined,
  file: ReturnType<typeof fileOf>,
  buttons: readonly Button[],
): Record<string, unknown> {
  const template = (payload: object) => ({ attachment: { type: "template", payload } });
  const asButtons = buttons.length > 0 ? { buttons: buttons.map(toButton) } : {};
  if (file !== undefined && body !== undefined)
    return template({
      template_type: "generic",
      elements: [{ title: body, image_url: file.url, ...asButtons }],
    });
  const quickReplies = buttons.length > 0 ? { quickReplies: buttons.map(toQuickReply) } : {};
  if (file !== undefined)
    return { attachment: { type: file.type, payload: { url: file.url } }, ...quickReplies };
  if (buttons.length === 0 || buttons.length > mostButtons) return quickReplies;
  return template({ template_type: "button", text: body, ...asButtons });
}

const toQuickReply = ({ text: title, payload = title }: Button) => ({
  content_type: "text",
  title,
  payload,
});

function toButton({ type, text: title, payload = title, url, phoneNumber }: Button) {
  if (type === "url") return { type: "web_url", title, url };
  if (type === "call") return { type: "phone_number", title, payload: phoneNumber };
  return { type: "postback", title, payload };
}
