/**
 * Messenger's webhooks: deliveries, reads, and messages of customers; it reports no failures. business.ts signs and posts
 * them.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/webhook-events/message_deliveries
 */
import { randomBytes } from "node:crypto";
import settings from "../settings.json" with { type: "json" };
import type { Values } from "./answers/fill.ts";
import type { Outgoing } from "./business.ts";
import { withAnswer } from "./later-report.ts";
import type { AcceptedSend, Report } from "./sends.ts";
import type { Written } from "./written.ts";

export const newMid = () => `m_${randomBytes(48).toString("base64url")}`;

/** The watermark covers all that Messenger accepted until then; a read event has nothing else to say what was read. */
export const messengerEvent =
  (pageId: string): Report =>
  ({ status, at }, send) => {
    const { providerMessageId, address, at: watermark } = send;
    const what =
      status === "delivered"
        ? { delivery: { mids: [providerMessageId], watermark } }
        : status === "read"
          ? { read: { watermark } }
          : undefined;
    if (what === undefined) return undefined;
    const usual = event(pageId, address, at, what);
    const values = { ...numbers(address, pageId), watermark, sentId: providerMessageId };
    return post(pageId, at, withAnswer(usual, status, send, values));
  };

export const messengerMessage = (
  mid: string,
  address: string,
  { body: text, answers, payload }: Written,
  at: number,
): Outgoing => {
  if (payload !== undefined) {
    const pressed = { postback: { mid, title: text, payload } };
    return post(settings.fbMessengerPageId, at, event(settings.fbMessengerPageId, address, at, pressed));
  }
  const message = { mid, text, ...(answers === undefined ? {} : { reply_to: { mid: answers } }) };
  const pageId = settings.fbMessengerPageId;
  return post(pageId, at, event(pageId, address, at, { message }));
};

/** For the catalogue's webhooks. `last`: the message last sent to this customer. */
export const messengerValues = (address: string, at: number, last: AcceptedSend | undefined): Values => ({
  psid: address,
  pageId: settings.fbMessengerPageId,
  ...numbers(address, settings.fbMessengerPageId),
  profileName: "Zoë",
  milliseconds: at,
  secondsNumber: Math.floor(at / 1000),
  otherMessageId: newMid(),
  answeredId: last?.providerMessageId ?? newMid(),
  sentId: last?.providerMessageId,
  callbackData: last?.callbackData,
});

export const messengerPost = (body: object): Outgoing => ({
  by: "webhook",
  channel: "fbMessenger",
  path: "/webhooks/fb-messenger",
  body,
});

/** Ids as numbers, if a number can hold them exactly. */
const numbers = (psid: string, pageId: string): Values => ({
  psidNumber: numberOr(psid),
  pageIdNumber: numberOr(pageId),
});
const numberOr = (id: string) => (Number.isSafeInteger(Number(id)) ? Number(id) : id);

/** Times are milliseconds, as numbers. */
const event = (pageId: string, psid: string, timestamp: number, what: object) => ({
  sender: { id: psid },
  recipient: { id: pageId },
  timestamp,
  ...what,
});

const post = (pageId: string, time: number, messaging: object) =>
  messengerPost({ object: "page", entry: [{ id: pageId, time, messaging: [messaging] }] });
