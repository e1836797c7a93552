/**
 * The actions of the API by name. Each gets the parsed JSON body and returns the output, or throws `ServiceError`. Called by
 * `index.ts` for the AWS endpoint.
 */
import { randomUUID } from "node:crypto";
import { ServiceError } from "../aws/service-error.ts";
import type { Execution } from "./execution.ts";
import { withoutExecutionData } from "./history.ts";
import { checkName, inputs, parseInput, parseJson } from "./inputs.ts";
import { page } from "./paging.ts";
import type { Store } from "./store.ts";
import type { TaskTokens } from "./task-tokens.ts";
import {
  executionDetails,
  executionSummary,
  machineDetails,
  machineOfExecution,
  machineSummary,
  seconds,
} from "./views.ts";

export type Action = (body: unknown) => object;

export const createActions = (store: Store, tokens: TaskTokens): Map<string, Action> =>
  new Map(Object.entries({ ...machineActions(store), ...executionActions(store), ...taskActions(tokens) }));

const machineActions = (store: Store): Record<string, Action> => ({
  DescribeStateMachine: (body) =>
    machineDetails(store.machine(parseInput(inputs.stateMachineOf, body).stateMachineArn)),
  ListStateMachines(body) {
    const { found, ...next } = page(store.machines(), parseInput(inputs.listStateMachines, body));
    return { stateMachines: found.map(machineSummary), ...next };
  },
  DescribeStateMachineForExecution: (body) =>
    machineOfExecution(store.execution(parseInput(inputs.executionOf, body).executionArn).machine),
});

const executionActions = (store: Store): Record<string, Action> => ({
  StartExecution(body) {
    const { stateMachineArn, name = randomUUID(), input } = parseInput(inputs.startExecution, body);
    checkName(name);
    parseJson(input, "InvalidExecutionInput");
    const { arn, startedAt } = store.start(store.machine(stateMachineArn), name, input);
    return { executionArn: arn, startDate: seconds(startedAt) };
  },
  DescribeExecution: (body) =>
    executionDetails(store.execution(parseInput(inputs.executionOf, body).executionArn)),
  GetExecutionHistory(body) {
    const { executionArn, reverseOrder, includeExecutionData, ...paging } = parseInput(
      inputs.getExecutionHistory,
      body,
    );
    const { events } = store.execution(executionArn).history;
    const { found, ...next } = page(events, paging, { backwards: reverseOrder });
    return { events: includeExecutionData ? found : found.map(withoutExecutionData), ...next };
  },
  ListExecutions(body) {
    const { stateMachineArn, statusFilter, ...paging } = parseInput(inputs.listExecutions, body);
    const { found, ...next } = page(store.executionsOf(store.machine(stateMachineArn)), paging, {
      backwards: true,
      wanted: ({ status }: Execution) => statusFilter === undefined || status === statusFilter,
    });
    return { executions: found.map(executionSummary), ...next };
  },
  StopExecution(body) {
    const { executionArn, error, cause } = parseInput(inputs.stopExecution, body);
    const execution = store.execution(executionArn);
    execution.stop(error, cause);
    return { stopDate: seconds(execution.endedAt ?? 0) };
  },
});

const taskActions = (tokens: TaskTokens): Record<string, Action> => ({
  SendTaskSuccess(body) {
    const { taskToken, output } = parseInput(inputs.sendTaskSuccess, body);
    const parsed = parseJson(output, "InvalidOutput");
    tokens.take(taskToken).succeed(parsed);
    return {};
  },
  SendTaskFailure(body) {
    const { taskToken, error = "", cause = "" } = parseInput(inputs.sendTaskFailure, body);
    tokens.take(taskToken).fail(error, cause);
    return {};
  },
  SendTaskHeartbeat(body) {
    tokens.check(parseInput(inputs.sendTaskHeartbeat, body).taskToken);
    return {};
  },
});

export function runAction(action: Action | undefined, body: unknown): { status: number; body: unknown } {
  try {
    if (action === undefined)
      throw new ServiceError("UnknownOperationException", "This action does not run locally");
    return { status: 200, body: action(body) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { status: 400, body: { __type: error.code, message: error.message } };
  }
}
