/** The construct in stacks of others: the example of infra/README.md, what it grants and shows, and what it refuses. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { App, Duration, NestedStack, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { DomainName } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { beforeAll, describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { metricDimensions, metricsNamespace } from "../../functions/domain/reporting/metric-names.ts";
import { bundleFunctions } from "../../infra/bundle/bundle.ts";
import { buildDirectory, root } from "../../infra/bundle/bundles.ts";
import { FallbackRouting, type FallbackRoutingProps } from "../../infra/construct.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { propsOf, settingsOf } from "../../infra/props.ts";
import { readSettings } from "../../infra/settings.ts";
import { pageAt } from "../pages/pages.ts";
import { withContext } from "./synthesize.ts";

beforeAll(() => bundleFunctions());

it("the example of the page synthesizes, with what it grants, subscribes and alarms", async () => {
  const [example] = pageAt("infra/README.md").blocks.filter(({ language }) => language === "ts");
  const file = resolve(buildDirectory, "example", "shop-stack.ts");
  mkdirSync(resolve(file, ".."), { recursive: true });
  const own = JSON.stringify(resolve(root, "infra/construct.ts"));
  writeFileSync(file, (example?.text ?? "").replace('"fallback-routing"', own));
  const { ShopStack } = (await import(file)) as { ShopStack: new (app: App, id: string) => Stack };
  const template = Template.fromStack(new ShopStack(new App(), "Shop"));

  const [[messagesQueue] = []] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(([id]) =>
    id.startsWith("MessagesIngestMessagesQueue"),
  );
  const policies = Object.values(template.findResources("AWS::IAM::Policy"));
  const ofOrders = policies.find(({ Properties }) => Properties.PolicyName.startsWith("OrdersDefaultPolicy"));
  expect(ofOrders?.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: "Allow",
      Action: expect.arrayContaining(["sqs:SendMessage"]),
      Resource: { "Fn::GetAtt": [messagesQueue, "Arn"] },
    },
  ]);
  const [onCall] = Object.keys(template.findResources("AWS::SNS::Topic")).filter((id) =>
    id.startsWith("OnCall"),
  );
  const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
  const { true: ours, false: theirs } = Object.groupBy(alarms, ({ Properties }) =>
    String(Properties.AlarmName?.startsWith("Shop: ") ?? false),
  );
  for (const { Properties } of ours ?? []) expect(Properties.AlarmActions).toEqual([{ Ref: onCall }]);
  expect(theirs).toMatchObject([{ Properties: { MetricName: "FellBack", Period: 3600 } }]);
  // Those by which the commands find what they need.
  for (const output of ["ApiUrl", "ApiKeysTableName", "MessagesTableName", "ClientsTableName"])
    expect(Object.keys(template.findOutputs(output))).toEqual([output]);
  template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
    StateMachineName: "Shop-whatsApp",
  });
});

const inStack = (props?: FallbackRoutingProps) =>
  new FallbackRouting(new Stack(new App(), "Shop"), "Messages", props);

it("takes all settings by its properties, and gives back the same", () => {
  const settings = readSettings(withContext(localSettings).node);
  expect(settingsOf(propsOf(settings), settings.stackName)).toEqual(settings);
});

it("names each channel's settings, and every optional property's default", () => {
  const text = readFileSync(resolve(root, "infra/construct.ts"), "utf8");
  const accounts = propsOf(readSettings(withContext(localSettings).node)).channels ?? {};
  const properties = Object.values(accounts).flatMap((account) => Object.keys(account));
  expect(Object.keys(accounts).sort()).toEqual(channels.map(({ id }) => id).sort());
  for (const property of properties) expect(text, property).toMatch(new RegExp(`readonly ${property}\\??:`));
  const documented = [...text.matchAll(/@default.*?\*\/\s+readonly (\w+)\?:/gs)].map(([, name]) => name);
  expect(documented).toEqual([...text.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name));
});

describe("its metrics", () => {
  it("are those that the functions write, with the same dimensions", () => {
    const messages = inStack();
    const shown: Partial<Record<keyof typeof metricDimensions, unknown>> = {
      Finished: messages.metricFinished("delivered"),
      FellBack: messages.metricFellBack(),
      Attempts: messages.metricAttempts("sms"),
      Sent: messages.metricSent("sms"),
      Delivered: messages.metricDelivered("sms"),
      Read: messages.metricRead("sms"),
      TimeToDelivery: messages.metricTimeToDelivery("sms"),
      Failures: messages.metricFailures("sms", "NotRegistered", { period: Duration.minutes(1) }),
    };
    for (const [name, metric] of Object.entries(shown) as [keyof typeof metricDimensions, Metric][]) {
      expect(metric).toMatchObject({ namespace: metricsNamespace, metricName: name });
      expect(Object.keys(metric.dimensions ?? {})).toEqual(["service", ...metricDimensions[name]]);
      expect(metric.dimensions?.service).toBe("Shop");
    }
  });
});

it("has a domain name of its own, where it is given one", () => {
  const stack = new Stack(new App(), "Shop");
  const certificate = Certificate.fromCertificateArn(
    stack,
    "Certificate",
    "arn:aws:acm:us-east-1:123456789012:certificate/c",
  );
  const domainName = new DomainName(stack, "Domain", { domainName: "messages.shop.example", certificate });
  const messages = new FallbackRouting(stack, "Messages", { domainName });
  expect(stack.resolve(messages.apiUrl)).toEqual({
    "Fn::Join": ["", ["https://", { Ref: expect.stringMatching(/^Domain/) }]],
  });
});

it.each<[string, () => unknown, RegExp]>([
  [
    "a second one in a stack",
    () => {
      const stack = new Stack(new App(), "Shop");
      for (const id of ["One", "Two"]) new FallbackRouting(stack, id);
    },
    /Shop has an output ApiUrl already: a stack has one FallbackRouting/,
  ],
  [
    "a nested stack",
    () => new FallbackRouting(new NestedStack(new Stack(new App(), "Shop"), "Nested"), "Messages"),
    /cannot be in a nested one/,
  ],
  [
    "a channel that is not there",
    () => inStack({ channels: { pigeon: {} } as never }),
    /channels has pigeon: it must be of /,
  ],
  [
    "a price that is no amount",
    () => inStack({ prices: { sms: { GB: "dear" } } }),
    /prices: must be US dollars/,
  ],
  [
    "an address that is none",
    () => inStack({ alarmEmail: "nobody" }),
    /FallbackRouting: alarmEmail: must be an e-mail address/,
  ],
])("refuses %s", (_, make, message) => {
  expect(make).toThrow(message);
});
