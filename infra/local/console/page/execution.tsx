/** The second tab of a message: its execution as the Step Functions console shows it. */
import { ExecutionData, ExecutionTitle } from "./execution-data.tsx";
import { Graph } from "./graph.tsx";
import { Tabs } from "./parts.tsx";
import { definition, execution, now, pickedState, steps } from "./state.ts";
import { StepDetails } from "./step-details.tsx";
import { StepTable } from "./step-table.tsx";

const pick = (name: string) => {
  pickedState.value = pickedState.value === name ? undefined : name;
};

export function ExecutionView() {
  const [shown, details] = [definition.value, execution.value];
  if (shown === undefined || details === undefined)
    return <p class="empty">Its execution has not started yet.</p>;
  return (
    <section class="execution" aria-labelledby="execution-title">
      <ExecutionTitle details={details} />
      <Tabs
        label="Views of the execution"
        tabs={[
          {
            title: "Graph view",
            content: () => (
              <Graph
                definition={shown}
                steps={steps.value}
                status={details.status}
                picked={pickedState.value}
                pick={pick}
              />
            ),
          },
          {
            title: "Table view",
            content: () => (
              <StepTable execution={details} steps={steps.value} nowSeconds={now.value / 1000} pick={pick} />
            ),
          },
        ]}
      />
      {pickedState.value !== undefined && (
        <StepDetails
          name={pickedState.value}
          steps={steps.value}
          definition={shown}
          startDate={details.startDate}
          close={() => {
            pickedState.value = undefined;
          }}
        />
      )}
      <ExecutionData details={details} />
    </section>
  );
}
