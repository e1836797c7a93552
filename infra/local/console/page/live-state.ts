/** Keeps what the page knows up to date: reads anew what the live news, the search and the address ask for. */
import { effect } from "@preact/signals";
import { listen, Refused, server } from "./server-calls.ts";
import {
  answers,
  connected,
  customerPhones,
  execution,
  executions,
  limit,
  more,
  offsetMs,
  perform,
  phones,
  pickedState,
  search,
  select,
  selected,
  showError,
  statusFilter,
  system,
  tick,
  trace,
} from "./state.ts";

const keep = <Value>(target: { value: Value }, value: Value) => {
  if (JSON.stringify(target.value) !== JSON.stringify(value)) target.value = value;
};

const refreshExecutions = oneAtATime(async () => {
  const { executions: found, more: isMore } = await server.executions(
    statusFilter.value,
    search.value,
    limit.value,
  );
  keep(executions, found);
  more.value = isMore;
});

const refreshPhones = oneAtATime(async () => {
  keep(phones, await server.phones(customerPhones.value));
});

const refreshSelected = oneAtATime(async () => {
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
      await work().catch(showError);
    } while (again);
    running = undefined;
  };
  return () => {
    if (running === undefined) running = run();
    else again = true;
    return running;
  };
}

function nameInAddress(): string | undefined {
  try {
    return decodeURIComponent(/^#\/executions\/([^/]+)$/.exec(location.hash)?.[1] ?? "") || undefined;
  } catch {
    // Someone typed what is no encoding of anything.
    return undefined;
  }
}

function readAddress(): void {
  const next = nameInAddress();
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
    (change) => {
      if (change.what === "clock") offsetMs.value = change.offsetMs;
      else if (change.what === "phones") void refreshPhones();
      else {
        void refreshExecutions();
        if (selected.value !== undefined && change.names.includes(selected.value)) void refreshSelected();
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
    [system.value, answers.value] = await Promise.all([server.system(), server.answers()]);
    await refreshExecutions();
  });
  // The newest execution says more than an empty page.
  const newest = executions.value?.[0];
  if (selected.value === undefined && newest) select(newest.name);
}
