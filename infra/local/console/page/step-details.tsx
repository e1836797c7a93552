/** What the Step Functions console shows about a selected state: its input and output, details, definition, events. */

import { EventTable } from "./event-table.tsx";
import { duration, exactTime } from "./format.ts";
import { toneOf } from "./graph.tsx";
import type { Definition } from "./graph-layout.ts";
import type { Step } from "./history.ts";
import { Badge, Fact, Json, Tabs } from "./parts.tsx";

interface StepDetailsProps {
  name: string;
  steps: readonly Step[];
  definition: Definition;
  startDate: number | undefined;
  close: () => void;
}

export function StepDetails({ name, steps, definition, startDate, close }: StepDetailsProps) {
  const visits = steps.filter((step) => step.name === name);
  const last = visits.at(-1);
  return (
    <section class="step-details" aria-labelledby="step-title">
      <header>
        <h3 id="step-title">
          {name} {last && <Badge tone={toneOf(last.status)}>{last.status}</Badge>}
        </h3>
        <button type="button" class="quiet-button" onClick={close}>
          Close<span class="unseen"> details of {name}</span>
        </button>
      </header>
      <Tabs
        key={name}
        label={`Details of ${name}`}
        tabs={[
          { title: "Input", content: () => <Visits visits={visits} field="input" /> },
          { title: "Output", content: () => <Visits visits={visits} field="output" /> },
          { title: "Details", content: () => <Facts visits={visits} /> },
          {
            title: "Definition",
            content: () => (
              <Json label={`Definition of ${name}`} text={JSON.stringify(definition.States[name])} />
            ),
          },
          {
            title: "Events",
            content: () =>
              startDate === undefined || visits.length === 0 ? (
                <NotEntered />
              ) : (
                <EventTable events={visits.flatMap(({ events }) => events)} startDate={startDate} />
              ),
          },
        ]}
      />
    </section>
  );
}

const NotEntered = () => <p class="empty">This execution did not enter the state.</p>;

function Visits({ visits, field }: { visits: readonly Step[]; field: "input" | "output" }) {
  if (visits.length === 0) return <NotEntered />;
  return (
    <>
      {visits.map((step, index) => (
        <div key={step.id}>
          {visits.length > 1 && <h4>Entered at {exactTime(step.enteredAt * 1000)}</h4>}
          <Json label={`${field} ${index + 1}`} text={step[field]} />
        </div>
      ))}
    </>
  );
}

function Facts({ visits }: { visits: readonly Step[] }) {
  if (visits.length === 0) return <NotEntered />;
  return (
    <>
      {visits.map((step) => (
        <dl key={step.id} class="facts">
          <Fact name="Status" value={step.status} />
          <Fact name="Started" value={exactTime(step.enteredAt * 1000)} />
          <Fact name="End time" value={step.exitedAt === undefined ? "–" : exactTime(step.exitedAt * 1000)} />
          <Fact
            name="Duration"
            value={step.exitedAt === undefined ? "–" : duration((step.exitedAt - step.enteredAt) * 1000)}
          />
          {step.resource && <Fact name="Resource" value={step.resource} />}
          {step.retries > 0 && <Fact name="Retries" value={String(step.retries)} />}
          {step.error && <Fact name="Error" value={step.error} />}
          {step.cause && <Fact name="Cause" value={step.cause} />}
        </dl>
      ))}
    </>
  );
}
