/**
 * Senders' identities with a fault for all that they send: a WhatsApp phone number id, a Messenger page, a platform
 * application of SNS, an SMS sender id or number, or the account. A setting here overrides that of a phone.
 */

import type { SyncAnswer } from "./answers/answer.ts";
import { type FaultSettings, isFaulty, mergeFaultSettings, withOneSendFewer } from "./behaviour.ts";
import type { By, Send } from "./sends.ts";
import { answersOf, type Verdict } from "./verdict.ts";

type Change = Parameters<typeof mergeFaultSettings>[1];
const well: FaultSettings = { answer: null, laterAnswer: null };

export class Identities {
  readonly #faulty = new Map<string, FaultSettings>();

  change(id: string, change: Change): FaultSettings {
    const state = mergeFaultSettings(this.stateOf(id), change);
    if (isFaulty(state)) this.#faulty.set(id, state);
    else this.#faulty.delete(id);
    return state;
  }

  stateOf(id: string): FaultSettings {
    return this.#faulty.get(id) ?? well;
  }

  /** The identities with a setting. */
  all(): Record<string, FaultSettings> {
    return Object.fromEntries(this.#faulty);
  }

  /** The setting for a call: that of the first of its identities that has one. Counts against `times`. */
  answersFor({ identities, ...by }: By & Pick<Send, "identities">, call: SyncAnswer["call"]): Verdict {
    for (const id of identities) {
      const state = this.stateOf(id);
      const { answer, later } = answersOf(state, by, call);
      if (answer === undefined && later === undefined) continue;
      this.change(id, withOneSendFewer(state));
      return { answer, later };
    }
    return {};
  }

  forget(): void {
    this.#faulty.clear();
  }
}
