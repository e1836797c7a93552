/** Sends the business the receipts of messages that were sent or read, when they are due. */
import type { Pending } from "../pending.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Business } from "./business.ts";
import { orderReceipts, type PlannedReceipt, planReceipts } from "./receipt-plan.ts";
import type { AcceptedSend } from "./sends.ts";

export class Receipts {
  readonly #pending: Pending;
  readonly #business: Business;

  constructor(pending: Pending, business: Business) {
    this.#pending = pending;
    this.#business = business;
  }

  /**
   * Resolves when the provider may answer the send: with `beforeAnswer`, once the business has answered the receipts that are
   * due at once.
   */
  ofSend(send: AcceptedSend, behaviour: Behaviour): Promise<void> {
    const planned = planReceipts(send.channel, behaviour, send.later?.outcome === "failed");
    return this.#follow(send, planned, send.at, behaviour.receipts.beforeAnswer);
  }

  /** The customer reads the message now. Resolves once the business has answered the receipts that are due at once. */
  ofReading(send: AcceptedSend, { receipts }: Behaviour, at: number): Promise<void> {
    return this.#follow(send, orderReceipts([{ status: "read", atMs: 0 }], receipts), at, true);
  }

  async #follow(send: AcceptedSend, planned: PlannedReceipt[], from: number, atOnce: boolean): Promise<void> {
    const { signal } = this.#pending;
    let before = Promise.resolve();
    const report = ({ status, atMs }: PlannedReceipt) => {
      const outgoing = send.report({ status, at: from + atMs }, send);
      if (outgoing === undefined) return;
      before = before.then(() => (signal.aborted ? undefined : this.#business.notify(outgoing)));
    };
    for (const receipt of planned)
      if (atOnce && receipt.afterMs === 0) report(receipt);
      else this.#pending.after(receipt.afterMs, () => report(receipt), "receipt");
    await before;
  }
}
