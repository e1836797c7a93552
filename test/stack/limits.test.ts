/** A synthesis fails where a deployment would fail at one of AWS's limits. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CfnResource } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { getCountries } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { priceOf } from "../../functions/domain/money/price.ts";
import { readFacts } from "../../functions/shared/deployment-facts.ts";
import { factsFile } from "../../functions/shared/environment.ts";
import { passedLimits } from "../../infra/limits.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { stackIn, withContext } from "./synthesize.ts";

/** Of a stack of everything with this resource added. */
const synthesisWith = (type: string, properties: Record<string, unknown>, count = 1) => {
  const stack = stackIn(withContext(localSettings));
  for (let index = 0; index < count; index++)
    new CfnResource(stack, `Large${index}`, { type, properties: { ...properties } });
  return () => Template.fromStack(stack);
};
const policyOf = (length: number) => ({
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "x".repeat(length) }],
});

describe("tables of many countries", () => {
  const countries = getCountries().slice(0, 230);
  const prices = {
    sms: Object.fromEntries(countries.map((country, index) => [country, `0.0${1000 + index}`])),
    whatsApp: Object.fromEntries(
      countries
        .slice(0, 35)
        .map((country) => [
          country,
          { marketing: "0.0529", utility: "0.022", authentication: "0.0221", service: "0" },
        ]),
    ),
  };
  const smsHourlyLimits = Object.fromEntries(countries.map((country) => [country, 500]));

  it("prices of 230 countries and 35 markets synthesize, and the functions that need them read them beside their code", () => {
    const app = withContext({ ...localSettings, prices, smsHourlyLimits });
    const { stackName } = stackIn(app);
    const { directory } = app.synth();
    const template = JSON.parse(readFileSync(resolve(directory, `${stackName}.template.json`), "utf8"));
    const reading = Object.entries<{ Type: string; Properties: { Code: { S3Key: string } } }>(
      template.Resources,
    ).flatMap(([logicalId, { Type, Properties }]) => {
      if (Type !== "AWS::Lambda::Function") return [];
      const asset = resolve(directory, `asset.${Properties.Code.S3Key.replace(/\.zip$/, "")}`);
      const code = readFileSync(resolve(asset, "index.cjs"), "utf8");
      return code.includes(factsFile) ? [{ logicalId, asset }] : [];
    });
    expect(reading.map(({ logicalId }) => logicalId.slice(0, -8)).sort()).toEqual([
      "IngestBatch",
      "IngestFromQueue",
      "IngestSingle",
      "IngestStartExecutions",
      "OmnichannelFunction",
      "Receipts",
    ]);
    for (const { asset } of reading) {
      const facts = readFacts(asset);
      expect(facts).toEqual({ prices, smsHourlyLimits, windows: {}, absentChannels: {} });
      const last = { channel: "sms", country: countries[229], category: undefined };
      expect(priceOf(facts.prices, last)).toBe("0.01229");
    }
  });
});

describe("a synthesis that would pass a limit fails with the resource, the figure and the remedy", () => {
  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      "an environment of more than 4,096 bytes",
      "AWS::Lambda::Function",
      { Environment: { Variables: { PRICES: "x".repeat(4096) } } },
      /the environment of Large0 has 4109 bytes, and AWS allows 4096: .*fact beside its code/,
    ],
    [
      "a role's inline policies of more than 10,240 characters together",
      "AWS::IAM::Policy",
      { PolicyName: "p", Roles: ["r", "r"], PolicyDocument: policyOf(5_100) },
      /the inline policies of r has 10\d{3} characters, and AWS allows 10240: .*managed policy/,
    ],
    [
      "a managed policy of more than 6,144 characters",
      "AWS::IAM::ManagedPolicy",
      { PolicyDocument: policyOf(6_144) },
      /Large0 has 6\d{3} characters, and AWS allows 6144/,
    ],
    [
      "a function's name of more than 64 characters",
      "AWS::Lambda::Function",
      { FunctionName: { "Fn::Join": ["-", [{ Ref: "AWS::StackName" }, "x".repeat(49)]] } },
      /Large0's FunctionName has 65 characters, and AWS allows 64: give the stack a shorter name/,
    ],
    [
      "a state machine's name of more than 80 characters",
      "AWS::StepFunctions::StateMachine",
      { StateMachineName: "x".repeat(81) },
      /Large0's StateMachineName has 81 characters, and AWS allows 80/,
    ],
    [
      "a queue's name of more than 80 characters",
      "AWS::SQS::Queue",
      { QueueName: "x".repeat(81) },
      /Large0's QueueName has 81 characters, and AWS allows 80/,
    ],
    [
      "a template of more than 1 MB",
      "AWS::CloudWatch::Dashboard",
      { DashboardBody: "x".repeat(1_000_000) },
      /the template has 1\d{6} bytes, and AWS allows 1000000: .*another stack/,
    ],
  ])("%s", (_, type, properties, message) => {
    const template = { Resources: { Large0: { Type: type, Properties: properties } } };
    expect(passedLimits(template, localSettings.stackName)).toEqual([expect.stringMatching(message)]);
  });

  it("and the stack holds its template to them", () => {
    const variables = { Environment: { Variables: { PRICES: "x".repeat(4096) } } };
    expect(synthesisWith("AWS::Lambda::Function", variables)).toThrow(/limits of AWS are passed: .*Large0/);
  });

  it("more than 500 resources", () => {
    expect(synthesisWith("AWS::SNS::Topic", {}, 300)).toThrow(/Number of resources.*500/);
  });
});
