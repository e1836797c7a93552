/** The results of the Describe and List actions, in the format of the AWS API. */
import type { Execution, Machine } from "./execution.ts";

export const seconds = (milliseconds: number): number => milliseconds / 1000;

export const executionSummary = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine.arn,
  name: execution.name,
  status: execution.status,
  startDate: seconds(execution.startedAt),
  ...(execution.endedAt === undefined ? {} : { stopDate: seconds(execution.endedAt) }),
});

export function executionDetails(execution: Execution) {
  const { input, output, error, cause } = execution;
  return {
    ...executionSummary(execution),
    input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

export const machineSummary = ({ arn, name, createdAt }: Machine) => ({
  stateMachineArn: arn,
  name,
  type: "STANDARD",
  creationDate: seconds(createdAt),
});

export const machineDetails = (machine: Machine) => ({
  ...machineSummary(machine),
  status: "ACTIVE",
  definition: machine.definition,
  roleArn: machine.roleArn,
  loggingConfiguration: { level: "OFF", includeExecutionData: false },
  tracingConfiguration: { enabled: false },
});

export const machineOfExecution = ({ arn, name, definition, roleArn, createdAt }: Machine) => ({
  stateMachineArn: arn,
  name,
  definition,
  roleArn,
  updateDate: seconds(createdAt),
});
