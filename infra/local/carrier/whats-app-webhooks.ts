/**
 * WhatsApp's webhooks: the statuses of what was sent, and messages of customers. business.ts signs and posts them.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
import { createHash, randomBytes } from "node:crypto";
import { parsePhoneNumberFromString } from "libphonenumber-js";
import settings from "../settings.json" with { type: "json" };
import type { Outgoing } from "./business.ts";
import type { Report } from "./sends.ts";
import type { Written } from "./written.ts";

const accountId = "102290129340398";
const businessNumber = "15550783881";

export const newWamid = () => `wamid.HBgL${randomBytes(27).toString("base64")}`;

export interface WhatsAppSend {
  phoneNumberId: string;
  isTemplate: boolean;
  /** biz_opaque_callback_data: comes back where the send had one. */
  callbackData: string | undefined;
}

export const whatsAppStatus =
  ({ phoneNumberId, isTemplate, callbackData }: WhatsAppSend): Report =>
  ({ status, at }, { providerMessageId, address }) => {
    const failed = status === "failed";
    const { waId, userId, contacts } = customer(address);
    return webhook(phoneNumberId, {
      ...(failed ? {} : { contacts }),
      statuses: [
        {
          id: providerMessageId,
          status,
          timestamp: seconds(at),
          recipient_id: waId,
          ...(failed ? {} : { recipient_user_id: userId }),
          ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
          // On `sent` and on one of the later two.
          ...(status === "sent" || status === "delivered" ? { pricing: pricing(isTemplate) } : {}),
          ...(failed ? { errors: [undeliverable] } : {}),
        },
      ],
    });
  };

export function whatsAppMessage(
  id: string,
  address: string,
  { body, answers }: Written,
  at: number,
): Outgoing {
  const { waId, userId, contacts } = customer(address);
  const message = {
    from: waId,
    from_user_id: userId,
    id,
    timestamp: seconds(at),
    type: "text",
    text: { body },
    ...(answers === undefined ? {} : { context: { from: businessNumber, id: answers } }),
  };
  return webhook(settings.whatsAppPhoneNumberId, { contacts, messages: [message] });
}

function webhook(phoneNumberId: string, value: object): Outgoing {
  const metadata = { display_phone_number: businessNumber, phone_number_id: phoneNumberId };
  const change = { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
  const entry = [{ id: accountId, changes: [change] }];
  return { by: "webhook", path: "/webhooks/whats-app", body: { object: "whatsapp_business_account", entry } };
}

/** Unix time, as text. */
const seconds = (at: number) => String(Math.floor(at / 1000));

/** Everybody has a name beyond ASCII: who does not check the bytes that were signed finds out. */
function customer(address: string) {
  const waId = address.slice(1);
  const country = parsePhoneNumberFromString(address)?.country ?? "US";
  const userId = `${country}.${createHash("sha256").update(waId).digest().readUIntBE(0, 6)}`;
  return { waId, userId, contacts: [{ profile: { name: "Zoë" }, wa_id: waId, user_id: userId }] };
}

const pricing = (isTemplate: boolean) =>
  isTemplate
    ? { billable: true, pricing_model: "PMP", type: "regular", category: "utility" }
    : { billable: false, pricing_model: "PMP", type: "free_customer_service", category: "service" };

const undeliverable = {
  code: 131026,
  title: "Message undeliverable",
  message: "Message undeliverable",
  error_data: { details: "Message Undeliverable." },
  href: "/documentation/business-messaging/whatsapp/support/error-codes",
};
