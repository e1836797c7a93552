/** A Lambda function of this service: its bundle, its own log group and role, and the defaults that they all share. */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  type DeploymentFacts,
  type Environment,
  factsFile,
  variableText,
} from "../functions/shared/environment.ts";
import { bundledCode } from "./bundle/bundles.ts";

export interface ServiceFunctionProps {
  /** The name of its bundle: `ingest`, `channel-sms`, … */
  readonly bundle: string;
  readonly description: string;
  readonly logRetentionDays: number;
  readonly environment?: Partial<Environment>;
  /** For a function that reads them (functions/shared/deployment-facts.ts). */
  readonly facts?: DeploymentFacts | undefined;
  /** Further files beside the code: texts by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** In MB. @default 256 */
  readonly memorySize?: number;
  /** @default 20 seconds */
  readonly timeout?: Duration;
  /** For a function that is invoked asynchronously: otherwise an event that fails in all tries is lost. */
  readonly deadLetterQueue?: Queue;
}

export class ServiceFunction extends lambda.Function {
  readonly ownRole: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWS's managed policy would let each function write to every log group.
    const role = new Role(scope, `${id}ServiceRole`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      code: bundledCode(scope, props.bundle, {
        ...props.files,
        ...(props.facts ? { [factsFile]: JSON.stringify(props.facts) } : {}),
      }),
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // Node.js alone uses 80 MB, and the SDK's clients need more CPU than 128 MB provide.
      memorySize: props.memorySize ?? 256,
      // Longer than the slowest call to AWS (functions/aws/client.ts), shorter than API Gateway's time-out.
      timeout: props.timeout ?? Duration.seconds(20),
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      ...(props.deadLetterQueue ? { deadLetterQueue: props.deadLetterQueue } : {}),
    });
    this.ownRole = role;
    // Metadata outside the template: names the bundle for `npm run dev` (infra/local/assembly.ts).
    this.node.addMetadata("bundle", props.bundle);
    // Powertools makes it a dimension of the metrics, which separates the stacks of an account.
    this.addEnvironment("POWERTOOLS_SERVICE_NAME", Stack.of(this).stackName);
    this.setEnvironment(props.environment ?? {});
  }

  /** Sets variables that the function reads (functions/shared/environment.ts). */
  setEnvironment(values: Partial<Environment>): void {
    for (const [name, value] of Object.entries(values))
      if (value !== undefined) this.addEnvironment(name, variableText(value));
  }
}
