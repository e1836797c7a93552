/** Keeps the page's state up to date: reads again what changed according to the server, the search and the address. */
import { batch, effect } from "@preact/signals";
import { refreshList } from "./message-list-state.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { listen, Refused, server } from "./server-calls.ts";
import {
  answers,
  channelFilter,
  connected,
  customerPhones,
  execution,
  isMissing,
  offsetMs,
  perform,
  phones,
  pickedExecution,
  pickedState,
  record,
  rows,
  search,
  select,
  selected,
  showError,
  statusFilter,
  system,
  tick,
} from "./state.ts";

const keep = <Value>(target: { value: Value }, value: Value) => {
  if (JSON.stringify(target.value) !== JSON.stringify(value)) target.value = value;
};

const refreshPhones = oneAtATime(async () => {
  keep(phones, await server.phones(customerPhones.value));
}, showError);

const refreshSelected = oneAtATime(async () => {
  const messageId = selected.value;
  if (messageId === undefined) return;
  const stored = await server.record(messageId).catch(absent);
  const name = pickedExecution.value ?? stored?.executions.at(-1);
  // An execution that is waiting to start does not exist yet.
  const details = name === undefined ? undefined : await server.execution(name).catch(absent);
  if (messageId !== selected.value) return;
  batch(() => {
    keep(record, stored);
    keep(execution, details);
    isMissing.value = stored === undefined;
  });
}, showError);

const absent = (error: unknown): undefined => {
  if (!(error instanceof Refused && error.status === 404)) throw error;
};

function messageInAddress(): string | undefined {
  try {
    return decodeURIComponent(/^#\/messages\/([^/]+)$/.exec(location.hash)?.[1] ?? "") || undefined;
  } catch {
    // The typed address is not valid percent-encoding.
    return undefined;
  }
}

function readAddress(): void {
  const shown = messageInAddress();
  if (shown === selected.value) return;
  batch(() => {
    selected.value = shown;
    isMissing.value = false;
    for (const about of [record, execution, pickedExecution, pickedState]) about.value = undefined;
  });
  void refreshSelected();
}

export async function begin(): Promise<void> {
  setInterval(() => {
    tick.value = Date.now();
  }, 1000);
  window.addEventListener("hashchange", readAddress);
  readAddress();
  effect(() => {
    // Reading the signals makes the effect run again when one of them changes.
    void [search.value, statusFilter.value, channelFilter.value];
    void refreshList();
  });
  effect(() => {
    void customerPhones.value;
    void refreshPhones();
  });
  effect(() => {
    if (pickedExecution.value !== undefined) void refreshSelected();
  });
  listen(
    (change) => {
      if (change.what === "clock") offsetMs.value = change.offsetMs;
      else if (change.what === "phones") void refreshPhones();
      else {
        void refreshList();
        if (selected.value !== undefined && change.ids.includes(selected.value)) void refreshSelected();
      }
    },
    (isConnected) => {
      const isBack = isConnected && !connected.value;
      connected.value = isConnected;
      if (isBack) void Promise.all([refreshList(), refreshPhones(), refreshSelected()]);
    },
  );
  await perform(undefined, async () => {
    [system.value, answers.value] = await Promise.all([server.system(), server.answers()]);
    await refreshList();
  });
  // The newest message is more useful than an empty page.
  const newest = rows.value?.[0];
  if (selected.value === undefined && newest) select(newest.messageId);
}
