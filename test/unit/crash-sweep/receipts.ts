/** What a provider says of a message, as it stands on the receipts queue. Pure. */
import type { Outbound } from "../../../functions/domain/channel.ts";
import type { Queued } from "../../../functions/domain/message/queued-receipt.ts";

export interface Word {
  channel: string;
  status: "delivered" | "read" | "failed";
  providerMessageId: string;
  sentAt: string;
}

export function queuedOf(
  { messageId, addresses }: Outbound,
  { channel, status, providerMessageId, sentAt }: Word,
  at: string,
): Queued {
  const error = { name: "Undeliverable", message: "no" };
  const news = { channel, status, at, ...(status === "failed" ? { error } : {}) };
  switch (channel) {
    case "whatsApp":
      return { names: "messageId", messageId, providerMessageId, ...news };
    case "sms":
      return { names: "address", address: addresses.phoneNumber ?? "", sentAt, providerMessageId, ...news };
    case "fbMessenger": {
      const address = addresses.fbMessengerId ?? "";
      return { names: "watermark", address, watermark: sentAt, providerMessageIds: [], ...news };
    }
    default:
      return { names: "providerMessageId", providerMessageId, ...news };
  }
}
