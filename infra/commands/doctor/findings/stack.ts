/** What the stack itself lacks, and the account for it. */
import * as v from "valibot";
import type { Resources } from "../deployment.ts";
import { type Judge, pages } from "../finding.ts";
import { quotas } from "../reads.ts";
import { secretsOf } from "../secrets.ts";

export const secrets: Judge<"parameters"> = ({ parameters }, subject) =>
  secretsOf(subject).flatMap(({ parameter, what, faultOf }) => {
    const { Value, Type } = parameters.get(parameter) ?? {};
    const put = `aws ssm put-parameter --type SecureString --name ${parameter} --value …`;
    const finding = (fault: string, command: string) => [
      {
        what: `${parameter} (${what}) ${fault}`,
        remedy: `put it (${pages.secrets}); the functions read it within 15 minutes`,
        command,
      },
    ];
    if (Value === undefined) return finding("is absent", put);
    // The type of a parameter cannot be changed.
    if (Type !== "SecureString")
      return finding(
        `is a ${Type}, which everybody reads who may read parameters`,
        `aws ssm delete-parameter --name ${parameter} && ${put}`,
      );
    const fault = faultOf(Value);
    return fault === undefined ? [] : finding(fault, `${put} --overwrite`);
  });

export const subscribers: Judge<"alarmSubscriptions"> = ({ alarmSubscriptions }, { outputs }) => {
  if (alarmSubscriptions.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith("arn:"))) return [];
  const waiting = alarmSubscriptions.map(({ Endpoint }) => Endpoint);
  return [
    waiting.length > 0
      ? {
          what: `nobody gets the alarms: ${waiting.join(", ")} did not confirm the subscription`,
          remedy: "follow the link in the e-mail that AWS sent there",
        }
      : {
          what: "nobody gets the alarms",
          remedy: "subscribe to their topic, or deploy with -c alarmEmail=…",
          command: `aws sns subscribe --topic-arn ${outputs.AlarmsTopicArn} --protocol email --notification-endpoint …`,
        },
  ];
};

export const deadLetters: Judge<"deadLetters"> = ({ deadLetters: queues }, { stackName }) =>
  queues
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => ({
      what: `${name} has ${count}`,
      remedy: "infra/RUNBOOK.md says for each queue what it means",
      command: `npm run dlq -- list --stack ${stackName}`,
    }));

export const version: Judge<"differences"> = ({ differences }) => {
  if (differences.length === 0) return [];
  const [shown, more] = [differences.slice(0, 5).join(", "), differences.length - 5];
  return [
    {
      what: `${differences.length} resources are otherwise: ${shown}${more > 0 ? ` and ${more} more` : ""}`,
      remedy: "deploy this checkout with the settings of before; or check out the version that is deployed",
      command: "npx cdk diff",
    },
  ];
};

const stage = v.looseObject({ DefaultRouteSettings: v.looseObject({ ThrottlingRateLimit: v.number() }) });
/** Requests a second that the API's stage takes. */
const rateOf = (resources: Resources): number =>
  Math.max(
    0,
    ...Object.values(resources)
      .filter(({ Type }) => Type === "AWS::ApiGatewayV2::Stage")
      .map(({ Properties }) => v.parse(stage, Properties).DefaultRouteSettings.ThrottlingRateLimit),
  );

/**
 * Lambda answers at most ten requests a second for each unit of concurrency, and a message takes two invocations, its ingest and
 * its channel. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export const rateQuotas: Judge<"quotas"> = (answers, { resources }) => {
  const rate = rateOf(resources);
  const least = {
    concurrency: {
      value: Math.ceil((rate * 2) / 10),
      otherwise: "functions are throttled, and the API answers 503",
    },
    startExecution: { value: rate, otherwise: "what is more waits on the starts queue" },
  };
  return (["concurrency", "startExecution"] as const).flatMap((name) => {
    const { QuotaName = name, Value } = answers.quotas[name] ?? {};
    const { value, otherwise } = least[name];
    if (Value === undefined || Value >= value) return [];
    const { ServiceCode, QuotaCode } = quotas[name];
    return [
      {
        what: `${QuotaName} is ${Value}, and the API takes in ${rate} messages a second, which need ${value}: ${otherwise}`,
        remedy: "ask for more, or lower the stage's rate in infra/api.ts where there will not be so many",
        command: `aws service-quotas request-service-quota-increase --service-code ${ServiceCode} --quota-code ${QuotaCode} --desired-value ${value}`,
      },
    ];
  });
};
