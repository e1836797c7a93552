/** Table view (a row for each step) and Events (a row for each event), with the columns of the Step Functions console. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Execution, HistoryEvent } from "../contract.ts";
import { duration, exactTime } from "./format.ts";
import { toneOf } from "./graph.tsx";
import { detailsOf, type Step } from "./history.ts";
import { Badge, Json, Scrolling } from "./parts.tsx";

interface StepTableProps {
  execution: Execution;
  steps: readonly Step[];
  nowSeconds: number;
  pick: (name: string) => void;
}

export function StepTable({ execution, steps, nowSeconds, pick }: StepTableProps) {
  const { startDate } = execution;
  const whole = Math.max((execution.stopDate ?? nowSeconds) - startDate, 0.001);
  return (
    <Scrolling label="Table view" kind="scrolling">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Status</th>
            <th scope="col">Resource</th>
            <th scope="col">Duration</th>
            <th scope="col">Timeline</th>
            <th scope="col">Started after</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => {
            const took = (step.exitedAt ?? execution.stopDate ?? nowSeconds) - step.enteredAt;
            return (
              <tr key={step.id}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => pick(step.name)}>
                    {step.name}
                  </button>
                </th>
                <td>{step.type}</td>
                <td>
                  <Badge tone={toneOf(step.status)}>{step.status}</Badge>
                  {step.retries > 0 ? ` ${step.retries} ${step.retries === 1 ? "retry" : "retries"}` : ""}
                </td>
                <td>{step.resource ?? "–"}</td>
                <td class="number">{duration(took * 1000)}</td>
                <td>
                  <Timeline
                    start={(step.enteredAt - startDate) / whole}
                    share={took / whole}
                    tone={toneOf(step.status)}
                  />
                </td>
                <td class="number">{duration((step.enteredAt - startDate) * 1000)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}

function Timeline({ start, share, tone }: { start: number; share: number; tone: string }) {
  const left = Math.min(start * 100, 98);
  return (
    <svg class={`timeline ${tone}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" rx="2" />
      <rect x={left} width={Math.max(Math.min(share * 100, 100 - left), 2)} height="8" rx="2" />
    </svg>
  );
}

/** Which step each event belongs to. */
function stepNames(events: readonly HistoryEvent[]): Map<number, string> {
  const names = new Map<number, string>();
  let name = "";
  for (const event of events) {
    if (event.type.endsWith("StateEntered")) name = String(detailsOf(event).name ?? "");
    if (!event.type.startsWith("Execution")) names.set(event.id, name);
  }
  return names;
}

const toneOfEvent = (type: string) => {
  if (/Succeeded$/.test(type)) return "good";
  if (/^Execution(Failed|TimedOut)/.test(type)) return "bad";
  if (/(Failed|TimedOut)$/.test(type)) return "warning";
  return "";
};

export function EventTable({ events, startDate }: { events: readonly HistoryEvent[]; startDate: number }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const names = stepNames(events);
  const toggle = (id: number) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <Scrolling label="Events" kind="scrolling">
      <table class="events">
        <thead>
          <tr>
            <th scope="col">ID</th>
            <th scope="col">Type</th>
            <th scope="col">Step</th>
            <th scope="col">Resource</th>
            <th scope="col">Started after</th>
            <th scope="col">Timestamp</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => {
            const details = detailsOf(event);
            const isOpen = open.has(event.id);
            return (
              <Fragment key={event.id}>
                <tr class={toneOfEvent(event.type)}>
                  <td class="number">{event.id}</td>
                  <th scope="row">
                    <button
                      type="button"
                      class="link"
                      aria-expanded={isOpen}
                      onClick={() => toggle(event.id)}
                    >
                      {event.type}
                    </button>
                  </th>
                  <td>{names.get(event.id) ?? "–"}</td>
                  <td>
                    {typeof details.resource === "string"
                      ? `${details.resourceType}:${details.resource}`
                      : "–"}
                  </td>
                  <td class="number">{duration((event.timestamp - startDate) * 1000)}</td>
                  <td class="number">{exactTime(event.timestamp * 1000)}</td>
                </tr>
                {isOpen && (
                  <tr class="event-details">
                    <td colSpan={6}>
                      <Json label={`Details of event ${event.id}`} text={readable(details)} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** Input, output and cause are JSON in a string: shown as what they hold. */
const readable = (details: Record<string, unknown>): string =>
  JSON.stringify(details, (key, value: unknown) => {
    if (typeof value !== "string" || !["input", "output", "parameters", "cause"].includes(key)) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  });
