/**
 * Who sends, where something is wrong with all that they send: a WhatsApp phone number id, a Messenger page, a platform application
 * of SNS, a sender id or number of an SMS, or the account. What is set here goes before what is set at a phone.
 */

import type { LaterAnswer, SyncAnswer } from "./answers/answer.ts";
import { answerOf } from "./answers/index.ts";
import { afterOneSend, isTroubled, mergeTrouble, type Trouble } from "./behaviour.ts";
import type { Send } from "./sends.ts";

type Change = Parameters<typeof mergeTrouble>[1];
const well: Trouble = { answer: null, laterAnswer: null };

export class Identities {
  readonly #troubled = new Map<string, Trouble>();

  change(id: string, change: Change): Trouble {
    const state = mergeTrouble(this.stateOf(id), change);
    if (isTroubled(state)) this.#troubled.set(id, state);
    else this.#troubled.delete(id);
    return state;
  }

  stateOf(id: string): Trouble {
    return this.#troubled.get(id) ?? well;
  }

  /** Those with whom something is wrong. */
  all(): Record<string, Trouble> {
    return Object.fromEntries(this.#troubled);
  }

  /** What is wrong for a call, of the first of its identities with whom something is; counts it against `times`. */
  troubleOf(
    { channel, identities }: Pick<Send, "channel" | "identities">,
    call: SyncAnswer["call"],
  ): { answer?: SyncAnswer; later?: LaterAnswer } {
    for (const id of identities) {
      const state = this.stateOf(id);
      const answer = answerOf("sync", state.answer, channel);
      const later = call === undefined ? answerOf("later", state.laterAnswer, channel) : undefined;
      const mine = answer?.call === call ? answer : undefined;
      if (mine === undefined && later === undefined) continue;
      this.change(id, afterOneSend(state));
      return { ...(mine && { answer: mine }), ...(later && { later }) };
    }
    return {};
  }

  forget(): void {
    this.#troubled.clear();
  }
}
