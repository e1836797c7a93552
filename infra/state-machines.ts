/** The state machines, one for each channel that a route may begin with, and grants for their executions. */
import { ArnFormat, type Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { acknowledge } from "./acknowledge.ts";
import type { ServiceFunction } from "./function.ts";

export class StateMachines {
  /** By the id of their first channel. */
  readonly all: ReadonlyMap<string, StateMachine>;
  readonly #stack: Stack;
  readonly #namePrefix: string;

  /** Each is named by the prefix and the id of its first channel. */
  constructor(stack: Stack, namePrefix: string, all: ReadonlyMap<string, StateMachine>) {
    this.#stack = stack;
    this.#namePrefix = namePrefix;
    this.all = all;
  }

  /** The common prefix of their ARNs, before the id of the first channel. */
  get arnPrefix(): string {
    return this.#arn("stateMachine", this.#namePrefix);
  }

  /** Lets the function find a message's state machine. */
  setArnPrefixVariable(target: ServiceFunction): void {
    target.setEnvironment({ STATE_MACHINE_PREFIX: this.arnPrefix });
  }

  grantStartExecution(target: ServiceFunction): void {
    this.setArnPrefixVariable(target);
    target.addToRolePolicy(
      new PolicyStatement({ actions: ["states:StartExecution"], resources: this.#arns() }),
    );
  }

  grantStopExecution(target: ServiceFunction): void {
    this.setArnPrefixVariable(target);
    const names = [...this.all.keys()].map((channel) => `${this.#namePrefix}${channel}`);
    target.addToRolePolicy(
      new PolicyStatement({
        actions: ["states:StopExecution"],
        resources: names.map((name) => this.#arn("execution", `${name}:*`)),
      }),
    );
    for (const name of names)
      acknowledge(target.ownRole, {
        [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}:*]`]:
          "each message has an execution of its own",
      });
  }

  /** Only for tasks of these state machines. */
  endTasksPolicy(...ways: ("SendTaskSuccess" | "SendTaskFailure")[]): PolicyStatement {
    return new PolicyStatement({ actions: ways.map((way) => `states:${way}`), resources: this.#arns() });
  }

  #arns(): string[] {
    return [...this.all.values()].map(({ stateMachineArn }) => stateMachineArn);
  }

  #arn(resource: "stateMachine" | "execution", resourceName: string): string {
    return this.#stack.formatArn({
      service: "states",
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
