/** What the page knows, as signals, and how it is kept up to date by the live news. */
import { computed, effect, signal } from "@preact/signals";
import type { Execution, ExecutionSummary, Phones, System, Trace } from "../contract.ts";
import { type Definition, readDefinition } from "./graph-layout.ts";
import { stepsOf } from "./history.ts";
import { listen, Refused, server } from "./server-calls.ts";

export const system = signal<System | undefined>(undefined);
export const definition = computed<Definition | undefined>(() =>
  system.value ? readDefinition(system.value.stateMachine.definition) : undefined,
);
export const channels = computed(() => system.value?.channels ?? []);
export const nameOf = (channel: string): string =>
  channels.value.find(({ id }) => id === channel)?.name ?? channel;

export const connected = signal(true);
/** What happened last, said aloud by screen readers and shown for a while. */
export const notice = signal<{ text: string; isFault: boolean } | undefined>(undefined);

/** The system's clock: milliseconds ahead of the machine's, and what time it is there. */
export const offsetMs = signal(0);
const tick = signal(Date.now());
export const now = computed(() => tick.value + offsetMs.value);

export const statusFilter = signal("");
export const search = signal("");
export const limit = signal(100);
export const executions = signal<ExecutionSummary[] | undefined>(undefined);
export const more = signal(false);

/** The name of the execution that is shown: its messageId, kept in the page's address. */
export const selected = signal<string | undefined>(undefined);
export const execution = signal<Execution | undefined>(undefined);
export const trace = signal<Trace | undefined>(undefined);
export const steps = computed(() => (execution.value ? stepsOf(execution.value) : []));
/** The state that was picked in the graph or the table. */
export const pickedState = signal<string | undefined>(undefined);

/** Where the customer of the next message is reached: `channel:address` each. */
export const customerPhones = signal<string[]>([]);
export const phones = signal<Phones | undefined>(undefined);

const keep = <Value>(target: { value: Value }, value: Value) => {
  if (JSON.stringify(target.value) !== JSON.stringify(value)) target.value = value;
};

export const refreshExecutions = oneAtATime(async () => {
  const { executions: found, more: isMore } = await server.executions(
    statusFilter.value,
    search.value,
    limit.value,
  );
  keep(executions, found);
  more.value = isMore;
});

export const refreshPhones = oneAtATime(async () => {
  keep(phones, await server.phones(customerPhones.value));
});

export const refreshSelected = oneAtATime(async () => {
  const name = selected.value;
  if (name === undefined) return;
  const [details, message] = await Promise.all([
    server.execution(name).catch(absent),
    server.trace(name).catch(absent),
  ]);
  if (name !== selected.value) return;
  keep(execution, details);
  keep(trace, message);
});

const absent = (error: unknown): undefined => {
  if (!(error instanceof Refused && error.status === 404)) throw error;
};

/** A message's record may change a moment after the news of its execution, or without any: a late receipt. */
const afterlookMs = [300, 1200, 3000];
let afterlooks: ReturnType<typeof setTimeout>[] = [];
function lookAgain(): void {
  for (const timer of afterlooks) clearTimeout(timer);
  afterlooks = afterlookMs.map((delay) => setTimeout(refreshSelected, delay));
}

/** Runs once at a time, and once more where it was asked for meanwhile. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await work().catch(tellFault);
    } while (again);
    running = undefined;
  };
  return () => {
    if (running === undefined) running = run();
    else again = true;
    return running;
  };
}

export const tell = (text: string): void => {
  notice.value = { text, isFault: false };
};
export function tellFault(error: unknown): void {
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
    tellFault(error);
    return false;
  }
}

export const select = (name: string): void => {
  location.hash = `/executions/${encodeURIComponent(name)}`;
};

function readAddress(): void {
  const name = /^#\/executions\/([^/]+)$/.exec(location.hash)?.[1];
  const next = name === undefined ? undefined : decodeURIComponent(name);
  if (next === selected.value) return;
  selected.value = next;
  execution.value = undefined;
  trace.value = undefined;
  pickedState.value = undefined;
  void refreshSelected();
}

export async function begin(): Promise<void> {
  setInterval(() => {
    tick.value = Date.now();
  }, 1000);
  window.addEventListener("hashchange", readAddress);
  readAddress();
  effect(() => {
    // Whatever is looked for, is looked up anew.
    void [statusFilter.value, search.value, limit.value];
    void refreshExecutions();
  });
  effect(() => {
    void customerPhones.value;
    void refreshPhones();
  });
  listen(
    (news) => {
      if (news.what === "clock") offsetMs.value = news.offsetMs;
      else if (news.what === "phones") void refreshPhones();
      else {
        void refreshExecutions();
        if (selected.value !== undefined && news.names.includes(selected.value)) void refreshSelected();
      }
      lookAgain();
    },
    (isConnected) => {
      const isBack = isConnected && !connected.value;
      connected.value = isConnected;
      if (isBack) void Promise.all([refreshExecutions(), refreshPhones(), refreshSelected()]);
    },
  );
  await perform(undefined, async () => {
    system.value = await server.system();
    await refreshExecutions();
  });
  // The newest execution says more than an empty page.
  const newest = executions.value?.[0];
  if (selected.value === undefined && newest) select(newest.name);
}
