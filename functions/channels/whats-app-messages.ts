/**
 * What customers do on WhatsApp: what they write, tap, send and fill in, and what they no longer want.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
import * as v from "valibot";
import type { ConsentChange, Inbound, InboundContent } from "../domain/message/queued-receipt.ts";
import { contentOf } from "./inbound-content.ts";
import { unixSeconds } from "./unix-seconds.ts";
import { id, part, word } from "./webhook-reading.ts";

const channel = "whatsApp";

const choice = part({ id: word, title: word });
const caption = part({ caption: word });
export const message = v.looseObject({
  // Absent where the number is hidden behind a user name.
  from: v.optional(id),
  from_user_id: word,
  group_id: word,
  timestamp: unixSeconds,
  id: word,
  type: v.fallback(v.optional(v.string(), "unknown"), "unknown"),
  context: part({ id: word }),
  text: part({ body: word }),
  button: part({ text: word, payload: word }),
  interactive: part({
    button_reply: choice,
    list_reply: choice,
    nfm_reply: part({ body: word, response_json: word }),
  }),
  reaction: part({ message_id: word, emoji: word }),
  image: caption,
  video: caption,
  document: caption,
});
type WhatsAppMessage = v.InferOutput<typeof message>;

/**
 * Notices by WhatsApp itself (a new number, a chat that was opened), and changes of earlier messages: they open no window.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
 */
const notices = ["system", "request_welcome", "revoke", "edit"];
/** `text`, `payload` and `answersId` have everything of these. */
const withoutDetails = ["text", "button", "reaction"];

/** What the customer wrote to us alone: messages in a group are left out. */
export function toInbound(given: WhatsAppMessage): Inbound[] {
  const { from, from_user_id: userId, group_id: group, timestamp, type } = given;
  if (group !== undefined || notices.includes(type) || (from ?? userId) === undefined) return [];
  const content = contentIn(given);
  const knownAs = [numberIn(content?.answersId), userId].filter((one) => one !== undefined);
  return [
    {
      names: "customer",
      channel,
      ...(from === undefined ? {} : { address: `+${from}` }),
      ...(knownAs.length > 0 ? { knownAs } : {}),
      at: timestamp,
      ...(content ? { content } : {}),
    },
  ];
}

function contentIn(given: WhatsAppMessage): InboundContent | undefined {
  const { id, type, context, text, button, interactive, reaction } = given;
  const chosen = interactive?.button_reply ?? interactive?.list_reply;
  const form = interactive?.nfm_reply;
  const captioned = given.image ?? given.video ?? given.document;
  const title = text?.body ?? button?.text ?? chosen?.title ?? form?.body;
  return contentOf({
    id,
    type,
    text: title ?? reaction?.emoji ?? captioned?.caption,
    payload: button?.payload ?? chosen?.id ?? form?.response_json,
    details: withoutDetails.includes(type) ? undefined : given[type],
    answersId: reaction?.message_id ?? context?.id,
  });
}

/**
 * The number under which WhatsApp knows the customer, from the id of a message to them: they may write from another form of the
 * number, or without one. That is not documented, so it is only a hint where to look for that very id. Seen in the examples of
 * Meta's webhook reference.
 */
function numberIn(wamid: string | undefined): string | undefined {
  if (!wamid?.startsWith("wamid.")) return undefined;
  const bytes = Buffer.from(wamid.slice("wamid.".length), "base64");
  const digits = bytes.subarray(3, 3 + (bytes[2] ?? 0)).toString("latin1");
  return bytes[0] === 0x1c && bytes[1] === 0x18 && /^\d{6,15}$/.test(digits) ? `+${digits}` : undefined;
}

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences */
export const userPreference = v.looseObject({
  wa_id: v.optional(id),
  user_id: word,
  category: v.string(),
  value: v.picklist(["stop", "resume"]),
  timestamp: unixSeconds,
});

export function toConsentChange(given: v.InferOutput<typeof userPreference>): ConsentChange[] {
  const { wa_id: number, user_id: userId, category, value, timestamp } = given;
  if (category !== "marketing_messages" || (number ?? userId) === undefined) return [];
  return [
    {
      names: "consent",
      channel,
      ...(number === undefined ? {} : { address: `+${number}` }),
      ...(userId === undefined ? {} : { knownAs: [userId] }),
      at: timestamp,
      category: "marketing",
      state: value === "stop" ? "opted-out" : "opted-in",
    },
  ];
}
