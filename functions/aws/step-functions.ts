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
import { type ExecutionInput, firstChannelOf } from "../domain/message/execution-input.ts";
import type { Message } from "../domain/message/message.ts";
import { clientConfiguration } from "./client.ts";

export const createStepFunctionsClient = () => new SFNClient(clientConfiguration());

/**
 * Starts the message's execution, named by its id, in the state machine of its first channel. One that was started before is a
 * success. Throws any other error of Step Functions.
 */
export async function startExecution(
  client: SFNClient,
  stateMachinePrefix: string,
  name: string,
  input: ExecutionInput,
): Promise<void> {
  const stateMachineArn = `${stateMachinePrefix}${input.channel}`;
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** The ARN of a message's execution: it is named by the messageId, and runs in the state machine of the first channel. */
export const executionArn = (stateMachinePrefix: string, message: Pick<Message, "messageId" | "route">) =>
  `${stateMachinePrefix.replace(":stateMachine:", ":execution:")}${firstChannelOf(message)}:${message.messageId}`;

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

/** Ends the waiting task with success. A task that has ended already is left as it is. */
export async function succeedTask(client: SFNClient, taskToken: string, output: object): Promise<void> {
  await unlessEnded(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
}

/** Ends the waiting task with an error, for the state's Catch. A task that has ended already is left as it is. */
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
