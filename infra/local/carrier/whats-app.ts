/**
 * WhatsApp Cloud API, `POST /{phone-number-id}/messages`; graph.ts passes the calls. Its errors are in answers/whats-app.ts.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
import * as v from "valibot";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { firstFault, type GraphResult, refusal, showTemplate, template, text } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";
import type { Send } from "./sends.ts";
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
/** Of which Meta takes a link or the id of what was uploaded; the system sends links. */
const media = v.looseObject({ link: v.string(), caption: v.optional(text(1024)) });
const message = v.variant("type", [
  v.looseObject({ ...common, type: v.literal("image"), image: media }),
  v.looseObject({ ...common, type: v.literal("video"), video: media }),
  v.looseObject({ ...common, type: v.literal("document"), document: media }),
  v.looseObject({ ...common, type: v.literal("template"), template }),
  v.looseObject({ ...common, type: v.literal("text"), text: v.looseObject({ body: text(4096) }) }),
]);

/** As the phone shows it. */
function contentOf(given: v.InferOutput<typeof message>): Pick<Send, "body" | "rich"> {
  if (given.type === "template") return { body: showTemplate(given.template) };
  if (given.type === "text") return { body: given.text.body };
  const { link, caption = "" } =
    given.type === "image" ? given.image : given.type === "video" ? given.video : given.document;
  return { body: caption, rich: { media: link } };
}

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
    ...contentOf(parsed.output),
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
