/**
 * Messenger's webhooks: deliveries, reads, and messages of customers; a failure is silence. business.ts signs and posts them.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/webhook-events/message_deliveries
 */
import { randomBytes } from "node:crypto";
import settings from "../settings.json" with { type: "json" };
import type { Outgoing } from "./business.ts";
import type { Report } from "./sends.ts";
import type { Written } from "./written.ts";

export const newMid = () => `m_${randomBytes(48).toString("base64url")}`;

/** The watermark covers everything that Messenger took up to then: a read event has nothing else to go by. */
export const messengerEvent =
  (pageId: string): Report =>
  ({ status, at }, { providerMessageId, address, at: watermark }) => {
    if (status === "delivered")
      return webhook(pageId, address, at, { delivery: { mids: [providerMessageId], watermark } });
    return status === "read" ? webhook(pageId, address, at, { read: { watermark } }) : undefined;
  };

export const messengerMessage = (
  mid: string,
  address: string,
  { body: text, answers }: Written,
  at: number,
): Outgoing =>
  webhook(settings.fbMessengerPageId, address, at, {
    message: { mid, text, ...(answers === undefined ? {} : { reply_to: { mid: answers } }) },
  });

/** Times are milliseconds, as numbers. */
function webhook(pageId: string, address: string, timestamp: number, event: object): Outgoing {
  const messaging = [{ sender: { id: address }, recipient: { id: pageId }, timestamp, ...event }];
  const entry = [{ id: pageId, time: timestamp, messaging }];
  return { by: "webhook", path: "/webhooks/fb-messenger", body: { object: "page", entry } };
}
