/** The state machine invokes functions with its role; what the role may not invoke fails as Step Functions reports it. */
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
