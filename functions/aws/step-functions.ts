/** Starting executions (ingest) and ending tasks (channels). */
import {
  ExecutionAlreadyExists,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { clientConfiguration } from "./client.ts";

export const createStepFunctionsClient = () => new SFNClient({ ...clientConfiguration(), maxAttempts: 4 });

/** Starts the message's execution, named by its id. Started before is started. */
export async function startExecution(
  client: SFNClient,
  stateMachineArn: string,
  name: string,
  input: object,
): Promise<void> {
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** Ends the waiting task with success. A task that is over already needs nothing more. */
export async function succeedTask(client: SFNClient, taskToken: string, output: object): Promise<void> {
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist)) throw error;
  }
}
