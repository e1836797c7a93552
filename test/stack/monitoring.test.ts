/** Alarms, dashboard and runbook: each alarm has its heading, each heading its alarm, and each metric is one that is written. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { metricDimensions, metricsNamespace } from "../../functions/domain/reporting/metric-names.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { anchorOf } from "../../infra/monitoring/alarms.ts";
import { synthesize } from "./synthesize.ts";

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
}
interface AlarmProperties extends Partial<Metric> {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  TreatMissingData: string;
  Metrics?: { MetricStat?: { Metric: Metric } }[];
}

const template = synthesize(localSettings);
const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(
  ({ Properties }) => Properties as AlarmProperties,
);
const metricsIn = ({ Namespace, MetricName, Dimensions = [], Metrics = [] }: AlarmProperties): Metric[] =>
  Namespace !== undefined && MetricName !== undefined
    ? [{ Namespace, MetricName, Dimensions }]
    : Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
const runbook = readFileSync(resolve(import.meta.dirname, "../../infra/RUNBOOK.md"), "utf8");
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);

describe("the runbook", () => {
  it("every alarm has a heading in the runbook, and every heading an alarm", () => {
    const named = alarms.map(({ AlarmDescription }) => AlarmDescription.replace("infra/RUNBOOK.md#", ""));
    expect([...new Set(named)].sort()).toEqual(headings.map(anchorOf).sort());
  });

  it.each(headings)("the runbook says what the alarm means, where to look and what to do: %s", (heading) => {
    const [, section = ""] = runbook.split(`## ${heading}\n`);
    const own = section.split("\n## ")[0] ?? "";
    for (const part of ["**It means**", "**Look**", "**Do**"]) expect(own).toContain(part);
  });
});

describe("alarms", () => {
  it("every alarm notifies its topic, and treats missing data as not breaching", () => {
    expect(alarms.length).toBeGreaterThan(0);
    for (const { AlarmActions, TreatMissingData } of alarms)
      expect({ AlarmActions, TreatMissingData }).toEqual({
        AlarmActions: [{ Ref: expect.stringMatching(/^MonitoringAlarms/) }],
        TreatMissingData: "notBreaching",
      });
  });

  it("every dead-letter queue has an alarm for its first message, and every other queue one for the age of its oldest", () => {
    const watched = (MetricName: string) =>
      alarms
        .flatMap(metricsIn)
        .filter((metric) => metric.MetricName === MetricName)
        .flatMap(({ Dimensions = [] }) => Dimensions)
        .map(({ Value }) => (Value as { "Fn::GetAtt": [string] })["Fn::GetAtt"][0])
        .sort();
    const queues = Object.keys(template.findResources("AWS::SQS::Queue"));
    const dead = queues.filter((name) => name.includes("DeadLetterQueue"));
    expect(watched("ApproximateNumberOfMessagesVisible")).toEqual(dead.sort());
    expect(watched("ApproximateAgeOfOldestMessage")).toEqual(
      queues.filter((name) => !dead.includes(name)).sort(),
    );
  });

  it("every channel has an alarm for its circuit breaker, and every channel that reports deliveries one for its receipts", () => {
    const ofChannels = (MetricName: string) =>
      alarms
        .flatMap(metricsIn)
        .filter((metric) => metric.MetricName === MetricName)
        .map(({ Dimensions = [] }) => Dimensions.find(({ Name }) => Name === "channel")?.Value)
        .sort();
    expect(ofChannels("CircuitOpened")).toEqual(channels.map(({ id }) => id).sort());
    const reporting = channels.filter(({ until }) => until !== "sent").map(({ id }) => id);
    expect(ofChannels("Sent")).toEqual(reporting.sort());
    expect(ofChannels("Delivered")).toEqual(reporting.sort());
  });

  it("alarms read metrics that the functions write, with the same dimensions", () => {
    const own = alarms.flatMap(metricsIn).filter(({ Namespace }) => Namespace === metricsNamespace);
    expect(own.length).toBeGreaterThan(0);
    for (const { MetricName, Dimensions = [] } of own)
      expect(Dimensions.map(({ Name }) => Name).sort(), MetricName).toEqual(
        ["service", ...metricDimensions[MetricName as keyof typeof metricDimensions]].sort(),
      );
  });

  it("there is an alarm at 80 % of the month's limit for SMS, and one for the first SMS that the account may not send", () => {
    const spending = (of: Template) =>
      Object.values(
        of.findResources("AWS::CloudWatch::Alarm", { Properties: { MetricName: "SMSMonthToDateSpentUSD" } }),
      ).map(({ Properties: { Namespace, Dimensions, Statistic, Threshold } }) => ({
        Namespace,
        Dimensions,
        Statistic,
        Threshold,
      }));
    // The account's metric has no dimensions: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    const alarm = { Namespace: "AWS/SNS", Dimensions: undefined, Statistic: "Maximum" };
    expect(spending(template)).toEqual([{ ...alarm, Threshold: 800 }]);
    const { smsMonthlySpendLimit: _limit, ...withoutLimit } = localSettings;
    expect(spending(synthesize(withoutLimit))).toEqual([{ ...alarm, Threshold: 0.8 }]);
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "Failures",
      Dimensions: Match.arrayWith([
        { Name: "channel", Value: "sms" },
        { Name: "error", Value: "ChannelMisconfigured" },
      ]),
      Threshold: 1,
    });
  });

  it("the topic notifies the deployment's e-mail address, if there is one", () => {
    const email = { Protocol: "email", Endpoint: "on-call@example.com" };
    expect(Object.values(template.findResources("AWS::SNS::Subscription", { Properties: email }))).toEqual(
      [],
    );
    synthesize({ ...localSettings, alarmEmail: email.Endpoint }).hasResourceProperties(
      "AWS::SNS::Subscription",
      email,
    );
    expect(() => synthesize({ ...localSettings, alarmEmail: "nobody" })).toThrow(/alarmEmail.*e-mail/);
  });
});

it("the dashboard shows metrics that the functions write, with the same dimensions", () => {
  const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const text = JSON.stringify(dashboard?.Properties.DashboardBody).replaceAll(
    '",{"Ref":"AWS::StackName"},"',
    "Stack",
  );
  const plain = text.replaceAll("\\", "");
  const searched = [...plain.matchAll(/\{FallbackRouting,([\w,]+)\} MetricName="(\w+)"/g)];
  const named = [...plain.matchAll(/\["FallbackRouting","(\w+)"((?:,"[\w-]+")*)/g)];
  expect(searched.length).toBeGreaterThan(0);
  expect(named.length).toBeGreaterThan(0);
  const dimensionsOf = (name = "") => ["service", ...metricDimensions[name as keyof typeof metricDimensions]];
  for (const [, dimensions = "", name] of searched) expect(dimensions.split(",")).toEqual(dimensionsOf(name));
  for (const [, name, pairs = ""] of named) {
    const given = pairs
      .split(",")
      .slice(1)
      .map((one) => one.replaceAll('"', ""));
    expect(given.filter((_, index) => index % 2 === 0).sort(), name).toEqual(dimensionsOf(name).sort());
  }
});

it("the saved queries read the log groups of all functions", () => {
  const groups = Object.values(template.findResources("AWS::Lambda::Function")).map(
    ({ Properties }) => Properties.LoggingConfig.LogGroup,
  );
  const queries = Object.values(template.findResources("AWS::Logs::QueryDefinition"));
  expect(queries.length).toBeGreaterThan(0);
  for (const { Properties } of queries)
    expect(new Set(Properties.LogGroupNames.map(JSON.stringify))).toEqual(
      new Set(groups.map((group) => JSON.stringify(group))),
    );
});
