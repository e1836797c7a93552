/** What the page knows, as signals. Kept up to date by live-state.ts. */
import { computed, signal } from "@preact/signals";
import type { Answer, Execution, ExecutionSummary, Phones, System, Trace } from "../contract.ts";
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

export const statusFilter = signal("");
export const search = signal("");
export const limit = signal(100);
export const executions = signal<ExecutionSummary[] | undefined>(undefined);
export const more = signal(false);

/** The name of the execution that is shown: its messageId, kept in the page's address. */
export const selected = signal<string | undefined>(undefined);
export const execution = signal<Execution | undefined>(undefined);
/** Of the execution that is shown; where there is none, the first: they differ in where they begin alone. */
export const stateMachine = computed(() => {
  const all = system.value?.stateMachines ?? [];
  return all.find(({ arn }) => arn === execution.value?.stateMachineArn) ?? all[0];
});
export const definition = computed<Definition | undefined>(
  () => stateMachine.value && readDefinition(stateMachine.value.definition),
);
export const trace = signal<Trace | undefined>(undefined);
export const steps = computed(() => (execution.value ? stepsOf(execution.value) : []));
/** The state that was picked in the graph or the table. */
export const pickedState = signal<string | undefined>(undefined);

/** Where the customer of the next message is reached: `channel:address` each. */
export const customerPhones = signal<string[]>([]);
export const phones = signal<Phones | undefined>(undefined);
/** What the providers can answer. */
export const answers = signal<readonly Answer[]>([]);

export const tell = (text: string): void => {
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
    if (done !== undefined) tell(done);
    return true;
  } catch (error) {
    showError(error);
    return false;
  }
}

export const select = (name: string): void => {
  location.hash = `/executions/${encodeURIComponent(name)}`;
};
