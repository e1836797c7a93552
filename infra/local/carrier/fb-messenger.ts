/**
 * Messenger Send API, `POST /{page-id}/messages`; graph.ts passes the calls. Its errors are in answers/fb-messenger.ts.
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
import * as v from "valibot";
import { toHttp } from "./answers/fill.ts";
import { messengerEvent, newMid } from "./fb-messenger-webhooks.ts";
import { firstFault, type GraphResult, refusal, showTemplate, template, text } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";
import type { Rich, Suggestion } from "./sends.ts";

const common = { recipient: v.looseObject({ id: v.pipe(v.string(), v.minLength(1)) }) };
const metadata = v.optional(v.pipe(v.string(), v.maxLength(1000)));
const label = text(20);
const button = v.variant("type", [
  v.strictObject({ type: v.literal("web_url"), title: label, url: v.string() }),
  v.strictObject({ type: v.literal("postback"), title: label, payload: text(1000) }),
  v.strictObject({
    type: v.literal("phone_number"),
    title: label,
    payload: v.pipe(v.string(), v.regex(/^\+\d+$/)),
  }),
]);
const buttons = v.pipe(v.array(button), v.minLength(1), v.maxLength(3));
const quickReplies = v.optional(
  v.pipe(
    v.array(v.looseObject({ content_type: v.literal("text"), title: label, payload: text(1000) })),
    v.maxLength(13),
  ),
  [],
);
const attachment = v.variant("type", [
  v.strictObject({
    type: v.picklist(["image", "video", "audio", "file"]),
    payload: v.looseObject({ url: v.pipe(v.string(), v.regex(/^https?:\/\//)) }),
  }),
  v.strictObject({
    type: v.literal("template"),
    payload: v.variant("template_type", [
      v.strictObject({ template_type: v.literal("button"), text: text(640), buttons }),
      v.strictObject({
        template_type: v.literal("generic"),
        elements: v.tuple([
          v.strictObject({
            title: text(80),
            subtitle: v.optional(text(80)),
            image_url: v.optional(v.string()),
            buttons: v.optional(buttons),
          }),
        ]),
      }),
      // Of these the phone shows the name alone.
      v.looseObject({ template_type: v.picklist(["media", "receipt", "coupon", "product"]) }),
    ]),
  }),
]);
const none = v.optional(v.undefined());
const request = v.variant("messaging_type", [
  v.looseObject({
    ...common,
    messaging_type: v.picklist(["RESPONSE", "UPDATE"]),
    message: v.union([
      v.strictObject({ text: text(2000), quick_replies: quickReplies, metadata }),
      v.strictObject({ attachment, quick_replies: quickReplies, metadata }),
    ]),
  }),
  v.looseObject({
    ...common,
    messaging_type: v.literal("UTILITY"),
    message: v.looseObject({ template, text: none, metadata }),
  }),
]);

/** `proof`: appsecret_proof. The carrier cannot verify it, and checks only its form. */
export async function sendMessenger(
  phones: Phones,
  pageId: string,
  body: unknown,
  proof: string | undefined,
): Promise<GraphResult> {
  if (proof !== undefined && !/^[0-9a-f]{64}$/.test(proof)) return refusal("fbMessenger-100-appsecret-proof");
  const parsed = v.safeParse(request, body);
  if (!parsed.success)
    return refusal("fbMessenger-100", {
      message: `(#100) Invalid parameter: ${firstFault(parsed.issues).text}`,
    });
  const { recipient, message } = parsed.output;

  const providerMessageId = newMid();
  const send = {
    channel: "fbMessenger",
    address: recipient.id,
    identities: [pageId],
    freeText: !("template" in message),
    providerMessageId,
    ...("template" in message ? { body: showTemplate(message.template) } : shownOf(message)),
    callbackData: message.metadata,
    values: { identity: pageId },
    report: messengerEvent(pageId),
  } as const;
  const ok = { recipient_id: recipient.id, message_id: providerMessageId };
  return phones.send(send, toHttp({ status: 200, body: ok }, {}));
}

type Free = Exclude<v.InferOutput<typeof request>["message"], { template: unknown }>;
const toSuggestion = (given: v.InferOutput<typeof button>) => ({
  text: given.title,
  payload: given.type === "web_url" ? given.title : given.payload,
  ...(given.type === "web_url" ? { opens: given.url } : {}),
  ...(given.type === "phone_number" ? { opens: `tel:${given.payload}` } : {}),
});

/** What the customer sees. */
function shownOf(message: Free): { body: string; rich?: Rich } {
  const replies = message.quick_replies.map(({ title, payload }) => ({ text: title, payload }));
  const asRich = (body: string, suggestions: Suggestion[], media?: string) => {
    const rich = { ...(media ? { media } : {}), ...(suggestions.length > 0 ? { suggestions } : {}) };
    return { body, ...(Object.keys(rich).length > 0 ? { rich } : {}) };
  };
  if ("text" in message) return asRich(message.text, replies);
  const { type, payload } = message.attachment;
  if (type !== "template") return asRich("", replies, payload.url);
  if (payload.template_type === "button") return asRich(payload.text, payload.buttons.map(toSuggestion));
  if (payload.template_type !== "generic") return { body: `template:${payload.template_type}` };
  const [{ title, image_url: picture, buttons: below = [] }] = payload.elements;
  return asRich(title, below.map(toSuggestion), picture);
}
