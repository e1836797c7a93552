/**
 * An entry of the receipts queue: one receipt, or the fact that a customer wrote. Put there by the webhooks, the delivery logs
 * and the push failures; read by functions/receipts/handler.ts.
 */
import * as v from "valibot";
import { consentStates } from "../customer/consent.ts";
import { subjects } from "./message.ts";

const time = v.pipe(v.string(), v.isoTimestamp());

const statusFields = {
  channel: v.string(),
  status: v.picklist(["sent", "delivered", "read", "failed"]),
  /** By the provider's clock. */
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
  /** Another id of the customer on this channel, under which they may answer. */
  knownAs: v.optional(v.string()),
  /** What it says about the cost: the amount, or the category whose price applies. */
  pricing: v.optional(
    v.union([v.object({ usd: v.string() }), v.object({ category: v.optional(v.string()) })]),
  ),
};

export const receipt = v.variant("names", [
  v.object({ names: v.literal("messageId"), messageId: v.string(), ...statusFields }),
  v.object({ names: v.literal("providerMessageId"), ...statusFields, providerMessageId: v.string() }),
  /** SMS: the provider's id, and the number and the time of the send, in case the function died before it recorded the id. */
  v.object({
    names: v.literal("address"),
    address: v.string(),
    sentAt: time,
    sentSince: v.optional(time),
    /** Other channels that send to such addresses, where the report does not say which of them it was. */
    orChannels: v.optional(v.array(v.string())),
    ...statusFields,
    providerMessageId: v.string(),
  }),
  /** Messenger: it is about every message to the customer up to the watermark, and only sometimes has their ids. */
  v.object({
    names: v.literal("watermark"),
    address: v.string(),
    watermark: time,
    providerMessageIds: v.array(v.string()),
    ...statusFields,
  }),
]);
export type Receipt = v.InferOutput<typeof receipt>;

/** What the customer wrote; ids are the provider's. */
const content = v.object({
  id: v.string(),
  /** As the channel calls it: text, button, image, reaction, … */
  type: v.string(),
  text: v.optional(v.string()),
  /** What the sender attached to the button that was pressed; the fields of a form, as JSON. */
  payload: v.optional(v.string()),
  /** The answer as the channel reports it, where it is more than text and payload: media, a place, a form. */
  details: v.optional(v.unknown()),
  /** The message that it answers, where the channel reports it. */
  answersId: v.optional(v.string()),
});
export type InboundContent = v.InferOutput<typeof content>;

/** How the customer is found: by the address, or by other ids on the channel. */
const customer = {
  channel: v.string(),
  /** Absent where the channel hides it. */
  address: v.optional(v.string()),
  knownAs: v.optional(v.array(v.string())),
  at: time,
};

/** The customer wrote, which opens Meta's window for free text. */
export const inbound = v.object({
  names: v.literal("customer"),
  ...customer,
  /** Absent where all that is known is that they wrote. */
  content: v.optional(content),
  /** What the link or the button carried by which they came (storage/customer-refs.ts). */
  ref: v.optional(v.string()),
});
export type Inbound = v.InferOutput<typeof inbound>;

/** The customer set in the channel which messages they want from this sender. */
export const consentChange = v.object({
  names: v.literal("consent"),
  ...customer,
  /** `all`: of the client whose message it was, as by STOP. */
  category: v.picklist(["marketing", "all"]),
  /** The message that they had before them, where the channel reports it. */
  messageId: v.optional(v.string()),
  state: v.picklist(consentStates),
});
export type ConsentChange = v.InferOutput<typeof consentChange>;

export const queued = v.variant("names", [...receipt.options, inbound, consentChange]);
export type Queued = Receipt | Inbound | ConsentChange;
