/**
 * WhatsApp Cloud API, `POST /{phone-number-id}/messages`; graph.ts passes the calls. Its errors are in answers/whats-app.ts.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
import * as v from "valibot";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { firstFault, type GraphResult, refusal, showTemplate, template, text } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";
import type { Rich, Send } from "./sends.ts";
import { waIdOf } from "./wa-id.ts";
import { newWamid, whatsAppAccountId, whatsAppStatus } from "./whats-app-webhooks.ts";

/**
 * The calling code of the business's number, which Meta prepends to a number without a plus: often the number of somebody
 * else.
 */
const businessCountryCode = "1";

const common = {
  messaging_product: v.literal("whatsapp"),
  recipient_type: v.optional(v.literal("individual")),
  to: v.string(),
  biz_opaque_callback_data: v.optional(v.pipe(v.string(), v.maxLength(512))),
};
const link = v.strictObject({
  link: v.pipe(v.string(), v.regex(/^https?:\/\//)),
  caption: v.optional(text(1024)),
});
const withoutCaption = v.omit(link, ["caption"]);
const label = text(20);
const header = v.optional(
  v.variant("type", [
    v.strictObject({ type: v.literal("image"), image: withoutCaption }),
    v.strictObject({ type: v.literal("video"), video: withoutCaption }),
    v.strictObject({
      type: v.literal("document"),
      document: v.strictObject({ ...withoutCaption.entries, filename: v.optional(text(240)) }),
    }),
  ]),
);
const interactiveBody = { header, body: v.strictObject({ text: text(1024) }) };
const reply = v.strictObject({
  type: v.literal("reply"),
  reply: v.strictObject({ id: text(256), title: label }),
});
const interactive = v.variant("type", [
  v.strictObject({
    type: v.literal("button"),
    ...interactiveBody,
    action: v.strictObject({ buttons: v.pipe(v.array(reply), v.minLength(1), v.maxLength(3)) }),
  }),
  v.strictObject({
    type: v.literal("cta_url"),
    ...interactiveBody,
    action: v.strictObject({
      name: v.literal("cta_url"),
      parameters: v.strictObject({ display_text: label, url: v.string() }),
    }),
  }),
]);
const message = v.variant("type", [
  v.looseObject({ ...common, type: v.literal("image"), image: link }),
  v.looseObject({ ...common, type: v.literal("video"), video: link }),
  v.looseObject({ ...common, type: v.literal("audio"), audio: withoutCaption }),
  v.looseObject({
    ...common,
    type: v.literal("document"),
    document: v.strictObject({ ...link.entries, filename: v.optional(text(240)) }),
  }),
  v.looseObject({ ...common, type: v.literal("interactive"), interactive }),
  v.looseObject({ ...common, type: v.literal("template"), template }),
  v.looseObject({ ...common, type: v.literal("text"), text: v.looseObject({ body: text(4096) }) }),
]);

/** A call of the Graph API. `phoneNumberId`: the sending number of the business. */
export async function sendWhatsApp(
  phones: Phones,
  phoneNumberId: string,
  body: unknown,
): Promise<GraphResult> {
  const read = readWhatsApp(phoneNumberId, body);
  return "refused" in read
    ? read.refused
    : phones.send(read.send, toHttp({ status: 200, body: read.ok }, {}));
}

/** The send that Meta's JSON asks for, and Meta's answer to it; or its refusal. */
export function readWhatsApp(
  phoneNumberId: string,
  body: unknown,
): { send: Send; ok: object } | { refused: ProviderAnswer } {
  const parsed = v.safeParse(message, typeof body === "object" ? { type: "text", ...body } : body);
  if (!parsed.success) {
    const fault = firstFault(parsed.issues);
    return { refused: refusal(fault.missing ? "whatsApp-131008" : "whatsApp-100", { details: fault.text }) };
  }
  const { to, biz_opaque_callback_data: callbackData } = parsed.output;
  const digits = to.replace(/[\s()-]/g, "");
  const address = digits.startsWith("+") ? digits : `+${businessCountryCode}${digits}`;
  if (!/^\+[1-9]\d{6,15}$/.test(address))
    return {
      refused: refusal("whatsApp-131009", { details: "to: the recipient's phone number is not valid" }),
    };

  const isTemplate = parsed.output.type === "template";
  const messageId = newWamid(address, "business");
  const values = { input: to, waId: waIdOf(address), messageId, identity: phoneNumberId };
  const send = {
    channel: "whatsApp",
    address,
    identities: [phoneNumberId, whatsAppAccountId],
    freeText: !isTemplate,
    providerMessageId: messageId,
    ...shownOf(parsed.output),
    callbackData,
    values,
    report: whatsAppStatus({ phoneNumberId, isTemplate }),
  } as const;
  const ok = {
    messaging_product: "whatsapp",
    contacts: [{ input: to, wa_id: values.waId }],
    // Meta paces only templates; only their response has a status.
    messages: [{ id: messageId, ...(isTemplate ? { message_status: "accepted" } : {}) }],
  };
  return { send, ok };
}

/** What the phone shows. */
function shownOf(given: v.InferOutput<typeof message>): { body: string; rich?: Rich } {
  switch (given.type) {
    case "template":
      return { body: showTemplate(given.template) };
    case "text":
      return { body: given.text.body };
    case "image":
      return { body: given.image.caption ?? "", rich: { media: given.image.link } };
    case "video":
      return { body: given.video.caption ?? "", rich: { media: given.video.link } };
    case "document":
      return { body: given.document.caption ?? "", rich: { media: given.document.link } };
    case "audio":
      return { body: "", rich: { media: given.audio.link } };
    case "interactive": {
      const { header: above, body, action } = given.interactive;
      const media =
        above && ("image" in above ? above.image : "video" in above ? above.video : above.document);
      const suggestions =
        "buttons" in action
          ? action.buttons.map(({ reply: { id, title } }) => ({ text: title, payload: id }))
          : [
              {
                text: action.parameters.display_text,
                payload: action.parameters.display_text,
                opens: action.parameters.url,
              },
            ];
      return { body: body.text, rich: { ...(media ? { media: media.link } : {}), suggestions } };
    }
  }
}
