/**
 * What customers do: write to the business, and read what arrived. Also webhook events that need no earlier send. Called by
 * control.ts.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { fill, placeholdersIn, type Values } from "./answers/fill.ts";
import type { Webhook } from "./answers/index.ts";
import type { Business, Outgoing } from "./business.ts";
import { emailEventOf, emailValues } from "./email-events.ts";
import { rcsAnswer } from "./end-user-messaging-events.ts";
import { messengerMessage, messengerPost, messengerValues, newMid } from "./fb-messenger-webhooks.ts";
import { canonical, type Phones } from "./phones.ts";
import type { Receipts } from "./receipts.ts";
import type { AcceptedSend, Channel } from "./sends.ts";
import { smsAnswer } from "./sms-answers.ts";
import { newWamid, whatsAppMessage, whatsAppPost, whatsAppValues } from "./whats-app-webhooks.ts";
import type { Written } from "./written.ts";

interface Writer {
  newId: (address: string) => string;
  message: (id: string, address: string, written: Written, at: number) => Outgoing;
}
const writers: Readonly<Record<"sms" | "whatsApp" | "fbMessenger" | "rcs", Writer>> = {
  sms: { newId: () => randomUUID(), message: smsAnswer },
  whatsApp: { newId: (address) => newWamid(address, "customer"), message: whatsAppMessage },
  fbMessenger: { newId: newMid, message: messengerMessage },
  rcs: { newId: () => randomUUID(), message: rcsAnswer },
};

interface WebhookPoster {
  post: (body: object) => Outgoing;
  values: (address: string, at: number, last: AcceptedSend | undefined) => Values;
}
const posters: Readonly<Record<"whatsApp" | "fbMessenger" | "email", WebhookPoster>> = {
  whatsApp: { post: whatsAppPost, values: whatsAppValues },
  fbMessenger: { post: messengerPost, values: messengerValues },
  email: { post: emailEventOf, values: emailValues },
};

export type TwoWayChannel = keyof typeof writers;
export type WebhookChannel = keyof typeof posters;

/** The channels by which customers can write, those whose provider tells of what needs no send, and those that report reads. */
export const isTwoWay = (channel: Channel): channel is TwoWayChannel => channel in writers;
export const hasWebhook = (channel: Channel): channel is WebhookChannel => channel in posters;
export const reportsRead = (channel: Channel) => channel !== "sms" && channel !== "mms";

export interface CustomersOptions {
  clock: Clock;
  phones: Phones;
  receipts: Receipts;
  business: Business;
}

export class Customers {
  readonly #options: CustomersOptions;

  constructor(options: CustomersOptions) {
    this.#options = options;
  }

  /** Opens Meta's 24-hour window. Resolves when the business has answered the webhook. */
  async write(
    channel: TwoWayChannel,
    address: string,
    written: Written,
  ): Promise<{ providerMessageId: string }> {
    const { clock, phones, business } = this.#options;
    const { newId, message } = writers[channel];
    const providerMessageId = newId(address);
    phones.wrote(channel, address, providerMessageId, written.body);
    await business.notify(message(providerMessageId, canonical(channel, address), written, clock.now()));
    return { providerMessageId };
  }

  /**
   * Posts a webhook of the catalogue, about this customer. Returns undefined if it is about the message last sent, but none
   * was. Resolves when the business has answered it.
   */
  async post(
    channel: WebhookChannel,
    address: string,
    { body, opensWindow }: Webhook,
    { body: text = "Yes, please", answers }: { [Name in keyof Written]?: Written[Name] | undefined },
  ): Promise<{ providerMessageId: string } | undefined> {
    const { clock, phones, business } = this.#options;
    const { post, values } = posters[channel];
    const last = phones.lastSend(channel, address);
    if (last === undefined && placeholdersIn(body).includes("sentId")) return undefined;
    const providerMessageId = channel === "email" ? randomUUID() : writers[channel].newId(address);
    if (opensWindow) phones.change(channel, address, { window: "open" });
    const filled = fill(body, {
      ...values(canonical(channel, address), clock.now(), last),
      messageId: providerMessageId,
      text,
      ...(answers === undefined ? {} : { answeredId: answers }),
    });
    await business.notify(post(filled));
    return { providerMessageId };
  }

  /** Reads all unread messages; returns their ids. Resolves when the business has answered the receipts that are due. */
  async read(channel: Channel, address: string): Promise<{ read: string[] }> {
    const { clock, phones, receipts } = this.#options;
    const unread = phones.takeUnread(channel, address);
    const behaviour = phones.stateOf(channel, address);
    const at = clock.now();
    // One watermark covers all of them.
    for (const send of channel === "fbMessenger" ? unread.slice(-1) : unread)
      await receipts.ofReading(send, behaviour, at);
    return { read: unread.map(({ providerMessageId }) => providerMessageId) };
  }
}
