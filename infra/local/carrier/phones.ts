/**
 * The phones and accounts of customers: how each behaves and what arrived there. The providers (sns-*.ts, whats-app.ts,
 * fb-messenger.ts) pass every well-formed send to `send`; control.ts shows and changes the settings. infra/local/README.md
 * lists the calls.
 */

import type { Clock } from "../clock.ts";
import type { Pending } from "../pending.ts";
import type { SyncAnswer } from "./answers/answer.ts";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { answerOf } from "./answers/index.ts";
import {
  type Behaviour,
  type BehaviourChange,
  merge,
  usualBehaviour,
  withOneSendFewer,
} from "./behaviour.ts";
import type { Identities } from "./identities.ts";
import type { Receipts } from "./receipts.ts";
import type { AcceptedSend, By, Channel, Rich, Send } from "./sends.ts";
import { answersOf, refusalFor, type Verdict } from "./verdict.ts";

export interface ArrivedMessage {
  providerMessageId: string;
  title?: string;
  body: string;
  /** Of an e-mail. */
  html?: string;
  /** By RCS, MMS, push and Meta's channels. */
  rich?: Rich;
  /** When it arrived, ISO 8601. */
  at: string;
}

/** What the customer wrote to the business. */
export type WrittenMessage = Pick<ArrivedMessage, "providerMessageId" | "body" | "at">;

export interface PhoneState extends Behaviour {
  messages: ArrivedMessage[];
  written: WrittenMessage[];
}

/** So long after the customer's last message Meta takes free text. */
const windowMs = 24 * 3_600_000;

/** The event of a message that the provider gave up at its time. */
const expired: Readonly<Partial<Record<Channel, string>>> = {
  rcs: "rcs-event-TTL-EXPIRATION-REVOKED",
  mms: "mms-event-TTL-EXPIRED",
  sms: "sms-eum-event-TTL-EXPIRED",
};

type Target = By & Pick<Send, "address" | "identities">;

export type MessageListener = (channel: Channel, address: string) => void;

export class Phones {
  readonly #clock: Clock;
  readonly #pending: Pending;
  readonly #receipts: Receipts;
  readonly #identities: Identities;
  readonly #phones = new Map<Channel, Map<string, PhoneState>>();
  /** Unread messages, by channel and address. */
  readonly #unread = new Map<string, AcceptedSend[]>();
  /** The last message that the provider accepted, by channel and address. */
  readonly #last = new Map<string, AcceptedSend>();
  /** When the window closes that the customer's last message opened, by channel and address. */
  readonly #openUntil = new Map<string, number>();
  readonly #listeners = new Set<MessageListener>();

  /** The caller owns `pending`, and drops what is pending. */
  constructor(clock: Clock, pending: Pending, receipts: Receipts, identities: Identities) {
    this.#clock = clock;
    this.#pending = pending;
    this.#receipts = receipts;
    this.#identities = identities;
  }

  /** Does not add the phone to `all`. */
  stateOf(channel: Channel, address: string): PhoneState {
    const name = canonical(channel, address);
    const known = this.#phones.get(channel)?.get(name);
    return known
      ? this.#asOfNow(channel, address, known)
      : { ...usualBehaviour(name), messages: [], written: [] };
  }

