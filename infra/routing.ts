/**
 * Routing: a Lambda function with its role for each enabled channel, the function that closes a message that no channel
 * delivered, and the Standard state machines that try the channels in order: one for each channel that a route may begin
 * with.
 */
import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { channels } from "../functions/channels/registry.ts";
import { asDeployed, type Channel, secretVariable } from "../functions/domain/channel.ts";
import { acknowledge } from "./acknowledge.ts";
import { channelFunctionName } from "./bundle/bundles.ts";
import { grantConfigurationSet } from "./configuration-sets.ts";
import { ServiceFunction } from "./function.ts";
import { addSettings, grantPermissions } from "./permissions.ts";
import { grantSecrets } from "./secrets.ts";
import type { DeploymentSettings } from "./settings.ts";
import { stateMachineDefinition } from "./state-machine-definition.ts";
import { StateMachines } from "./state-machines.ts";
import type { Tables } from "./tables.ts";

export interface RoutingProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
}

export class Routing extends Construct {
  readonly stateMachines: StateMachines;
  /** Why a channel is not enabled, by channel. */
  readonly absentChannels: Record<string, string>;
  readonly enabledChannels: readonly Channel[];

  constructor(scope: Construct, id: string, { settings, tables }: RoutingProps) {
    super(scope, id);
    const all = channels.map((channel) => asDeployed(channel, settings.channels));
    this.absentChannels = Object.fromEntries(
      all.flatMap((channel) => {
        const reason = channel.missingAccount(settings.channels);
        return reason === undefined ? [] : [[channel.id, reason]];
      }),
    );
    const enabledChannels = all.filter(({ id }) => this.absentChannels[id] === undefined);
    this.enabledChannels = enabledChannels;
    const functions = new Map(
      enabledChannels.map((channel) => [channel, this.channelFunction(channel, settings, tables)]),
    );
    const undeliverable = new ServiceFunction(this, "Undeliverable", {
      bundle: "undeliverable",
      description: "Records that no channel reached the customer",
      logRetentionDays: settings.logRetentionDays,
    });
    tables.grant(undeliverable, "messages", "GetItem", "UpdateItem");

    // Placeholders keep the definition readable in the template, and in the console's export of it.
    const placeholder = (channel: Channel) => `\${${constructIdOf(channel)}Arn}`;
    const role = new Role(this, "StateMachineRole", {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:InvokeFunction"],
        resources: [...functions.values(), undeliverable].map(({ functionArn }) => functionArn),
      }),
    );
    acknowledge(role, {
      "AwsSolutions-IAM5[Resource::*]": "the actions that set up log delivery have no resource",
    });
    const logs = {
      destination: new LogGroup(this, "StateMachineLogs", {
        logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
        retention: settings.logRetentionDays as RetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      // Logging every event would cost about $3 per million messages, and the console keeps them for 90 days anyway.
      level: LogLevel.ERROR,
      includeExecutionData: false,
    };
    const namePrefix = `${Stack.of(this).stackName}-`;
    // One for each channel, enabled or not: deleting a machine stops its executions, and an execution may begin with a
    // channel that a deployment no longer enables.
    const machines = all.map((first): [string, StateMachine] => {
      const machine = new StateMachine(this, `${constructIdOf(first)}First`, {
        stateMachineName: `${namePrefix}${first.id}`,
        stateMachineType: StateMachineType.STANDARD,
        role,
        logs,
        definitionBody: DefinitionBody.fromString(
          JSON.stringify(
            stateMachineDefinition(
              first,
              enabledChannels,
              placeholder,
              "${UndeliverableArn}",
              "${Partition}",
            ),
            null,
            1,
          ),
        ),
        definitionSubstitutions: {
          Partition: Aws.PARTITION,
          UndeliverableArn: undeliverable.functionArn,
          ...Object.fromEntries(
            [...functions].map(([channel, target]) => [`${constructIdOf(channel)}Arn`, target.functionArn]),
          ),
        },
      });
      acknowledge(machine, {
        "AwsSolutions-SF1":
          "every event of every execution would be about $3 a million messages; the console keeps them for 90 days",
        "AwsSolutions-SF2": "X-Ray is billed by the trace, and an execution's history shows the same",
      });
      return [first.id, machine];
    });
    // One after the other: log deliveries to one group that are set up at the same time fail with a ConflictException.
    for (const [index, [, machine]] of machines.entries())
      if (index > 0) machine.node.addDependency((machines[index - 1] as (typeof machines)[number])[1]);
    this.stateMachines = new StateMachines(Stack.of(this), namePrefix, new Map(machines));
    // A separate policy, because function, policy and state machine would otherwise depend on each other.
    new Policy(this, "EndTasks", {
      statements: [this.stateMachines.endTasksPolicy("SendTaskSuccess", "SendTaskFailure")],
      roles: [...functions.values()].map(({ ownRole }) => ownRole),
    });
  }

  private channelFunction(channel: Channel, settings: DeploymentSettings, tables: Tables): ServiceFunction {
    const secretNames = Object.keys(channel.secrets);
    const target = new ServiceFunction(this, constructIdOf(channel), {
      bundle: channelFunctionName(channel, settings.channels),
      description: `Sends a message by ${channel.name}`,
      logRetentionDays: settings.logRetentionDays,
      // It mostly waits for its provider, which is billed by memory.
      memorySize: settings.channelMemory,
      // Three tries of 10 seconds each at the provider, and the calls to DynamoDB around them.
      timeout: Duration.seconds(45),
      environment: { RETENTION_DAYS: settings.retentionDays },
    });
    addSettings(target, Object.keys(channel.settings), settings.channels);
    grantSecrets(
      target,
      secretNames.map((secret) => ({
        channel: channel.secretsOf ?? channel.id,
        secret,
        variable: secretVariable(secret),
      })),
    );
    tables.grant(target, "messages", "GetItem", "UpdateItem");
    tables.grant(target, "circuits", "GetItem", "PutItem", "UpdateItem", "DeleteItem");
    tables.grant(
      target,
      "contacts",
      "GetItem",
      ...(channel.receiptsNameThe ? ["PutItem" as const] : []),
      ...(channel.optOutCodes ? ["UpdateItem" as const] : []),
    );
    grantPermissions(target, channel.permissions(settings.channels));
    grantConfigurationSet(target, channel, settings);
    return target;
  }
}

const constructIdOf = ({ id }: Channel) => `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
