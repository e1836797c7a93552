/** The list of executions, newest first and live, with the status filter and the search of the Step Functions console. */
import type { ExecutionStatus, ExecutionSummary } from "../contract.ts";
import { dateAndTime, duration } from "./format.ts";
import { Badge } from "./parts.tsx";
import { executions, limit, more, now, search, select, selected, statusFilter } from "./state.ts";

export const statusNames: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: "Running",
  SUCCEEDED: "Succeeded",
  FAILED: "Failed",
  TIMED_OUT: "Timed out",
  ABORTED: "Aborted",
};

export const toneOfStatus = (status: ExecutionStatus): string =>
  ({ RUNNING: "busy", SUCCEEDED: "good", FAILED: "bad", TIMED_OUT: "bad", ABORTED: "quiet" })[status];

export function Executions() {
  const found = executions.value;
  return (
    <section id="executions" class="panel executions" aria-labelledby="executions-title">
      <header>
        <h2 id="executions-title">
          Executions <span class="count">{found ? `(${found.length}${more.value ? "+" : ""})` : ""}</span>
        </h2>
        <div class="filters">
          <input
            type="search"
            aria-label="Search by messageId"
            placeholder="Search by messageId"
            value={search.value}
            onInput={(event) => {
              search.value = event.currentTarget.value.trim();
            }}
          />
          <select
            aria-label="Filter by status"
            value={statusFilter.value}
            onChange={(event) => {
              statusFilter.value = event.currentTarget.value;
            }}
          >
            <option value="">Any status</option>
            {Object.entries(statusNames).map(([status, name]) => (
              <option key={status} value={status}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </header>
      {found?.length === 0 ? (
        <p class="empty">
          {search.value || statusFilter.value
            ? "No execution fits. Change the search or the status."
            : "No message was sent yet. Send one below: each message is one execution."}
        </p>
      ) : (
        <ol class="list">
          {found?.map((summary) => (
            <Row key={summary.name} summary={summary} />
          ))}
        </ol>
      )}
      {more.value && (
        <button
          type="button"
          onClick={() => {
            limit.value = Math.min(limit.value + 100, 1000);
          }}
        >
          Show older ones
        </button>
      )}
    </section>
  );
}

function Row({ summary: { name, status, startDate, stopDate } }: { summary: ExecutionSummary }) {
  const took = ((stopDate ?? now.value / 1000) - startDate) * 1000;
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-current={selected.value === name ? "true" : undefined}
        onClick={() => select(name)}
      >
        <span class="row-name">{name}</span>
        <span class="row-facts">
          <Badge tone={toneOfStatus(status)}>{statusNames[status]}</Badge>
          <span>{dateAndTime(startDate * 1000)}</span>
          <span class="row-duration">{duration(took)}</span>
        </span>
      </button>
    </li>
  );
}
