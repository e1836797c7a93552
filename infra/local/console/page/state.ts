/** What the page knows, as signals. Kept up to date by live-state.ts. */
import { computed, signal } from "@preact/signals";
import type {
  Answer,
  Execution,
  MessagePage,
  MessageRecord,
  MessageRow,
  Phones,
  System,
} from "../contract.ts";
import { type Definition, readDefinition } from "./graph-layout.ts";
import { stepsOf } from "./history.ts";
import { Refused } from "./server-calls.ts";

export const system = signal<System | undefined>(undefined);
export const channels = computed(() => system.value?.channels ?? []);
export const nameOf = (channel: string): string =>
  channels.value.find(({ id }) => id === channel)?.name ?? channel;

export const connected = signal(true);
/** What happened last, said aloud by screen readers and shown for a while. */
export const notice = signal<{ text: string; isFault: boolean } | undefined>(undefined);

/** The system's clock: milliseconds ahead of the machine's, and what time it is there. */
export const offsetMs = signal(0);
export const tick = signal(Date.now());
export const now = computed(() => tick.value + offsetMs.value);

export const search = signal("");
export const statusFilter = signal("");
export const channelFilter = signal("");
/** Those that were loaded; the list goes on behind `next`. */
export const rows = signal<readonly MessageRow[] | undefined>(undefined);
export const next = signal<string | undefined>(undefined);
export const totals = signal<MessagePage["totals"] | undefined>(undefined);

/** The message that is shown, kept in the page's address. */
export const selected = signal<string | undefined>(undefined);
export const record = signal<MessageRecord | undefined>(undefined);
/** There is no such message. */
export const isMissing = signal(false);

/** Of the message's executions; undefined: the newest. */
export const pickedExecution = signal<string | undefined>(undefined);
export const execution = signal<Execution | undefined>(undefined);
export const stateMachine = computed(() =>
  system.value?.stateMachines.find(({ arn }) => arn === execution.value?.stateMachineArn),
);
export const definition = computed<Definition | undefined>(
  () => stateMachine.value && readDefinition(stateMachine.value.definition),
);
export const steps = computed(() => (execution.value ? stepsOf(execution.value) : []));
/** The step that waits, if one does. */
export const waiting = computed(() => steps.value.findLast(({ deadline }) => deadline !== undefined));
/** The state that was picked in the graph or the table. */
export const pickedState = signal<string | undefined>(undefined);

/** Where the customer of the next message is reached: `channel:address` each. */
export const customerPhones = signal<string[]>([]);
export const phones = signal<Phones | undefined>(undefined);
/** What the providers can answer. */
export const answers = signal<readonly Answer[]>([]);

export const announce = (text: string): void => {
  notice.value = { text, isFault: false };
};
export function showError(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  notice.value = {
    text: error instanceof Refused && error.faults.length > 0 ? `${text}: ${error.faults.join("; ")}` : text,
    isFault: true,
  };
}

/** Does what a person asked for, and says how it went. */
export async function perform(done: string | undefined, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) announce(done);
    return true;
  } catch (error) {
    showError(error);
    return false;
  }
}

/** The address that shows a message. */
export const addressOf = (messageId: string): string => `#/messages/${encodeURIComponent(messageId)}`;
export const select = (messageId: string): void => {
  location.hash = addressOf(messageId);
};
