/** Starting and stopping executions (ingest, cancel-message) and ending tasks (channels, receipts). */
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { executionInput, executionOf, type Routed } from "../domain/message/execution-input.ts";
import { clientConfiguration } from "./client.ts";

export const createStepFunctionsClient = () => new SFNClient(clientConfiguration());

/**
 * Starts the message's execution, or that of the rest of its route, in the machine of its first channel. One that was started
 * before is a success.
 */
export async function startExecution(
  client: SFNClient,
  stateMachinePrefix: string,
  message: Routed,
): Promise<void> {
  const { firstChannel, name } = executionOf(message);
  const stateMachineArn = `${stateMachinePrefix}${firstChannel}`;
  const input = JSON.stringify(executionInput(message));
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** The ARN of a message's execution: of the newest, where the route was resumed. */
export function executionArn(
  stateMachinePrefix: string,
  message: Pick<Routed, "messageId" | "route" | "attempts">,
): string {
  const { firstChannel, name } = executionOf(message);
  return `${stateMachinePrefix.replace(":stateMachine:", ":execution:")}${firstChannel}:${name}`;
}

/** Stops a message's execution. One that has ended, or was never started, is a success. */
export async function stopExecution(
  client: SFNClient,
  arn: string,
  reason: { error: string; cause: string },
): Promise<void> {
  try {
    await client.send(new StopExecutionCommand({ executionArn: arn, ...reason }));
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}

/** Ends the waiting task with success. A task that has ended already stays as it is. */
export async function succeedTask(client: SFNClient, taskToken: string, output: object): Promise<void> {
  await unlessEnded(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
}

/** Ends the waiting task with an error, for the state's Catch. A task that has ended already stays as it is. */
export async function failTask(
  client: SFNClient,
  taskToken: string,
  error: string,
  cause: string,
): Promise<void> {
  await unlessEnded(client.send(new SendTaskFailureCommand({ taskToken, error, cause })));
}

async function unlessEnded(ending: Promise<unknown>): Promise<void> {
  try {
    await ending;
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist)) throw error;
  }
}
