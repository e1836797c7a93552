/**
 * Sends the receipts of accepted messages when their plan (receipt-plan.ts) says so; each provider words its own. Those of
 * one message go out one after the other, each when the one before was answered.
 */
import type { Pending } from "../pending.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Business, Outgoing } from "./business.ts";
import type { AcceptedSend } from "./phones.ts";
import { announce, type PlannedReceipt, planReceipts, type ReceiptStatus } from "./receipt-plan.ts";

export interface ReceiptEvent {
  status: ReceiptStatus;
  /** When it happened, milliseconds since the epoch. */
  at: number;
}
/** How a provider says it; undefined: it says nothing of it. */
export type Report = (event: ReceiptEvent, send: AcceptedSend) => Outgoing | undefined;

export class Receipts {
  readonly #pending: Pending;
  readonly #business: Business;

  constructor(pending: Pending, business: Business) {
    this.#pending = pending;
    this.#business = business;
  }

  /** Ends when the provider may answer: with `beforeAnswer`, after what is due at once was answered. */
  ofSend(send: AcceptedSend, behaviour: Behaviour): Promise<void> {
    const planned = planReceipts(send.channel, behaviour, send.fails);
    return this.#follow(send, planned, send.at, behaviour.receipts.beforeAnswer);
  }

  /** The customer reads it now. Ends when what is due at once was answered. */
  ofReading(send: AcceptedSend, { receipts }: Behaviour, at: number): Promise<void> {
    return this.#follow(send, announce([{ status: "read", atMs: 0 }], receipts), at, true);
  }

  async #follow(send: AcceptedSend, planned: PlannedReceipt[], from: number, atOnce: boolean): Promise<void> {
    const { signal } = this.#pending;
    let before = Promise.resolve();
    const tell = ({ status, atMs }: PlannedReceipt) => {
      const outgoing = send.report({ status, at: from + atMs }, send);
      if (outgoing === undefined) return;
      before = before.then(() => (signal.aborted ? undefined : this.#business.tell(outgoing)));
    };
    for (const receipt of planned)
      if (atOnce && receipt.afterMs === 0) tell(receipt);
      else this.#pending.after(receipt.afterMs, () => tell(receipt));
    await before;
  }
}