  change(channel: Channel, address: string, change: BehaviourChange): PhoneState {
    const state = this.stateOf(channel, address);
    // What is set by hand stays, whatever the clock says.
    if (change.window !== undefined && change.window !== state.window)
      this.#openUntil.delete(keyOf(channel, address));
    return this.#keep(channel, address, {
      ...merge(state, change),
      messages: state.messages,
      written: state.written,
    });
  }

  /** The customer wrote: that opens Meta's window, for as long as it lasts. */
  wrote(channel: Channel, address: string, providerMessageId: string, body: string): void {
    const now = this.#clock.now();
    const state = this.change(channel, address, { window: "open" });
    const message = { providerMessageId, body, at: new Date(now).toISOString() };
    this.#keep(channel, address, { ...state, written: [...state.written, message] });
    if (hasWindow(channel)) this.#openUntil.set(keyOf(channel, address), now + windowMs);
  }

  /** Every phone that was configured or got a message. */
  all(): Record<Channel, (PhoneState & { address: string })[]> {
    const of = (channel: Channel) =>
      [...(this.#phones.get(channel) ?? [])].map(([address, state]) => ({
        address,
        ...this.#asOfNow(channel, address, state),
      }));
    return {
      sms: of("sms"),
      fbMessenger: of("fbMessenger"),
      whatsApp: of("whatsApp"),
      appMessaging: of("appMessaging"),
      nativePush: of("nativePush"),
      email: of("email"),
      rcs: of("rcs"),
      mms: of("mms"),
    };
  }

  /**
   * Returns the provider's answer to a well-formed send; `ok` is its success. Resolves when the provider may answer: what has
   * to happen before (an arrival, a receipt) has then happened.
   */
  async send(send: Send, ok: ProviderAnswer): Promise<ProviderAnswer | "drop-connection"> {
    const { answer, later, isAnswerLost } = this.#judge(send);
    if (answer === undefined || answer.takesMessage)
      await this.#accept({ ...send, later, at: this.#clock.now() });
    if (isAnswerLost) return "drop-connection";
    return answer === undefined ? ok : toHttp(answer, send.values);
  }

  /** The answer to a call that sends nothing, if one is set for the phone or the sender. */
  answerTo(call: NonNullable<SyncAnswer["call"]>, of: Target) {
    return this.#answersFor(of, call).answer;
  }

  /** Returns the unread messages, and marks them as read. */
  takeUnread(channel: Channel, address: string): AcceptedSend[] {
    const key = keyOf(channel, address);
    const unread = this.#unread.get(key) ?? [];
    this.#unread.delete(key);
    return unread;
  }

  /** The message last sent there, whether or not it arrived. */
  lastSend(channel: Channel, address: string): AcceptedSend | undefined {
    return this.#last.get(keyOf(channel, address));
  }

  onMessage(listener: MessageListener): void {
    this.#listeners.add(listener);
  }

  /** Forgets the phones and what arrived. */
  forget(): void {
    this.#phones.clear();
    this.#unread.clear();
    this.#last.clear();
    this.#openUntil.clear();
  }

  #asOfNow(channel: Channel, address: string, state: PhoneState): PhoneState {
    const openUntil = this.#openUntil.get(keyOf(channel, address)) ?? Number.POSITIVE_INFINITY;
    return this.#clock.now() > openUntil ? { ...state, window: "closed" } : state;
  }

  #judge(send: Send): Verdict {
    const { channel, address, freeText } = send;
    const { fault, registered, window } = this.stateOf(channel, address);
    const { answer, later } = this.#answersFor(send, undefined);
    if (answer !== undefined && !answer.takesMessage) return { answer };
    if (!registered) return refusalFor(send, "not-registered");
    if (freeText && window === "closed") return refusalFor(send, "window-closed");
    return { answer, later, isAnswerLost: fault === "lost-answer" };
  }

  /** The setting for the sender, or else for the phone. Counts as one send, if there is one. */
  #answersFor(of: Target, call: SyncAnswer["call"]): Verdict {
    const { channel, address } = of;
    const own = this.#identities.answersFor(of, call);
    if (own.answer !== undefined) return own;
    const state = this.stateOf(channel, address);
    const { answer, later } = answersOf(state, of, call);
    const counts =
      answer !== undefined || later !== undefined || (call === undefined && state.fault !== null);
    if (counts && state.times !== undefined) this.change(channel, address, withOneSendFewer(state));
    return { answer, later: own.later ?? later };
  }

  async #accept(send: AcceptedSend): Promise<void> {
    const { channel, address, later } = send;
    const behaviour = this.stateOf(channel, address);
    const { delivers, delayMs, reads } = behaviour;
    this.#last.set(keyOf(channel, address), send);
    const { expiresAfterMs = Number.POSITIVE_INFINITY } = send;
    if (later?.outcome !== "failed" && (delivers ? delayMs : Number.POSITIVE_INFINITY) > expiresAfterMs)
      return this.#receipts.ofSend(
        { ...send, later: answerOf("later", expired[channel], send) },
        { ...behaviour, delayMs: expiresAfterMs },
      );
    if (delivers && later?.outcome !== "failed") {
      if (delayMs === 0) this.#arrive(send, reads);
      else this.#pending.after(delayMs, () => this.#arrive(send, reads), "arrival");
    }
    await this.#receipts.ofSend(send, behaviour);
  }

  #arrive(send: AcceptedSend, isRead: boolean): void {
    const { channel, address, providerMessageId, title, body, html, rich } = send;
    const state = this.stateOf(channel, address);
    const at = new Date(this.#clock.now()).toISOString();
    const message = {
      providerMessageId,
      ...(title === undefined ? {} : { title }),
      body,
      ...(html === undefined ? {} : { html }),
      ...(rich === undefined ? {} : { rich }),
      at,
    };
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

/** A phone number is the same with or without its plus, and however its digits are grouped; an e-mail address in any case. */
export function canonical(channel: Channel, address: string): string {
  if (["sms", "whatsApp", "rcs", "mms"].includes(channel)) return `+${address.replace(/[\s()+-]/g, "")}`;
  return channel === "email" ? address.toLowerCase() : address;
}

const hasWindow = (channel: Channel) => channel === "whatsApp" || channel === "fbMessenger";

const keyOf = (channel: Channel, address: string) => `${channel} ${canonical(channel, address)}`;
