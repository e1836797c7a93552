/**
 * What services do with a role of the template: the state machine invokes functions, and what the role may not invoke fails as
 * Step Functions reports it; a schedule puts a message on a queue.
 */
import { LambdaInvocationError } from "../../step-functions/errors.ts";
import { functionArn } from "./arns.ts";
import { type Iam, roleCaller } from "./index.ts";

type Invoke = (nameOrArn: string, payload: unknown) => Promise<unknown>;

export const invokingAsRole =
  (iam: Iam, invoke: Invoke) =>
  async (nameOrArn: string, payload: unknown, roleArn: string): Promise<unknown> => {
    const access = { action: "lambda:InvokeFunction", resource: functionArn(nameOrArn) };
    // Step Functions' own session name is random.
    const refusal = iam.refusal(roleCaller(roleArn, "StepFunctions"), access);
    if (refusal === undefined) return invoke(nameOrArn, payload);
    throw new LambdaInvocationError({ errorType: "Lambda.AWSLambdaException", errorMessage: refusal });
  };

type Send = (queueArn: string, text: string) => Promise<unknown>;

export const sendingAsRole =
  (iam: Iam, send: Send) =>
  async (queueArn: string, text: string, roleArn: string): Promise<unknown> => {
    const access = { action: "sqs:SendMessage", resource: queueArn };
    const refusal = iam.refusal(roleCaller(roleArn, "Scheduler"), access);
    if (refusal === undefined) return send(queueArn, text);
    throw new Error(refusal);
  };
