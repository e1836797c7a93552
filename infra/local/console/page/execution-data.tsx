/** An execution as a whole: its title and facts above the graph; its events and data below. */
import type { Execution, ExecutionStatus } from "../contract.ts";
import { EventTable } from "./event-table.tsx";
import { dateAndTime, duration } from "./format.ts";
import { Badge, Explained, Fact, Json, Tabs } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { now, perform, pickedExecution, record, stateMachine, steps } from "./state.ts";

/** As the Step Functions console names and colours them, but for the one that the page's own button stops. */
const statuses: Readonly<Record<ExecutionStatus, [name: string, tone: string]>> = {
  RUNNING: ["Running", "busy"],
  SUCCEEDED: ["Succeeded", "good"],
  FAILED: ["Failed", "bad"],
  TIMED_OUT: ["Timed out", "bad"],
  ABORTED: ["Stopped", "quiet"],
};

export function ExecutionTitle({ details }: { details: Execution }) {
  const { name, status, startDate, stopDate } = details;
  const [statusName, tone] = statuses[status];
  return (
    <header class="execution-header">
      <div class="message-title">
        <h3 id="execution-title">
          <span class="unseen">Execution </span>
          {name}
        </h3>
        <Badge tone={tone}>{statusName}</Badge>
        <a class="export" download={`${name}.json`} href={`data:application/json,${exported(details)}`}>
          Export
        </a>
        <span class="actions">
          <Others shown={name} />
          {status === "RUNNING" && (
            <Explained words="AWS's StopExecution: no channel is tried any more, but the message stays open">
              {(explained) => (
                <button
                  type="button"
                  {...explained}
                  onClick={() => perform("The execution is stopped", () => server.stopExecution(name))}
                >
                  Stop execution
                </button>
              )}
            </Explained>
          )}
        </span>
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

/** The rest of a resumed route has an execution of its own. */
const Others = ({ shown }: { shown: string }) => (
  <>
    {record.value?.executions
      .filter((name) => name !== shown)
      .map((name, index) => (
        <button
          key={name}
          type="button"
          onClick={() => {
            pickedExecution.value = name;
          }}
        >
          {index === 0 && name === record.value?.trace.messageId
            ? "The first execution"
            : "What was left of the route"}
        </button>
      ))}
  </>
);

/** Like the AWS console's Export: the execution and its events, as JSON. */
const exported = (details: Execution): string => encodeURIComponent(JSON.stringify(details, null, 2));

/** What Step Functions bills: each state that was entered, and each retry. */
const transitions = () => steps.value.reduce((sum, { retries }) => sum + 1 + retries, 0);

export function ExecutionData({ details }: { details: Execution }) {
  const { input, output, error, cause, events, startDate, executionArn, status } = details;
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
          title: "Details",
          content: () => (
            <dl class="facts">
              <Fact name="Execution ARN" value={executionArn} />
              <Fact name="Execution type" value="Standard" />
              <Fact name="Status, in AWS's words" value={status} />
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
