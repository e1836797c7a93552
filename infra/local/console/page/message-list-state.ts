/** Reads the list of messages: its head again at each change, older ones as a person scrolls. */
import { batch } from "@preact/signals";
import { oneAtATime } from "./one-at-a-time.ts";
import { server } from "./server-calls.ts";
import { channelFilter, next, rows, search, showError, statusFilter, totals } from "./state.ts";

const filter = () => ({ search: search.value, status: statusFilter.value, channel: channelFilter.value });
const textOf = (given: ReturnType<typeof filter>) => JSON.stringify(given);
/** The search by which the present rows were found. */
let listed = "";

export const refreshList = oneAtATime(async () => {
  const asked = filter();
  const { messages: head, next: after, totals: sums } = await server.list(asked, undefined);
  if (textOf(asked) !== textOf(filter())) return;
  batch(() => {
    const known = listed === textOf(asked) ? (rows.value ?? []) : [];
    const end = known.findIndex(({ messageId }) => messageId === head.at(-1)?.messageId) + 1;
    // Rows that were loaded below the head stay, if the new head reaches them.
    const older = after === undefined || end === 0 ? [] : known.slice(end);
    rows.value = [...head, ...older];
    if (older.length === 0) next.value = after;
    totals.value = sums;
    listed = textOf(asked);
  });
}, showError);

export const loadOlder = oneAtATime(async () => {
  const asked = filter();
  const after = next.value;
  if (after === undefined || listed !== textOf(asked)) return;
  const page = await server.list(asked, after);
  if (listed !== textOf(filter()) || next.value !== after) return;
  batch(() => {
    rows.value = [...(rows.value ?? []), ...page.messages];
    next.value = page.next;
  });
}, showError);
