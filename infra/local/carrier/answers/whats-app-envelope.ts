/** The parts that WhatsApp's webhooks have in common. Used by whats-app-messages.ts and whats-app-webhooks.ts. */
import type { Answer, Subject } from "./answer.ts";

export const reference =
  "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference";
export const messages = `${reference}/messages`;
export const ids =
  "https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids";

export const metadata = { display_phone_number: "{businessNumber}", phone_number_id: "{phoneNumberId}" };
export const otherNumber = { display_phone_number: "15550009999", phone_number_id: "999999999999999" };
export const contacts = [{ profile: { name: "{profileName}" }, wa_id: "{waId}", user_id: "{userId}" }];

interface Change {
  field: string;
  value: object;
}
export const post = (...entries: (readonly Change[])[]) => ({
  object: "whatsapp_business_account",
  entry: entries.map((changes) => ({ id: "{accountId}", changes })),
});
export const ofMessages = (value: object): Change => ({
  field: "messages",
  value: { messaging_product: "whatsapp", metadata, ...value },
});

export const head = { from: "{waId}", from_user_id: "{userId}", id: "{messageId}", timestamp: "{seconds}" };
export const context = { from: "{businessNumber}", id: "{answeredId}" };
export const text = { type: "text", text: { body: "{text}" } };

export type Entry = Answer & Required<Pick<Answer, "webhook">>;
export const entry = (name: string, what: string, about: Subject, source: string, body: object): Entry => ({
  name: `whatsApp-${name}`,
  what,
  about,
  source,
  webhook: { body },
});
