/**
 * What customers do by themselves: write to the business, and read what lies there. Called by control.ts.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Business } from "./business.ts";
import { messengerMessage, newMid } from "./fb-messenger-webhooks.ts";
import { canonical, type Phones } from "./phones.ts";
import type { Receipts } from "./receipts.ts";
import type { Channel } from "./sends.ts";
import { smsAnswer } from "./sms-answers.ts";
import { newWamid, whatsAppMessage } from "./whats-app-webhooks.ts";
import type { Written } from "./written.ts";

const writers = {
  sms: { newId: () => randomUUID() as string, webhook: smsAnswer },
  whatsApp: { newId: newWamid, webhook: whatsAppMessage },
  fbMessenger: { newId: newMid, webhook: messengerMessage },
};
export type TwoWayChannel = keyof typeof writers;

/** The channels by which a customer can write, and those that say that a message was read. */
export const isTwoWay = (channel: Channel): channel is TwoWayChannel => channel in writers;
export const showsReading = (channel: Channel) => channel !== "sms";

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

  /** Opens Meta's window of 24 hours. Ends when the webhook was answered. */
  async write(
    channel: TwoWayChannel,
    address: string,
    written: Written,
  ): Promise<{ providerMessageId: string }> {
    const { clock, phones, business } = this.#options;
    const { newId, webhook } = writers[channel];
    const providerMessageId = newId();
    phones.change(channel, address, { window: "open" });
    await business.tell(webhook(providerMessageId, canonical(channel, address), written, clock.now()));
    return { providerMessageId };
  }

  /** Reads what arrived and was not read yet; answers its ids. Ends when the receipts that are due were answered. */
  async read(channel: Channel, address: string): Promise<{ read: string[] }> {
    const { clock, phones, receipts } = this.#options;
    const unread = phones.takeUnread(channel, address);
    const behaviour = phones.stateOf(channel, address);
    const at = clock.now();
    // One watermark says it of all.
    for (const send of channel === "fbMessenger" ? unread.slice(-1) : unread)
      await receipts.ofReading(send, behaviour, at);
    return { read: unread.map(({ providerMessageId }) => providerMessageId) };
  }
}
