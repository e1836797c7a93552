/** Table view: a row for each step, with the columns of the Step Functions console. */
import { Fragment } from "preact";
import type { Execution } from "../contract.ts";
import { duration } from "./format.ts";
import { toneOf } from "./graph.tsx";
import type { Step } from "./history.ts";
import { Badge, Scrolling } from "./parts.tsx";

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
                <td>{step.resource === undefined ? "–" : breakable(step.resource)}</td>
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

/** A long name may be broken after its parts, so that the columns beside it stay in sight. */
const breakable = (name: string) =>
  name.split(/(?<=[:.])/).map((part) => (
    <Fragment key={part}>
      {part}
      <wbr />
    </Fragment>
  ));

function Timeline({ start, share, tone }: { start: number; share: number; tone: string }) {
  const left = Math.min(start * 100, 98);
  return (
    <svg class={`timeline ${tone}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" rx="2" />
      <rect x={left} width={Math.max(Math.min(share * 100, 100 - left), 2)} height="8" rx="2" />
    </svg>
  );
}
