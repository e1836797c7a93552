/**
 * Meta's Graph API as far as it reaches phones and accounts: WhatsApp Cloud API and the Messenger Send API, with their
 * documented answers and errors. https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { Fault, Phone, Phones } from "./phones.ts";

export interface GraphRequest {
  accessToken: string | undefined;
  body: unknown;
}
export interface GraphAnswer {
  status: number;
  body: object;
}

const template = v.looseObject({
  name: v.string(),
  language: v.looseObject({ code: v.string() }),
  components: v.optional(v.array(v.unknown())),
});
const whatsAppMessage = v.looseObject({
  messaging_product: v.literal("whatsapp"),
  to: v.string(),
  type: v.picklist(["text", "template"]),
  text: v.optional(v.looseObject({ body: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })),
  template: v.optional(template),
});
const messengerMessage = v.looseObject({
  recipient: v.object({ id: v.string() }),
  messaging_type: v.picklist(["RESPONSE", "UPDATE", "UTILITY"]),
  message: v.looseObject({
    text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(2000))),
    template: v.optional(template),
  }),
});

interface ErrorFacts {
  status: number;
  code: number;
  message: string;
  subcode?: number;
  details?: string;
}

const whatsAppFaults: Record<Exclude<Fault, "lost-answer">, ErrorFacts> = {
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
  rejected: {
    status: 400,
    code: 131008,
    message: "(#131008) Required parameter is missing",
    details: "Required parameter is missing.",
  },
};
const messengerFaults: Record<Exclude<Fault, "lost-answer">, ErrorFacts> = {
  throttled: { status: 400, code: 613, message: "(#613) Calls to this api have exceeded the rate limit." },
  unavailable: {
    status: 503,
    code: 2,
    message: "(#2) An unexpected error has occurred. Please retry your request later.",
  },
  rejected: { status: 400, code: 100, message: "(#100) Invalid parameter" },
};

/** `lost-answer`: the message was taken, and the caller gets no answer. */
export function sendByGraph(
  phones: Phones,
  expectedToken: string,
  { accessToken, body }: GraphRequest,
): GraphAnswer | "drop-connection" {
  if (accessToken !== expectedToken)
    return failure({
      status: 401,
      code: 190,
      message: "Invalid OAuth access token - Cannot parse access token",
    });
  const isWhatsApp = typeof body === "object" && body !== null && "messaging_product" in body;
  return isWhatsApp ? sendWhatsApp(phones, body) : sendMessenger(phones, body);
}

function sendWhatsApp(phones: Phones, body: unknown): GraphAnswer | "drop-connection" {
  const parsed = v.safeParse(whatsAppMessage, body);
  if (!parsed.success) return invalid(parsed.issues, "whatsapp");
  const { to, text, template: given } = parsed.output;
  // Without its plus, a number gets the business's own country code: another customer.
  const phone = phones.at("whatsApp", to.startsWith("+") ? to : `1${to}`);
  const shown = given === undefined ? text?.body : showTemplate(given);
  if (shown === undefined) return failure({ ...whatsAppFaults.rejected, product: "whatsapp" });
  if (!phone.registered)
    return failure({
      status: 400,
      code: 131026,
      message: "(#131026) Message undeliverable",
      details: "Message Undeliverable.",
      product: "whatsapp",
    });
  if (phone.window === "closed" && given === undefined)
    return failure({
      status: 400,
      code: 131047,
      message: "(#131047) Re-engagement message",
      details: "More than 24 hours have passed since the customer last replied.",
      product: "whatsapp",
    });
  const id = `wamid.${randomBytes(24).toString("base64")}`;
  return deliver(phones, phone, id, shown, whatsAppFaults, {
    messaging_product: "whatsapp",
    contacts: [{ input: to, wa_id: to.replace(/^\+/, "") }],
    messages: [{ id }],
  });
}

function sendMessenger(phones: Phones, body: unknown): GraphAnswer | "drop-connection" {
  const parsed = v.safeParse(messengerMessage, body);
  if (!parsed.success) return invalid(parsed.issues);
  const { recipient, messaging_type, message } = parsed.output;
  const phone = phones.at("fbMessenger", recipient.id);
  const shown =
    messaging_type === "UTILITY" ? message.template && showTemplate(message.template) : message.text;
  if (shown === undefined) return failure(messengerFaults.rejected);
  if (!phone.registered)
    return failure({ status: 400, code: 100, subcode: 2018001, message: "(#100) No matching user found" });
  if (phone.window === "closed" && messaging_type !== "UTILITY")
    return failure({
      status: 400,
      code: 10,
      subcode: 2018278,
      message: "(#10) This message is sent outside of allowed window.",
    });
  const message_id = `m_${randomBytes(32).toString("base64url")}`;
  return deliver(phones, phone, message_id, shown, messengerFaults, {
    recipient_id: recipient.id,
    message_id,
  });
}

function deliver(
  phones: Phones,
  phone: Phone,
  id: string,
  shown: string,
  faults: Record<Exclude<Fault, "lost-answer">, ErrorFacts>,
  body: object,
): GraphAnswer | "drop-connection" {
  const fault = phones.faultOf(phone);
  if (fault !== null && fault !== "lost-answer") return failure(faults[fault]);
  phones.receive(phone, id, shown);
  return fault === "lost-answer" ? "drop-connection" : { status: 200, body };
}

const showTemplate = ({ name, language, components }: v.InferOutput<typeof template>) =>
  `template:${name}(${language.code})${components === undefined ? "" : ` ${JSON.stringify(components)}`}`;

const invalid = (issues: readonly v.BaseIssue<unknown>[], product?: string) =>
  failure({
    status: 400,
    code: 100,
    message: `(#100) Invalid parameter`,
    details: issues.map((issue) => `${v.getDotPath(issue as never)}: ${issue.message}`).join("; "),
    ...(product ? { product } : {}),
  });

function failure({
  status,
  code,
  message,
  subcode,
  details,
  product,
}: ErrorFacts & { product?: string }): GraphAnswer {
  return {
    status,
    body: {
      error: {
        message,
        type: "OAuthException",
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(details === undefined
          ? {}
          : { error_data: { ...(product ? { messaging_product: product } : {}), details } }),
        fbtrace_id: `A${randomBytes(9).toString("base64url")}`,
      },
    },
  };
}
