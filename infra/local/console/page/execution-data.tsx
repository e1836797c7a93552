/** What is said of an execution as a whole: its title and facts above the graph; its events and data below. */
import type { Execution } from "../contract.ts";
import { EventTable } from "./event-table.tsx";
import { statusNames, toneOfStatus } from "./executions.tsx";
import { dateAndTime, duration } from "./format.ts";
import { Badge, Json, Tabs } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { execution, now, perform, selected, stateMachine, steps, trace } from "./state.ts";
import { Fact } from "./step-details.tsx";

export function ExecutionTitle() {
  const details = execution.value;
  if (details === undefined)
    return (
      <header>
        <h2 id="execution-title">{stateMachine.value?.name ?? "State machine"}</h2>
        <p class="empty">
          {selected.value === undefined
            ? "Send a message: its execution shows up here, state by state."
            : "There is no execution of this name."}
        </p>
      </header>
    );
  const { name, status, startDate, stopDate } = details;
  const isRunning = status === "RUNNING";
  return (
    <header class="execution-header">
      <div class="execution-title">
        <h2 id="execution-title">
          <span class="unseen">Execution </span>
          {name}
        </h2>
        <Badge tone={toneOfStatus(status)}>{statusNames[status]}</Badge>
        <a class="export" download={`${name}.json`} href={`data:application/json,${exported(details)}`}>
          Export
        </a>
        {isRunning && (
          <span class="actions">
            <button
              type="button"
              onClick={() => perform("The message is cancelled", () => server.cancel(name))}
            >
              Cancel message
            </button>
            <button
              type="button"
              onClick={() => perform("The execution is stopped", () => server.stopExecution(name))}
            >
              Stop execution
            </button>
          </span>
        )}
      </div>
      <dl class="facts inline">
        <Fact name="Started" value={dateAndTime(startDate * 1000)} />
        <Fact name="End time" value={stopDate === undefined ? "–" : dateAndTime(stopDate * 1000)} />
        <Fact name="Duration" value={duration(((stopDate ?? now.value / 1000) - startDate) * 1000)} />
        <Fact name="State transitions" value={String(transitions())} />
      </dl>
    </header>
  );
}

/** As the console's Export: the execution and its events, as JSON. */
const exported = (details: Execution): string => encodeURIComponent(JSON.stringify(details, null, 2));

/** What Step Functions bills: states entered, and each retry of one. */
const transitions = () => steps.value.reduce((sum, { retries }) => sum + 1 + retries, 0);

export function ExecutionData() {
  const details = execution.value;
  if (details === undefined) return null;
  const { input, output, error, cause, events, startDate, executionArn } = details;
  return (
    <Tabs
      label="More of the execution"
      tabs={[
        {
          title: `Events (${events.length})`,
          content: () => <EventTable events={events} startDate={startDate} />,
        },
        {
          title: "Execution input and output",
          content: () => (
            <div class="pair">
              <div>
                <h4>Execution input</h4>
                <Json label="Execution input" text={input} />
              </div>
              <div>
                <h4>{error === undefined ? "Execution output" : `Error: ${error}`}</h4>
                <Json
                  label={error === undefined ? "Execution output" : "Cause"}
                  text={error === undefined ? output : (cause ?? error)}
                />
              </div>
            </div>
          ),
        },
        {
          title: "Trace",
          content: () => (
            <Json
              label="Trace: GET /messages/{messageId}"
              text={trace.value && JSON.stringify(trace.value)}
            />
          ),
        },
        {
          title: "Details",
          content: () => (
            <dl class="facts">
              <Fact name="Execution ARN" value={executionArn} />
              <Fact name="Execution type" value="Standard" />
              <Fact name="State machine" value={stateMachine.value?.name ?? ""} />
            </dl>
          ),
        },
        {
          title: "Definition",
          content: () => (
            <Json label="Definition of the state machine" text={stateMachine.value?.definition} />
          ),
        },
      ]}
    />
  );
}
