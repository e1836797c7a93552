/** Histories as the local Step Functions writes them, for the tests of the console page. */
import type { Execution, HistoryEvent } from "../../../infra/local/console/contract.ts";

type Given = readonly [type: string, details?: Record<string, unknown>];

/** Events a second apart, from second 1 on. */
export function executionOf(status: Execution["status"], given: readonly Given[]): Execution {
  const events = given.map(([type, details], index): HistoryEvent => {
    const key = type.replace(/^\w+State(?=Entered$|Exited$)/, "State");
    return {
      id: index + 1,
      previousEventId: index,
      timestamp: index + 1,
      type,
      ...(details === undefined
        ? {}
        : { [`${key.charAt(0).toLowerCase()}${key.slice(1)}EventDetails`]: details }),
    };
  });
  return {
    executionArn: "arn:aws:states:us-east-1:000000000000:execution:Routing:m1",
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:Routing",
    name: "m1",
    status,
    startDate: 1,
    ...(status === "RUNNING" ? {} : { stopDate: events.length }),
    input: "{}",
    events,
  };
}

const lambda = { resourceType: "lambda", resource: "invoke.waitForTaskToken" };
export const enters = (type: string, name: string): Given => [
  `${type}StateEntered`,
  { name, input: `{"at":"${name}"}` },
];
export const exits = (type: string, name: string): Given => [
  `${type}StateExited`,
  { name, output: '{"done":true}' },
];
export const choice = (): Given[] => [enters("Choice", "Next channel"), exits("Choice", "Next channel")];
export const schedules = (timeoutInSeconds: number): Given => [
  "TaskScheduled",
  { ...lambda, timeoutInSeconds },
];
export const fails = (error: string): Given => ["TaskFailed", { ...lambda, error, cause: "{}" }];
