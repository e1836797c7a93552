/** Events: a row for each event of the history, with the columns of the Step Functions console; its details open below. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { HistoryEvent } from "../contract.ts";
import { duration, exactTime } from "./format.ts";
import { detailsOf } from "./history.ts";
import { Json, Scrolling } from "./parts.tsx";

/** The step to which each event belongs. */
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

/** Input, output and cause are JSON in a string: shown parsed. */
const readable = (details: Record<string, unknown>): string =>
  JSON.stringify(details, (key, value: unknown) => {
    if (typeof value !== "string" || !["input", "output", "parameters", "cause"].includes(key)) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  });
