/** Monitoring: a dashboard, alarms and their topic (infra/RUNBOOK.md says what to do), and saved log queries. */
import { CfnOutput, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnQueryDefinition } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Channel } from "../functions/domain/channel.ts";
import { ServiceFunction } from "./function.ts";
import { type AlarmSpecification, alarmsOf, anchorOf, type Watched } from "./monitoring/alarms.ts";
import { makeDashboard } from "./monitoring/dashboard.ts";
import { queries } from "./monitoring/queries.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { StateMachines } from "./state-machines.ts";
import { serviceTopic } from "./topics.ts";

export interface MonitoringProps {
  readonly settings: DeploymentSettings;
  readonly enabledChannels: readonly Channel[];
  readonly stateMachines: StateMachines;
  readonly messageChanges: ServiceFunction;
  readonly api: HttpApi;
  /** Where alarms go; otherwise a topic of its own. */
  readonly topic: ITopic | undefined;
}

export class Monitoring extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { settings, topic, ...rest }: MonitoringProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.topic = topic ?? serviceTopic(this, "Alarms", "Alarms of fallback routing");
    this.topic.grantPublish(
      new ServicePrincipal("cloudwatch.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
      }),
    );
    if (settings.alarmEmail !== undefined)
      this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    const watched: Watched = {
      ...rest,
      smsMonthlySpendLimit: settings.smsMonthlySpendLimit,
      queues: scope.node.findAll().filter((one): one is Queue => one instanceof Queue),
    };
    const alarms = alarmsOf(watched).map((alarm) => this.#alarm(alarm));
    makeDashboard(this, stack.stackName, watched, alarms);
    const logGroupNames = scope.node
      .findAll()
      .filter((one): one is ServiceFunction => one instanceof ServiceFunction)
      .map(({ logGroup }) => logGroup.logGroupName);
    for (const { id: queryId, name, text } of queries)
      new CfnQueryDefinition(this, queryId, {
        name: `${stack.stackName}/${name}`,
        logGroupNames,
        queryString: text,
      });
    new CfnOutput(this, "AlarmsTopicArn", {
      value: this.topic.topicArn,
      description: "Subscribe here to the alarms",
    }).overrideLogicalId("AlarmsTopicArn");
  }

  #alarm({ id, heading, about, metric, threshold, periods = 1 }: AlarmSpecification): Alarm {
    const { stackName } = Stack.of(this);
    const alarm = new Alarm(this, id, {
      alarmName: [stackName, heading, about].filter(Boolean).join(": "),
      alarmDescription: `infra/RUNBOOK.md#${anchorOf(heading)}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}
