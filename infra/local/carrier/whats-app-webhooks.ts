/**
 * WhatsApp's webhooks: statuses of sent messages, and messages of customers. business.ts signs and posts them.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
import { createHash, randomBytes } from "node:crypto";
import { parsePhoneNumberFromString } from "libphonenumber-js";
import settings from "../settings.json" with { type: "json" };
import type { Values } from "./answers/fill.ts";
import type { Outgoing } from "./business.ts";
import { withAnswer } from "./later-report.ts";
import type { AcceptedSend, Report } from "./sends.ts";
import { waIdOf } from "./wa-id.ts";
import type { Written } from "./written.ts";

export const whatsAppAccountId = "102290129340398";
const businessNumber = "15550783881";

/** Every customer has a non-ASCII name, so that code that verifies other bytes than the signed ones fails. */
const profileName = "Zoë";

/**
 * A message's id: its bytes hold the customer's number in plain digits, then who wrote it, then random hexadecimal digits.
 * Decoded from the examples of Meta's webhook reference: `wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0QUQ2…` belongs to 16503879439.
 */
export function newWamid(address: string, from: "business" | "customer"): string {
  const waId = waIdOf(address);
  const [kind, digits] = from === "business" ? [0x11, 18] : [0x12, 20];
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, waId.length]),
    Buffer.from(waId),
    Buffer.from([0x15, 0x02, 0x00, kind, 0x18, digits]),
    Buffer.from(
      randomBytes(digits / 2)
        .toString("hex")
        .toUpperCase(),
    ),
    Buffer.from([0]),
  ]);
  return `wamid.${bytes.toString("base64")}`;
}

export interface WhatsAppSend {
  phoneNumberId: string;
  isTemplate: boolean;
}

export const whatsAppStatus =
  ({ phoneNumberId, isTemplate }: WhatsAppSend): Report =>
  ({ status, at }, send) => {
    const { providerMessageId, address, callbackData } = send;
    const failed = status === "failed";
    const { waId, userId, contacts } = customer(address);
    const usual = {
      id: providerMessageId,
      status,
      timestamp: seconds(at),
      recipient_id: waId,
      ...(failed ? {} : { recipient_user_id: userId }),
      ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
      // On `sent` and on one of the later two.
      ...(status === "sent" || status === "delivered" ? { pricing: pricing(isTemplate) } : {}),
    };
    const report = withAnswer(usual, status, send, { ...send.values, secondsNumber: Number(seconds(at)) });
    return webhook(phoneNumberId, { ...(failed ? {} : { contacts }), statuses: [report] });
  };

export function whatsAppMessage(
  id: string,
  address: string,
  { body, answers, payload }: Written,
  at: number,
): Outgoing {
  const { waId, userId, contacts } = customer(address);
  const message = {
    from: waId,
    from_user_id: userId,
    id,
    timestamp: seconds(at),
    ...(payload === undefined
      ? { type: "text", text: { body } }
      : {
          type: "interactive",
          interactive: { type: "button_reply", button_reply: { id: payload, title: body } },
        }),
    ...(answers === undefined ? {} : { context: { from: businessNumber, id: answers } }),
  };
  return webhook(settings.whatsAppPhoneNumberId, { contacts, messages: [message] });
}

/** For the catalogue's webhooks. `last`: the message last sent to this customer. */
export function whatsAppValues(address: string, at: number, last: AcceptedSend | undefined): Values {
  const { waId, userId } = customer(address);
  return {
    waId,
    userId,
    profileName,
    businessNumber,
    accountId: whatsAppAccountId,
    phoneNumberId: settings.whatsAppPhoneNumberId,
    seconds: seconds(at),
    secondsNumber: Number(seconds(at)),
    otherMessageId: newWamid(address, "customer"),
    answeredId: last?.providerMessageId ?? newWamid(address, "business"),
    sentId: last?.providerMessageId,
    callbackData: last?.callbackData,
  };
}

export const whatsAppPost = (body: object): Outgoing => ({
  by: "webhook",
  channel: "whatsApp",
  path: "/webhooks/whats-app",
  body,
});

function webhook(phoneNumberId: string, value: object): Outgoing {
  const metadata = { display_phone_number: businessNumber, phone_number_id: phoneNumberId };
  const change = { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
  const entry = [{ id: whatsAppAccountId, changes: [change] }];
  return whatsAppPost({ object: "whatsapp_business_account", entry });
}

/** Unix time, as text. */
const seconds = (at: number) => String(Math.floor(at / 1000));

function customer(address: string) {
  const waId = waIdOf(address);
  const country = parsePhoneNumberFromString(address)?.country ?? "US";
  const userId = `${country}.${createHash("sha256").update(waId).digest().readUIntBE(0, 6)}`;
  return { waId, userId, contacts: [{ profile: { name: profileName }, wa_id: waId, user_id: userId }] };
}

const pricing = (isTemplate: boolean) =>
  isTemplate
    ? { billable: true, pricing_model: "PMP", type: "regular", category: "utility" }
    : { billable: false, pricing_model: "PMP", type: "free_customer_service", category: "service" };
