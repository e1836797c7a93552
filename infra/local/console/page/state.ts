/** The page's state, as signals. Kept up to date by live-state.ts. */
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
/** What happened last; announced by screen readers and shown for a while. */
export const notice = signal<{ text: string; isFault: boolean } | undefined>(undefined);

/** The system's clock: by how many milliseconds it is ahead of the machine's, and its time. */
export const offsetMs = signal(0);
export const tick = signal(Date.now());
export const now = computed(() => tick.value + offsetMs.value);

export const search = signal("");
export const statusFilter = signal("");
export const channelFilter = signal("");
/** The messages that were loaded; the list continues after `next`. */
export const rows = signal<readonly MessageRow[] | undefined>(undefined);
export const next = signal<string | undefined>(undefined);
export const totals = signal<MessagePage["totals"] | undefined>(undefined);

/** The message that is shown, kept in the page's address. */
export const selected = signal<string | undefined>(undefined);
export const record = signal<MessageRecord | undefined>(undefined);
/** Whether there is no such message. */
export const isMissing = signal(false);

/** Which of the message's executions is shown; undefined: the newest. */
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

/** The phones of the next message's customer, each as `channel:address`. */
export const customerPhones = signal<string[]>([]);
export const phones = signal<Phones | undefined>(undefined);
/** The answers that the providers can give. */
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

/** Runs an action that a person asked for, and announces how it went. */
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

/** The address of a message's view. */
export const addressOf = (messageId: string): string => `#/messages/${encodeURIComponent(messageId)}`;
export const select = (messageId: string): void => {
  location.hash = addressOf(messageId);
};
