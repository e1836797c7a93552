/** What a provider says of a message, as it stands on the receipts queue. Pure. */
import type { Outbound } from "../../../functions/domain/channel.ts";
import type { AttemptError } from "../../../functions/domain/message/message.ts";
import type { Queued } from "../../../functions/domain/message/queued-receipt.ts";

export interface Word {
  channel: string;
  status: "delivered" | "read" | "failed";
  providerMessageId: string;
  sentAt: string;
  /** Of a failure, as it was read. */
  error?: AttemptError;
}

/** SNS's endpoint of the customer's device. */
export const endpointOf = ({ appDevices = [] }: Outbound["addresses"]) => `endpoint/${appDevices[0]?.token}`;

export function queuedOf(
  { messageId, addresses }: Outbound,
  { channel, status, providerMessageId, sentAt, error = { name: "Undeliverable", message: "no" } }: Word,
  at: string,
): Queued {
  const update = { channel, status, at, ...(status === "failed" ? { error } : {}) };
  switch (channel) {
    case "email":
    case "rcs":
    case "mms":
    case "whatsApp":
      return { names: "messageId", messageId, providerMessageId, ...update };
    case "sms":
      return { names: "address", address: addresses.phoneNumber ?? "", sentAt, providerMessageId, ...update };
    case "fbMessenger": {
      const address = addresses.fbMessengerId ?? "";
      return { names: "watermark", address, watermark: sentAt, providerMessageIds: [], ...update };
    }
    default: {
      const address = endpointOf(addresses);
      const sentSince = new Date(Date.parse(at) - 7 * 3_600_000).toISOString();
      // The event does not say which of the two it was.
      const ofEither = { channel: "appMessaging", orChannels: ["nativePush"] };
      return { names: "address", address, sentAt: at, sentSince, providerMessageId, ...update, ...ofEither };
    }
  }
}
