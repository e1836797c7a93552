/**
 * An execution's history by state, in the terms of the Step Functions console (but an execution is stopped where that one says
 * aborted or canceled): a step for each visit, its status, and the transitions that were taken. Pure; read by the graph, the
 * table and the step's details.
 */
import type { Execution, HistoryEvent } from "../contract.ts";

export type StepStatus = "Succeeded" | "Failed" | "Caught error" | "In progress" | "Stopped" | "Timed out";

export interface Step {
  /** The id of the event that entered the state. */
  id: number;
  name: string;
  /** `Task`, `Choice`, … */
  type: string;
  status: StepStatus;
  /** `lambda:invoke.waitForTaskToken` and the like, for tasks. */
  resource?: string;
  /** Seconds since the epoch. */
  enteredAt: number;
  exitedAt?: number;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  /** When the task's window ends, while it waits. */
  deadline?: number;
  /** How often the task was started again. */
  retries: number;
  events: HistoryEvent[];
}

/** The details of an event; their field is named after its type. */
export function detailsOf(event: HistoryEvent): Record<string, unknown> {
  const entry = Object.entries(event).find(([key]) => key.endsWith("EventDetails"));
  return typeof entry?.[1] === "object" && entry[1] !== null ? (entry[1] as Record<string, unknown>) : {};
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export function stepsOf({ events, status }: Pick<Execution, "events" | "status">): Step[] {
  const steps: Step[] = [];
  let open: Step | undefined;
  for (const event of events) {
    const details = detailsOf(event);
    const entered = /^(\w+)StateEntered$/.exec(event.type);
    if (entered) {
      open = {
        id: event.id,
        name: text(details.name) ?? "",
        type: entered[1] ?? "",
        status: "In progress",
        enteredAt: event.timestamp,
        retries: 0,
        events: [],
        ...withText("input", details.input),
      };
      steps.push(open);
    }
    if (open === undefined) continue;
    if (!event.type.startsWith("Execution")) open.events.push(event);
    applyTo(open, event, details);
  }
  if (open?.status === "In progress") open.status = endOf(status, open);
  return steps;
}

function applyTo(step: Step, event: HistoryEvent, details: Record<string, unknown>): void {
  if (event.type === "TaskScheduled") {
    if (step.error !== undefined || step.resource !== undefined) step.retries += 1;
    delete step.error;
    delete step.cause;
    step.resource = [text(details.resourceType), text(details.resource)].filter(Boolean).join(":");
    if (typeof details.timeoutInSeconds === "number")
      step.deadline = event.timestamp + details.timeoutInSeconds;
  } else if (/^Task(Failed|TimedOut|StartFailed|SubmitFailed)$/.test(event.type))
    Object.assign(step, withText("error", details.error), withText("cause", details.cause));
  else if (event.type.endsWith("StateExited")) {
    Object.assign(step, withText("output", details.output));
    step.exitedAt = event.timestamp;
    step.status = step.error === undefined ? "Succeeded" : "Caught error";
  } else if (event.type === "ExecutionFailed") {
    step.exitedAt = event.timestamp;
    Object.assign(step, withText("error", details.error), withText("cause", details.cause));
  }
  if (step.exitedAt !== undefined) delete step.deadline;
}

const withText = <Key extends string>(key: Key, value: unknown) =>
  (typeof value === "string" && value !== "" ? { [key]: value } : {}) as { [K in Key]?: string };

/** The status of the state in which the execution ended. */
function endOf(status: Execution["status"], step: Step): StepStatus {
  if (status !== "RUNNING") delete step.deadline;
  switch (status) {
    case "RUNNING":
      return "In progress";
    case "ABORTED":
      return "Stopped";
    case "TIMED_OUT":
      return "Timed out";
    case "SUCCEEDED":
      return "Succeeded";
    case "FAILED":
      return "Failed";
  }
}

/** By state: the status of its last visit, and the number of visits. */
export function visitsOf(steps: readonly Step[]): Map<string, { status: StepStatus; count: number }> {
  const visits = new Map<string, { status: StepStatus; count: number }>();
  for (const { name, status } of steps)
    visits.set(name, { status, count: (visits.get(name)?.count ?? 0) + 1 });
  return visits;
}

/** The transitions that were taken, as `from → to`; `start` and `end` are the graph's names. */
export function waysOf(steps: readonly Step[], status: Execution["status"]): Set<string> {
  const ways = new Set<string>();
  let from = startNode;
  for (const { name } of steps) {
    ways.add(wayOf(from, name));
    from = name;
  }
  if (steps.length > 0 && (status === "SUCCEEDED" || status === "FAILED")) ways.add(wayOf(from, endNode));
  return ways;
}

export const startNode = "(start)";
export const endNode = "(end)";
export const wayOf = (from: string, to: string): string => `${from} → ${to}`;
