/**
 * The phones and accounts at the other end: how each behaves and what arrived there. The providers (sns-*.ts, whats-app.ts,
 * fb-messenger.ts) ask `judge` what becomes of a send and hand every send that they accept to `accept`; control.ts shows
 * and sets the rest. infra/local/README.md lists its calls.
 */

import type { Clock } from "../clock.ts";
import type { Pending } from "../pending.ts";
import { type Behaviour, type BehaviourChange, type Fault, merge, newBehaviour } from "./behaviour.ts";
import type { Receipts } from "./receipts.ts";
import type { AcceptedSend, Channel } from "./sends.ts";

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

/** Why a provider refuses; each has its own words for it. */
export type Refusal = Exclude<Fault, TakenFault> | "not-registered" | "window-closed";
export type Verdict = Refusal | "accepted" | TakenFault;
/** The faults of sends that the provider takes. */
const takenFaults = ["lost-answer", "fails-later"] as const;
type TakenFault = (typeof takenFaults)[number];

export const isRefusal = (verdict: Verdict): verdict is Refusal =>
  !["accepted", ...takenFaults].includes(verdict);

export type MessageListener = (channel: Channel, address: string) => void;

export class Phones {
  readonly #clock: Clock;
  readonly #pending: Pending;
  readonly #receipts: Receipts;
  readonly #phones = new Map<Channel, Map<string, PhoneState>>();
  /** What arrived and nobody read, by channel and address. */
  readonly #unread = new Map<string, AcceptedSend[]>();
  readonly #listeners = new Set<MessageListener>();

  /** What is under way is `pending`; dropping that is its owner's business. */
  constructor(clock: Clock, pending: Pending, receipts: Receipts) {
    this.#clock = clock;
    this.#pending = pending;
    this.#receipts = receipts;
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
    if (fault !== null && isRefusal(fault)) return fault;
    if (!state.registered) return "not-registered";
    if (freeText && state.window === "closed") return "window-closed";
    return fault ?? "accepted";
  }

  /**
   * The one way of every accepted send, `lost-answer` and `delivers: false` included. The provider waits for it before it
   * answers: what has to happen before the answer (an arrival, a receipt) happens in here.
   */
  async accept(send: Omit<AcceptedSend, "at">): Promise<void> {
    const accepted: AcceptedSend = { ...send, at: this.#clock.now() };
    const behaviour = this.stateOf(accepted.channel, accepted.address);
    const { delivers, delayMs, reads } = behaviour;
    if (delivers && !accepted.fails) {
      if (delayMs === 0) this.#arrive(accepted, reads);
      else this.#pending.after(delayMs, () => this.#arrive(accepted, reads));
    }
    await this.#receipts.ofSend(accepted, behaviour);
  }

  /** What arrived and was not read yet; now it was. */
  takeUnread(channel: Channel, address: string): AcceptedSend[] {
    const key = keyOf(channel, address);
    const unread = this.#unread.get(key) ?? [];
    this.#unread.delete(key);
    return unread;
  }

  onMessage(listener: MessageListener): void {
    this.#listeners.add(listener);
  }

  /** Forgets the phones and what arrived. */
  forget(): void {
    this.#phones.clear();
    this.#unread.clear();
  }

  #arrive(send: AcceptedSend, isRead: boolean): void {
    const { channel, address, providerMessageId, title, body } = send;
    const state = this.stateOf(channel, address);
    const at = new Date(this.#clock.now()).toISOString();
    const message = { providerMessageId, ...(title === undefined ? {} : { title }), body, at };
    if (!isRead) {
      const key = keyOf(channel, address);
      this.#unread.set(key, [...(this.#unread.get(key) ?? []), send]);
    }
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
}

/** A phone number names the same phone with and without its plus, and however people group its digits. */
export const canonical = (channel: Channel, address: string) =>
  channel === "sms" || channel === "whatsApp" ? `+${address.replace(/[\s()+-]/g, "")}` : address;

const keyOf = (channel: Channel, address: string) => `${channel} ${canonical(channel, address)}`;
