/**
 * What is on the receipts queue: one receipt, or one sign of life of a customer, a message. Made by the webhooks, the
 * delivery logs and the push failures; read by handler.ts.
 */
import * as v from "valibot";
import { subjects } from "./message.ts";

const time = v.pipe(v.string(), v.isoTimestamp());

const news = {
  channel: v.string(),
  status: v.picklist(["sent", "delivered", "read", "failed"]),
  /** The provider's time. */
  at: time,
  providerMessageId: v.optional(v.string()),
  deliveredTo: v.optional(v.picklist(["carrier", "phone"])),
  error: v.optional(
    v.object({
      name: v.string(),
      code: v.optional(v.string()),
      message: v.string(),
      speaksOf: v.optional(v.picklist(subjects)),
      identity: v.optional(v.string()),
    }),
  ),
  /** What it says of the money: the amount, or the category whose price it is. */
  pricing: v.optional(
    v.union([v.object({ usd: v.string() }), v.object({ category: v.optional(v.string()) })]),
  ),
};

export const receipt = v.variant("names", [
  v.object({ names: v.literal("messageId"), messageId: v.string(), ...news }),
  v.object({ names: v.literal("providerMessageId"), ...news, providerMessageId: v.string() }),
  /**
   * SMS and push: the provider's id and, where the function died before it could record it, the number or the device's endpoint
   * and the time of the send, or the times between which it was.
   */
  v.object({
    names: v.literal("address"),
    address: v.string(),
    sentAt: time,
    sentSince: v.optional(time),
    ...news,
    providerMessageId: v.string(),
  }),
  /** Messenger: every message to the customer up to the watermark; the ids are given only sometimes. */
  v.object({
    names: v.literal("watermark"),
    address: v.string(),
    watermark: time,
    providerMessageIds: v.array(v.string()),
    ...news,
  }),
]);
export type Receipt = v.InferOutput<typeof receipt>;

/** What the customer answered; ids are the provider's. */
const content = v.object({
  id: v.string(),
  /** As the channel calls it: text, button, image, reaction, … */
  type: v.string(),
  text: v.optional(v.string()),
  /** What the sender put behind the button that was pressed. */
  payload: v.optional(v.string()),
  /** The message that it answers, where the channel tells. */
  answersId: v.optional(v.string()),
});
export type InboundContent = v.InferOutput<typeof content>;

/** The customer wrote: Meta's window for free text opens. */
export const inbound = v.object({
  names: v.literal("customer"),
  channel: v.string(),
  address: v.string(),
  at: time,
  /** Absent: a sign of life that says nothing. */
  content: v.optional(content),
});
export type Inbound = v.InferOutput<typeof inbound>;

export const queued = v.variant("names", [...receipt.options, inbound]);
export type Queued = Receipt | Inbound;
