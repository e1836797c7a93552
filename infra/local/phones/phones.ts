/**
 * The phones and accounts at the other end: how each behaves, and what arrived. Every send of every provider passes through
 * `Phones.receive`. An address that was never set is registered and gets everything.
 */
import * as v from "valibot";
import type { Clock } from "../clock.ts";

export const channelIds = ["sms", "fbMessenger", "whatsApp", "appMessaging"] as const;
export type ChannelId = (typeof channelIds)[number];

export const fault = v.picklist(["throttled", "unavailable", "rejected", "lost-answer"]);
export type Fault = v.InferOutput<typeof fault>;

/** What `PUT /carrier/{channel}/{address}` takes. */
export const behaviourChange = v.strictObject({
  registered: v.optional(v.boolean()),
  delivers: v.optional(v.boolean()),
  reads: v.optional(v.boolean()),
  delayMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  fault: v.optional(v.nullable(fault)),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Whether Meta's 24-hour window is open: outside it only templates are taken. */
  window: v.optional(v.picklist(["open", "closed"])),
});
export type BehaviourChange = v.InferOutput<typeof behaviourChange>;

export interface Arrived {
  providerMessageId: string;
  body: string;
  at: string;
}

export interface Phone {
  registered: boolean;
  delivers: boolean;
  reads: boolean;
  delayMs: number;
  fault: Fault | null;
  /** How many sends the fault still lasts; absent: for good. */
  times?: number;
  window: "open" | "closed";
  messages: Arrived[];
}

const newPhone = (): Phone => ({
  registered: true,
  delivers: true,
  reads: false,
  delayMs: 0,
  fault: null,
  window: "open",
  messages: [],
});

export class Phones {
  readonly #clock: Clock;
  readonly #phones = new Map<string, Phone>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  at(channel: ChannelId, address: string): Phone {
    const key = `${channel} ${canonical(channel, address)}`;
    let phone = this.#phones.get(key);
    if (phone === undefined) {
      phone = newPhone();
      this.#phones.set(key, phone);
    }
    return phone;
  }

  change(channel: ChannelId, address: string, change: BehaviourChange): Phone {
    const phone = this.at(channel, address);
    if (change.fault !== undefined || change.times !== undefined) delete phone.times;
    return Object.assign(phone, change);
  }

  /** The fault of this send, if it has one; counts down `times`. */
  faultOf(phone: Phone): Fault | null {
    const current = phone.fault;
    if (current !== null && phone.times !== undefined) {
      phone.times -= 1;
      if (phone.times === 0) {
        phone.fault = null;
        delete phone.times;
      }
    }
    return current;
  }

  /** The provider took the message: it arrives now, later or never. */
  receive(phone: Phone, providerMessageId: string, body: string): void {
    if (!phone.delivers) return;
    const arrive = () =>
      phone.messages.push({ providerMessageId, body, at: new Date(this.#clock.now()).toISOString() });
    if (phone.delayMs === 0) arrive();
    else this.#clock.schedule(phone.delayMs, arrive);
  }

  forget(): void {
    this.#phones.clear();
  }
}

/** A phone number names the same phone with and without its plus. */
const canonical = (channel: ChannelId, address: string) =>
  channel === "sms" || channel === "whatsApp" ? address.replace(/^\+/, "") : address;
