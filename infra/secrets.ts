/** Access to secrets in SSM, which several constructs grant. */
import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";

export interface Secret {
  channel: string;
  secret: string;
  /** The function's variable that names the parameter. */
  variable: string;
}

/** Gives the function the names of its SecureString parameters, and lets it read only these. */
export function grantSecrets(target: LambdaFunction, secrets: readonly Secret[]): void {
  if (secrets.length === 0) return;
  const stack = Stack.of(target);
  const resources = secrets.map(({ channel, secret, variable }) => {
    const resourceName = `${stack.stackName}/${channel}/${secret}`;
    target.addEnvironment(variable, `/${resourceName}`);
    return stack.formatArn({ service: "ssm", resource: "parameter", resourceName });
  });
  target.addToRolePolicy(new PolicyStatement({ actions: ["ssm:GetParameters"], resources }));
}
