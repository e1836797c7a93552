/**
 * Events of AWS End User Messaging, as a configuration set publishes them to an SNS topic. They carry the `Context` of the send.
 * SMS, MMS: https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html and …/configuration-sets-event-types.html
 * RCS: https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html
 */
import Big from "big.js";
import * as v from "valibot";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import { toLaterFailure } from "./attempt-error.ts";
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  NotRegistered,
  Rejected,
  Undeliverable,
} from "./errors.ts";
import { word } from "./webhook-reading.ts";

const anyEvent = v.looseObject({ eventType: v.string(), eventTimestamp: v.unknown() });
/** What is no price is left out: the receipt itself counts. */
const price = v.fallback(v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1000))), undefined);
const event = v.looseObject({
  eventTimestamp: v.pipe(
    v.number(),
    v.transform((milliseconds) => new Date(milliseconds)),
    v.date(),
  ),
  messageId: v.string(),
  isFinal: v.fallback(v.optional(v.boolean()), undefined),
  messageStatus: word,
  messageStatusDescription: word,
  context: v.fallback(v.optional(v.looseObject({ messageId: word, channel: word }), {}), {}),
  totalMessagePrice: price,
  totalCarrierFee: price,
});
type Event = v.InferOutput<typeof event>;

type Told = "nothing" | "delivered" | "taken by the carrier" | "read" | Meaning;

/**
 * By `messageStatus`, or the event type without its prefix: what it says, whom it speaks of. Nothing of what is only
 * under way, and of what nobody knows: the hop's window decides.
 */
const statuses: Readonly<Record<string, Told>> = {
  QUEUED: "nothing",
  PENDING: "nothing",
  SENT: "nothing",
  DELIVERED: "delivered",
  // The last word in some countries, and then final; otherwise the phone's follows.
  SUCCESSFUL: "taken by the carrier",
  READ: "read",
  // No carrier reported within 72 hours.
  UNKNOWN: "nothing",
  // RCS: the phone has no RCS, or the carrier has not launched the agent.
  UNDELIVERABLE: means(NotRegistered),
  // RCS: against a content policy.
  REJECTED: means(Rejected),
  FAILED: means(Undeliverable, "request"),
  // Removed before it was seen, by the TimeToLive of its hop.
  TTL_EXPIRED: means(Undeliverable),
  TTL_EXPIRATION_REVOKED: means(Undeliverable),
  // It may still arrive.
  TTL_EXPIRATION_REVOKE_FAILED: "nothing",
  PROTECT_BLOCKED: means(Undeliverable),
  FALLEN_BACK_TO_SMS: means(ChannelMisconfigured, "request"),
  INVALID: means(Undeliverable),
  INVALID_MESSAGE: means(Rejected),
  UNREACHABLE: means(Undeliverable),
  CARRIER_UNREACHABLE: means(Undeliverable),
  BLOCKED: means(Undeliverable),
  CARRIER_BLOCKED: means(Undeliverable, "request"),
  SPAM: means(Undeliverable, "request"),
  // MMS: its file.
  FILE_INACCESSIBLE: means(ChannelMisconfigured, "request"),
  FILE_SIZE_EXCEEDED: means(Rejected),
  FILE_TYPE_UNSUPPORTED: means(Rejected),
};

/**
 * The receipts of an event whose type begins so (`RCS_`, `TEXT_`, `MEDIA_`); undefined where it is none. Empty where it is about no
 * message of ours, or says nothing that ends a hop.
 */
export function readEvent(message: unknown, prefix: "RCS_" | "TEXT_" | "MEDIA_"): Receipt[] | undefined {
  if (!v.is(anyEvent, message) || !message.eventType.startsWith(prefix)) return undefined;
  const parsed = v.parse(event, message);
  const { messageId, channel } = parsed.context;
  if (messageId === undefined || channel === undefined) return [];
  const type = message.eventType.slice(prefix.length);
  const known = [parsed.messageStatus, type].find(
    (code) => code !== undefined && Object.hasOwn(statuses, code),
  );
  const code = known ?? parsed.messageStatus ?? type;
  const reported = (known && statuses[known]) || means(Undeliverable, "request");
  const receipt = {
    names: "messageId" as const,
    messageId,
    channel,
    at: parsed.eventTimestamp.toISOString(),
    providerMessageId: parsed.messageId,
  };
  if (reported === "nothing") return [];
  // Of a read message it is 0.
  if (reported === "read") return [{ ...receipt, status: "read" }];
  const cost = pricingOf(parsed);
  if (reported === "delivered") return [{ ...receipt, ...cost, status: "delivered", deliveredTo: "phone" }];
  if (parsed.isFinal === false) return [];
  if (reported === "taken by the carrier")
    return [{ ...receipt, ...cost, status: "delivered", deliveredTo: "carrier" }];
  const text = removed.has(code)
    ? "it was not delivered within its window, and was removed: the customer does not get it"
    : (parsed.messageStatusDescription ?? "AWS End User Messaging reported a failure");
  const error = toLaterFailure(new reported.Kind(text, { code, speaksOf: reported.speaksOf }));
  return [{ ...receipt, ...cost, status: "failed", error }];
}

const removed = new Set(["TTL_EXPIRED", "TTL_EXPIRATION_REVOKED"]);

/** AWS's price and the carrier's fee. A conversation's one-time fee is no single message's. */
function pricingOf({ totalMessagePrice, totalCarrierFee }: Event): Pick<Receipt, "pricing"> {
  if (totalMessagePrice === undefined) return {};
  // A number's shortest text is what AWS wrote.
  const usd = new Big(String(totalMessagePrice)).plus(String(totalCarrierFee ?? 0)).toFixed();
  return { pricing: { usd } };
}
