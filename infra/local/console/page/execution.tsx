/** One execution: its status and why, the graph or the table of its steps, its events, input and output. */
import { ExecutionData, ExecutionTitle } from "./execution-data.tsx";
import { Graph } from "./graph.tsx";
import { Tabs } from "./parts.tsx";
import { definition, execution, now, pickedState, steps, trace } from "./state.ts";
import { StepDetails } from "./step-details.tsx";
import { StepTable } from "./step-table.tsx";
import { Headline, Why } from "./why.tsx";

const pick = (name: string) => {
  pickedState.value = pickedState.value === name ? undefined : name;
};

export function ExecutionView() {
  const shown = definition.value;
  const details = execution.value;
  const waiting = steps.value.findLast(({ deadline }) => deadline !== undefined);
  return (
    <section id="execution" class="panel execution" aria-labelledby="execution-title">
      <ExecutionTitle />
      {trace.value && <Headline trace={trace.value} waiting={waiting} />}
      {shown && (
        <div class="course">
          <Tabs
            label="Views of the execution"
            tabs={[
              {
                title: "Graph view",
                content: () => (
                  <Graph
                    definition={shown}
                    steps={steps.value}
                    status={details?.status}
                    picked={pickedState.value}
                    pick={pick}
                  />
                ),
              },
              {
                title: "Table view",
                content: () =>
                  details ? (
                    <StepTable
                      execution={details}
                      steps={steps.value}
                      nowSeconds={now.value / 1000}
                      pick={pick}
                    />
                  ) : (
                    <p class="empty">No execution is selected.</p>
                  ),
              },
            ]}
          />
          {trace.value && <Why trace={trace.value} waiting={waiting} />}
        </div>
      )}
      {shown && pickedState.value !== undefined && (
        <StepDetails
          name={pickedState.value}
          steps={steps.value}
          definition={shown}
          startDate={details?.startDate}
          close={() => {
            pickedState.value = undefined;
          }}
        />
      )}
      <ExecutionData />
    </section>
  );
}
