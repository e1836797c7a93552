/** What applying an update needs, from the function's environment. Shared by the receipts function and the app's receipts. */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { createStepFunctionsClient, failTask, startExecution, succeedTask } from "../aws/step-functions.ts";
import type { Routed } from "../domain/message/execution-input.ts";
import { environment } from "../shared/environment.ts";
import { createMessagesTable } from "../storage/messages-table.ts";
import type { UpdateDependencies } from "./apply-receipt.ts";

export function updateDependencies(dynamoDb = createDynamoDb()): UpdateDependencies {
  const stepFunctions = createStepFunctionsClient();
  return {
    messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
    succeedTask: (taskToken, output) => succeedTask(stepFunctions, taskToken, output),
    failTask: (taskToken, error, cause) => failTask(stepFunctions, taskToken, error, cause),
    now: () => new Date(),
  };
}

export function startRest(): (message: Routed) => Promise<void> {
  const stepFunctions = createStepFunctionsClient();
  const stateMachinePrefix = environment("STATE_MACHINE_PREFIX");
  return (message) => startExecution(stepFunctions, stateMachinePrefix, message);
}
