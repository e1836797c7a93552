/**
 * WhatsApp Cloud API, `POST /{phone-number-id}/messages`; graph.ts hands the calls over. Codes and texts:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
import * as v from "valibot";
import {
  failure,
  firstFault,
  type GraphError,
  type GraphResult,
  showTemplate,
  template,
  text,
} from "./graph-wire.ts";
import { isRefusal, type Phones, type Refusal } from "./phones.ts";
import { newWamid, whatsAppStatus } from "./whats-app-webhooks.ts";

/** The country of the business's number, which Meta puts before a number without its plus: most often another customer. */
const businessCountryCode = "1";

const common = {
  messaging_product: v.literal("whatsapp"),
  recipient_type: v.optional(v.literal("individual")),
  to: v.string(),
  biz_opaque_callback_data: v.optional(v.pipe(v.string(), v.maxLength(512))),
};
const message = v.variant("type", [
  v.looseObject({ ...common, type: v.literal("template"), template }),
  v.looseObject({ ...common, type: v.literal("text"), text: v.looseObject({ body: text(4096) }) }),
]);

const refusals: Readonly<Record<Refusal, GraphError>> = {
  throttled: {
    status: 429,
    code: 130429,
    message: "(#130429) Rate limit hit",
    details: "Cloud API message throughput has been reached.",
  },
  unavailable: {
    status: 503,
    code: 131016,
    message: "(#131016) Service unavailable",
    details: "A service is temporarily unavailable.",
  },
  rejected: missing("A required parameter is missing."),
  "not-registered": {
    status: 400,
    code: 131026,
    message: "(#131026) Message undeliverable",
    details: "Message Undeliverable.",
  },
  "window-closed": {
    status: 400,
    code: 131047,
    message: "(#131047) Re-engagement message",
    details:
      "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
  },
};

function missing(details: string): GraphError {
  return { status: 400, code: 131008, message: "(#131008) Required parameter is missing", details };
}

/** `phoneNumberId`: the business's number that sends. */
export async function sendWhatsApp(
  phones: Phones,
  phoneNumberId: string,
  body: unknown,
): Promise<GraphResult> {
  const parsed = v.safeParse(message, typeof body === "object" ? { type: "text", ...body } : body);
  if (!parsed.success) {
    const fault = firstFault(parsed.issues);
    if (fault.missing) return failure(missing(fault.text));
    return failure({ status: 400, code: 100, message: "(#100) Invalid parameter", details: fault.text });
  }
  const { to, biz_opaque_callback_data: callbackData } = parsed.output;
  const digits = to.replace(/[\s()-]/g, "");
  const address = digits.startsWith("+") ? digits : `+${businessCountryCode}${digits}`;
  if (!/^\+[1-9]\d{6,15}$/.test(address))
    return failure({
      status: 400,
      code: 131009,
      message: "(#131009) Parameter value is not valid",
      details: "to: the recipient's phone number is not valid",
    });

  const isTemplate = parsed.output.type === "template";
  const verdict = phones.judge("whatsApp", address, { freeText: !isTemplate });
  if (isRefusal(verdict)) return failure(refusals[verdict]);
  const id = newWamid();
  const shown =
    parsed.output.type === "template" ? showTemplate(parsed.output.template) : parsed.output.text.body;
  await phones.accept({
    channel: "whatsApp",
    address,
    providerMessageId: id,
    body: shown,
    fails: verdict === "fails-later",
    report: whatsAppStatus({ phoneNumberId, isTemplate, callbackData }),
  });
  if (verdict === "lost-answer") return "drop-connection";
  return {
    status: 200,
    body: {
      messaging_product: "whatsapp",
      contacts: [{ input: to, wa_id: address.slice(1) }],
      // Only templates are paced, and only they say so.
      messages: [{ id, ...(isTemplate ? { message_status: "accepted" } : {}) }],
    },
  };
}
