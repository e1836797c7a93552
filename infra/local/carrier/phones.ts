/**
 * The phones and accounts at the other end: how each behaves and what arrived there. The providers (sns-*.ts, whats-app.ts,
 * fb-messenger.ts) ask `judge` what becomes of a send and hand every send that they accept to `accept`; control.ts shows
 * and sets the rest. The README lists its calls.
 */
import type { Clock, Timer } from "../clock.ts";
import { type Behaviour, type BehaviourChange, type Fault, merge, newBehaviour } from "./behaviour.ts";

export const channels = ["sms", "fbMessenger", "whatsApp", "appMessaging"] as const;
export type Channel = (typeof channels)[number];

export interface ArrivedMessage {
  providerMessageId: string;
  title?: string;
  body: string;
  /** When it arrived, ISO 8601. */
  at: string;
}

export interface PhoneState extends Behaviour {
  messages: ArrivedMessage[];
}

/** A send that its provider took: whether it arrives, and what is heard of it, is the phone's business. */
export interface AcceptedSend {
  channel: Channel;
  address: string;
  providerMessageId: string;
  title?: string | undefined;
  body: string;
  /** When the provider took it, ISO 8601. */
  at: string;
  /** What the provider gives back with its receipts: WhatsApp's biz_opaque_callback_data, Messenger's metadata. */
  callbackData?: string | undefined;
}

/** Why a provider refuses; each has its own words for it. */
export type Refusal = Exclude<Fault, "lost-answer"> | "not-registered" | "window-closed";
export type Verdict = Refusal | "accepted" | "lost-answer";
export type MessageListener = (channel: Channel, address: string) => void;

export class Phones {
  readonly #clock: Clock;
  readonly #phones = new Map<Channel, Map<string, PhoneState>>();
  readonly #underWay = new Set<Timer>();
  readonly #listeners = new Set<MessageListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looking does not make a phone known. */
  stateOf(channel: Channel, address: string): PhoneState {
    const known = this.#phones.get(channel)?.get(canonical(channel, address));
    return known ?? { ...newBehaviour(), messages: [] };
  }

  change(channel: Channel, address: string, change: BehaviourChange): PhoneState {
    const state = this.stateOf(channel, address);
    return this.#keep(channel, address, { ...merge(state, change), messages: state.messages });
  }

  /** Every phone that was set or got a message. */
  all(): Record<Channel, (PhoneState & { address: string })[]> {
    const of = (channel: Channel) =>
      [...(this.#phones.get(channel) ?? [])].map(([address, state]) => ({ address, ...state }));
    return {
      sms: of("sms"),
      fbMessenger: of("fbMessenger"),
      whatsApp: of("whatsApp"),
      appMessaging: of("appMessaging"),
    };
  }

  /** What becomes of a well-formed send; counts it against the fault's `times`. */
  judge(channel: Channel, address: string, { freeText }: { freeText: boolean }): Verdict {
    const state = this.stateOf(channel, address);
    const { fault, times } = state;
    if (fault !== null && times !== undefined)
      this.change(channel, address, times === 1 ? { fault: null } : { times: times - 1 });
    if (fault !== null && fault !== "lost-answer") return fault;
    if (!state.registered) return "not-registered";
    if (freeText && state.window === "closed") return "window-closed";
    return fault ?? "accepted";
  }

  /**
   * The one way of every accepted send, `lost-answer` and `delivers: false` included. The provider waits for it before it
   * answers: what has to happen before the answer (the arrival, one day a receipt) goes in here.
   */
  async accept(send: Omit<AcceptedSend, "at">): Promise<void> {
    const accepted: AcceptedSend = { ...send, at: this.#now() };
    const { delivers, delayMs } = this.stateOf(accepted.channel, accepted.address);
    if (!delivers) return;
    if (delayMs === 0) return this.#arrive(accepted);
    const timer = this.#clock.schedule(delayMs, () => {
      this.#underWay.delete(timer);
      this.#arrive(accepted);
    });
    this.#underWay.add(timer);
  }

  onMessage(listener: MessageListener): void {
    this.#listeners.add(listener);
  }

  /** Forgets the phones, what arrived, and what is under way to them. */
  forget(): void {
    for (const timer of this.#underWay) timer.clear();
    this.#underWay.clear();
    this.#phones.clear();
  }

  #arrive({ channel, address, providerMessageId, title, body }: AcceptedSend): void {
    const state = this.stateOf(channel, address);
    const message = { providerMessageId, ...(title === undefined ? {} : { title }), body, at: this.#now() };
    this.#keep(channel, address, { ...state, messages: [...state.messages, message] });
    for (const listener of this.#listeners) listener(channel, canonical(channel, address));
  }

  #keep(channel: Channel, address: string, state: PhoneState): PhoneState {
    let phones = this.#phones.get(channel);
    if (phones === undefined) {
      phones = new Map();
      this.#phones.set(channel, phones);
    }
    phones.set(canonical(channel, address), state);
    return state;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** A phone number names the same phone with and without its plus, and however people group its digits. */
const canonical = (channel: Channel, address: string) =>
  channel === "sms" || channel === "whatsApp" ? `+${address.replace(/[\s()+-]/g, "")}` : address;
