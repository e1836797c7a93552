/** The template: what matters of it, not a snapshot. */
import { globSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { readFacts } from "../../functions/shared/deployment-facts.ts";
import { factsFile } from "../../functions/shared/environment.ts";
import { apiDocument } from "../../infra/bundle/bundles.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { quietHoursState, stateMachineDefinition } from "../../infra/state-machine-definition.ts";
import { expectDocumented } from "./documented-routes.ts";
import { stackIn, synthesize, withContext } from "./synthesize.ts";

interface State {
  Type: string;
  End?: boolean;
  Catch?: { ErrorEquals: string[]; Next: string }[];
}
/** By the names of the state machines. */
const definitionsIn = (template: Template): Map<string, { StartAt: string; States: Record<string, State> }> =>
  new Map(
    Object.values(template.findResources("AWS::StepFunctions::StateMachine")).map(({ Properties }) => [
      Properties.StateMachineName,
      JSON.parse(Properties.DefinitionString),
    ]),
  );
const definitionIn = (template: Template) => {
  const [definition] = definitionsIn(template).values();
  if (definition === undefined) throw new Error("the template has no state machine");
  return definition;
};

describe("a deployment with an account for every channel", () => {
  let template: Template;
  beforeAll(() => {
    template = synthesize(localSettings);
  });

  it('the state machine has one state for each channel, which ends there or goes to "Next channel"', () => {
    const { States } = definitionIn(template);
    expect(Object.keys(States).sort()).toEqual(
      [
        "Next channel",
        "Undeliverable",
        "Message failed",
        ...channels.flatMap((channel) => [channel.name, quietHoursState(channel)]),
      ].sort(),
    );
    for (const { name } of channels) {
      expect(States[name]).toMatchObject({
        Type: "Task",
        Resource: "arn:${Partition}:states:::lambda:invoke.waitForTaskToken",
        TimeoutSecondsPath: "$.timeoutSeconds",
        End: true,
        Catch: [
          {
            ErrorEquals: ["QuietHours"],
            Next: `${name} waits for quiet hours to end`,
            ResultPath: "$.quiet",
          },
          { ErrorEquals: ["MessageExpired"], Next: "Undeliverable" },
          { ErrorEquals: ["States.ALL"], Next: "Next channel", ResultPath: "$.next.failed" },
        ],
      });
      expect(States[`${name} waits for quiet hours to end`]).toEqual({
        Type: "Wait",
        TimestampPath: "$.quiet.Cause",
        Next: name,
      });
    }
  });

  it("there is one state machine for each first channel, and they differ in StartAt only", () => {
    const definitions = definitionsIn(template);
    expect([...definitions].map(([name, { StartAt }]) => [name, StartAt]).sort()).toEqual(
      channels.map(({ id, name }) => [`FallbackRouting-${id}`, name]).sort(),
    );
    const { States } = definitionIn(template);
    for (const definition of definitions.values()) expect(definition.States).toEqual(States);
  });

  it("the state machines are Standard and log no execution data", () => {
    template.allResourcesProperties("AWS::StepFunctions::StateMachine", {
      StateMachineType: "STANDARD",
      LoggingConfiguration: { IncludeExecutionData: false, Level: "ERROR" },
    });
  });

  it("every function runs on Node.js 24 and arm64, with its own role and a log group with a retention", () => {
    const functions = template.findResources("AWS::Lambda::Function");
    const roles = Object.values(functions).map(({ Properties }) => {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        LoggingConfig: { LogGroup: expect.anything() },
      });
      return JSON.stringify(Properties.Role);
    });
    expect(new Set(roles).size).toBe(Object.keys(functions).length);
    for (const { Properties } of Object.values(template.findResources("AWS::Logs::LogGroup")))
      expect(Properties.RetentionInDays).toBe(30);
  });

  it("every table is on demand, with point-in-time recovery", () => {
    const tables = Object.values(template.findResources("AWS::DynamoDB::Table"));
    expect(tables).toHaveLength(9);
    for (const { Properties, DeletionPolicy } of tables) {
      expect(Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      // A first deployment that fails leaves none behind.
      expect(DeletionPolicy).toBe("RetainExceptOnCreate");
      expect(Properties.DeletionProtectionEnabled).toBe(true);
    }
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
  });

  it("no ARN names the partition of the commercial regions: the stack works in China and GovCloud too", () => {
    const { fcmPlatformApplicationArn, apnsPlatformApplicationArn, rcsAgentArn, mmsOriginationArn, ...rest } =
      localSettings;
    expect(JSON.stringify(synthesize(rest).toJSON())).not.toMatch(/arn:aws:/);
  });

  it("a second stack of another name has no name, path or parameter of the first", () => {
    const names = JSON.stringify(synthesize({ ...localSettings, stackName: "Second" }).toJSON());
    const others = names
      .match(/FallbackRouting[^",\\ ]*/g)
      ?.filter((name) => !/^FallbackRouting(,.*)?$/.test(name));
    expect(others ?? []).toEqual([]);
    expect(() => synthesize({ stackName: "two words" })).toThrow(/stackName.*must be a letter/);
  });

  it("MMS is sent by its number alone, from files of its bucket alone", () => {
    const policies = JSON.stringify(template.findResources("AWS::IAM::Policy"));
    expect(policies).toContain(localSettings.mmsOriginationArn);
    expect(policies.match(/"s3:[A-Z]\w+"/g)).toEqual(['"s3:GetObject"']);
    const { mmsMediaBucket, ...without } = localSettings;
    expect(JSON.stringify(synthesize(without).toJSON())).not.toMatch(/Sends a message by MMS|MmsEvents/);
  });

  it("RCS is sent as the agent alone, and its events go by a configuration set to its topic", () => {
    template.hasResourceProperties("AWS::SMSVOICE::ConfigurationSet", {
      ConfigurationSetName: "FallbackRouting-rcs",
      EventDestinations: [
        {
          Enabled: true,
          MatchingEventTypes: Match.arrayWith(["RCS_DELIVERED", "RCS_READ", "RCS_FAILED", "RCS_TTL_EXPIRED"]),
          SnsDestination: { TopicArn: { Ref: Match.stringLikeRegexp("RcsEvents") } },
        },
      ],
    });
    const policies = JSON.stringify(template.findResources("AWS::IAM::Policy"));
    expect(policies.match(/sms-voice:[A-Z]\w+/g)).toEqual(
      policies.match(/sms-voice:Send(?:Rcs|Media)Message/g),
    );
    const { rcsAgentArn, mmsOriginationArn, ...without } = localSettings;
    const text = JSON.stringify(synthesize(without).toJSON());
    expect(text).not.toMatch(/SMSVOICE|Sends a message by RCS|RcsEvents/);
  });

  it("SMS by End User Messaging has its events in the place of SNS's logs, and may not publish", () => {
    const alone = synthesize({
      ...localSettings,
      smsProviders: "endUserMessaging",
      smsSenderId: "MyShop",
      smsOriginationIdentity: "arn:aws:sms-voice:us-east-1:210987654321:pool/pool-1",
      smsTwoWay: false,
    });
    alone.hasResourceProperties("AWS::SMSVOICE::ConfigurationSet", {
      ConfigurationSetName: "FallbackRouting-sms",
      DefaultSenderId: "MyShop",
      EventDestinations: [
        {
          MatchingEventTypes: Match.arrayWith(["TEXT_DELIVERED", "TEXT_SUCCESSFUL", "TEXT_TTL_EXPIRED"]),
          SnsDestination: { TopicArn: { Ref: Match.stringLikeRegexp("SmsAnswers") } },
        },
      ],
    });
    expect(JSON.stringify(alone.toJSON())).not.toMatch(/DirectPublishToPhoneNumber|SmsDeliveryLogs/);
    const [policy] = Object.entries(alone.findResources("AWS::IAM::Policy")).filter(([id]) =>
      id.startsWith("RoutingSmsServiceRole"),
    );
    const statements = policy?.[1].Properties.PolicyDocument.Statement as { Action: string | string[] }[];
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toContain("sms-voice:SendTextMessage");
    expect(actions).not.toContain("sns:Publish");
    // No entry by the number: nobody can answer.
    const ofContacts = statements.filter((one) => JSON.stringify(one).includes("TablesContacts"));
    expect(ofContacts.flatMap(({ Action }) => Action).toSorted()).toEqual([
      "dynamodb:GetItem",
      "dynamodb:UpdateItem",
    ]);
    expect(JSON.stringify(policy)).toContain("pool/pool-1");
  });

  it("both providers of SMS have all of it, in one function with one task", () => {
    const both = synthesize({ ...localSettings, smsProviders: ["endUserMessaging", "sns"] });
    both.resourceCountIs("AWS::Logs::SubscriptionFilter", 2);
    both.hasResourceProperties("AWS::SMSVOICE::ConfigurationSet", {
      ConfigurationSetName: "FallbackRouting-sms",
    });
    const { States } = definitionIn(both);
    expect(Object.keys(States).toSorted()).toEqual(Object.keys(definitionIn(template).States).toSorted());
    expect(() => synthesize({ smsProviders: "pigeon" })).toThrow(
      /smsProviders is "pigeon": it must be sns or endUserMessaging, or several/,
    );
  });

  it("WhatsApp by AWS has a topic, and neither webhook, token nor secret", () => {
    const whatsAppPhoneNumberId = "phone-number-id-0123456789abcdef0123456789abcdef";
    const byAws = synthesize({ ...localSettings, whatsAppProvider: "aws", whatsAppPhoneNumberId });
    const text = JSON.stringify(byAws.toJSON());
    expect(text).not.toMatch(
      /webhooks\/whats-app|parameter\/FallbackRouting\/whatsApp|WHATS_APP_\w+_PARAMETER/,
    );
    byAws.hasOutput("WhatsAppEventsTopicArn", {});
    byAws.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "social-messaging:SendWhatsAppMessage",
            Resource: {
              "Fn::Join": [
                "",
                Match.arrayWith([
                  Match.stringLikeRegexp(":phone-number-id/0123456789abcdef0123456789abcdef$"),
                ]),
              ],
            },
          }),
        ]),
      },
    });
    byAws.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: "social-messaging.amazonaws.com" } }),
        ]),
      },
    });
    byAws.hasResourceProperties("AWS::Lambda::Function", {
      Description: "Records receipts and ends waiting tasks",
      Environment: { Variables: Match.objectLike({ WHATS_APP_PHONE_NUMBER_ID: whatsAppPhoneNumberId }) },
    });
    // With Meta's id of the number it is no account of AWS's.
    const absent = JSON.stringify(synthesize({ ...localSettings, whatsAppProvider: "aws" }).toJSON());
    expect(absent).not.toContain("social-messaging");
    expect(JSON.stringify(template.toJSON())).not.toMatch(/social-messaging|WhatsAppEvents|SendTextMessage/);
  });

  it("SNS itself may publish to every topic of the account", () => {
    const topics = Object.keys(template.findResources("AWS::SNS::Topic"));
    const policies = Object.values(template.findResources("AWS::SNS::TopicPolicy")).map(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(policies).toHaveLength(topics.length);
    for (const statements of policies)
      expect(statements).toContainEqual(
        expect.objectContaining({
          Sid: "Owner",
          Effect: "Allow",
          Action: ["sns:Publish", "sns:Subscribe"],
          Condition: { StringEquals: { "AWS:SourceOwner": { Ref: "AWS::AccountId" } } },
        }),
      );
  });

  it("SNS may make its delivery logs' groups itself, and keeps those that it has", () => {
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: [
          {
            Action: [
              "logs:CreateLogGroup",
              "logs:CreateLogStream",
              "logs:PutLogEvents",
              "logs:PutMetricFilter",
              "logs:PutRetentionPolicy",
            ],
          },
        ],
      },
    });
    const groupsOf = (one: Template) =>
      Object.values(one.findResources("AWS::Logs::LogGroup")).filter(({ Properties }) =>
        JSON.stringify(Properties.LogGroupName ?? "").includes("DirectPublish"),
      );
    for (const { DeletionPolicy } of groupsOf(template)) expect(DeletionPolicy).toBe("RetainExceptOnCreate");
    expect(groupsOf(template)).toHaveLength(2);
    const second = synthesize({ ...localSettings, deliveryLogGroups: "existing" });
    expect(groupsOf(second)).toHaveLength(0);
    second.resourceCountIs("AWS::Logs::SubscriptionFilter", 2);
  });

  it("the state machines are made one after the other: they share the delivery of logs", () => {
    const machines = Object.entries(template.findResources("AWS::StepFunctions::StateMachine"));
    const waiting = machines.filter(([, { DependsOn }]) =>
      machines.some(([id]) => (DependsOn as string[]).includes(id)),
    );
    expect(waiting).toHaveLength(machines.length - 1);
  });

  it("every route of the API is behind the authorizer, except those that bring a signature or a token", () => {
    const routes = Object.values(template.findResources("AWS::ApiGatewayV2::Route")).map(
      ({ Properties }) => Properties,
    );
    const keysOf = (type: string) =>
      routes.filter(({ AuthorizationType }) => AuthorizationType === type).map(({ RouteKey }) => RouteKey);
    expect(keysOf("NONE").sort()).toEqual([
      "GET /openapi.json",
      "GET /webhooks/fb-messenger",
      "GET /webhooks/whats-app",
      "POST /receipts/app-messaging",
      "POST /webhooks/fb-messenger",
      "POST /webhooks/whats-app",
    ]);
    expect(keysOf("CUSTOM").sort()).toEqual([
      "ANY /apispaces/{apiSpaceId}/{path+}",
      "ANY /cpaas/{path+}",
      "DELETE /messages/{messageId}",
      "DELETE /profiles/{profileId}",
      "DELETE /profiles/{profileId}/consents/{channel}",
      "DELETE /rules/{name}",
      "DELETE /webhook",
      "GET /messages",
      "GET /messages/{messageId}",
      "GET /profiles/{profileId}",
      "GET /profiles/{profileId}/consents/{channel}",
      "GET /profiles/{profileId}/messages",
      "GET /rules/{name}",
      "GET /settings",
      "GET /webhook",
      "POST /consents",
      "POST /messages",
      "POST /messages/batch",
      "POST /messages/plan",
      "POST /messages/resolve",
      "POST /messages/{messageId}/redact",
      "POST /messages/{messageId}/resend",
      "PUT /profiles/{profileId}",
      "PUT /profiles/{profileId}/consents/{channel}",
      "PUT /rules/{name}",
      "PUT /settings",
      "PUT /webhook",
    ]);
  });

  it("the routes are exactly those of the API's document", () => {
    expectDocumented(template, apiDocument(readSettings(withContext(localSettings).node)));
  });

  it("the receipts function subscribes to SNS's delivery logs of SMS, successes and failures", () => {
    for (const suffix of ["", "/Failure"])
      template.hasResourceProperties("AWS::Logs::LogGroup", {
        LogGroupName: {
          "Fn::Join": ["", Match.arrayWith([`/DirectPublishToPhoneNumber${suffix}`])],
        },
      });
    template.resourceCountIs("AWS::Logs::SubscriptionFilter", 2);
  });

  it("failed messages go to encrypted dead-letter queues, and queues report failures message by message", () => {
    const queues = Object.values(template.findResources("AWS::SQS::Queue"));
    // Each queue has its dead-letter queue; the stream has one, and the function that CloudWatch Logs invokes.
    expect(queues.filter(({ Properties }) => Properties.RedrivePolicy === undefined)).toHaveLength(
      (queues.length + 2) / 2,
    );
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    for (const { Properties } of Object.values(template.findResources("AWS::Lambda::EventSourceMapping")))
      if (Properties.StartingPosition === undefined)
        expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      else expect(Properties.DestinationConfig.OnFailure.Destination).toBeDefined();
  });

  it("an asynchronous invocation that fails in all tries goes to a dead-letter queue", () => {
    const functions = template.findResources("AWS::Lambda::Function");
    const named = (value: unknown) => (value as { "Fn::GetAtt"?: [string] })["Fn::GetAtt"]?.[0] ?? "";
    const destinations = Object.values(template.findResources("AWS::Logs::SubscriptionFilter")).map(
      ({ Properties }) => named(Properties.DestinationArn),
    );
    expect(destinations.length).toBeGreaterThan(0);
    for (const name of destinations)
      expect(named(functions[name]?.Properties.DeadLetterConfig?.TargetArn)).toContain("DeadLetterQueue");
    // Whoever else invokes asynchronously: a topic, a rule, a bucket, a schedule.
    const invokers = Object.values(template.findResources("AWS::Lambda::Permission")).map(
      ({ Properties }) => Properties.Principal as string,
    );
    expect([...new Set(invokers)].sort()).toEqual(["apigateway.amazonaws.com", "logs.amazonaws.com"]);
  });

  it("every queue has a maximum concurrency, and no function has reserved concurrency", () => {
    const sources = Object.values(template.findResources("AWS::Lambda::EventSourceMapping"))
      .map(({ Properties }) => Properties)
      .filter(({ StartingPosition }) => StartingPosition === undefined);
    const most = sources.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency as number);
    expect(most.sort((one, other) => one - other)).toEqual([5, 10, 20, 50, 50]);
    for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function")))
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    // A flood of webhooks is bounded by the stage's rate: 1,000 a second, of a function that takes milliseconds.
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    });
  });

  it("every task that waits for a token has a window", () => {
    for (const { States } of definitionsIn(template).values()) {
      const waiting = Object.values(States as Record<string, State & Record<string, unknown>>).filter(
        ({ Resource }) => typeof Resource === "string" && Resource.endsWith(".waitForTaskToken"),
      );
      expect(waiting).toHaveLength(channels.length);
      for (const state of waiting) expect(state.TimeoutSeconds ?? state.TimeoutSecondsPath).toBeDefined();
    }
  });

  it("the ingest queue's messages are parked by the function, with their first id, long before SQS would move them", () => {
    const [fromQueue] = Object.entries(template.findResources("AWS::Lambda::Function")).filter(([id]) =>
      id.startsWith("IngestFromQueue"),
    );
    const tries = Number(fromQueue?.[1].Properties.Environment.Variables.QUEUE_TRIES);
    const [queue] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(([id]) =>
      id.startsWith("IngestMessagesQueue"),
    );
    const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = queue?.[1].Properties ?? {};
    expect(tries).toBe(5);
    expect(RedrivePolicy.maxReceiveCount).toBe(1000);
    // It dies while the queue still keeps it, and a dead letter's age goes on.
    expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeLessThan(MessageRetentionPeriod / 4);
  });

  it("a start is tried for more than a day, and Scheduler's role is for our group of schedules alone", () => {
    const [queue] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(([id]) =>
      id.startsWith("IngestStartsQueue"),
    );
    const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = queue?.[1].Properties ?? {};
    const seconds = RedrivePolicy.maxReceiveCount * VisibilityTimeout;
    expect(seconds).toBeGreaterThan(24 * 3600);
    expect(seconds).toBeLessThan(MessageRetentionPeriod / 4);
    const groups = Object.keys(template.findResources("AWS::Scheduler::ScheduleGroup"));
    expect(groups).toHaveLength(1);
    const roles = Object.values(template.findResources("AWS::IAM::Role")).filter(({ Properties }) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes("scheduler.amazonaws.com"),
    );
    expect(roles.map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement)).toMatchObject([
      [
        {
          Condition: {
            StringEquals: {
              "aws:SourceAccount": { Ref: "AWS::AccountId" },
              "aws:SourceArn": { "Fn::GetAtt": [groups[0], "Arn"] },
            },
          },
        },
      ],
    ]);
  });

  it("the SMS function may publish to phones only, and no channel may read another channel's secrets", () => {
    const anySnsArn = { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":sns:*:*:*"]] };
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Allow", Action: "sns:Publish", Resource: "*" }),
          Match.objectLike({ Effect: "Deny", Action: "sns:Publish", Resource: anySnsArn }),
        ]),
      },
    });
    const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
    for (const [id, { Properties }] of policies) {
      const text = JSON.stringify(Properties.PolicyDocument);
      expect(text.includes("/whatsApp/accessToken")).toBe(id.includes("WhatsApp"));
      expect(text.includes("/whatsApp/appSecret")).toBe(id.includes("ReceiptsWebhooks"));
      expect(text).not.toMatch(/"Action":"\*"|dynamodb:\*/);
    }
  });

  it("a policy allows all resources only for actions that know no narrower resource", () => {
    const statements = Object.values(template.findResources("AWS::IAM::Policy")).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as Record<string, string | string[]>[],
    );
    const onEverything = statements
      .filter(({ Effect, Resource }) => Effect === "Allow" && [Resource].flat().includes("*"))
      .flatMap(({ Action = [] }) => Action)
      .filter(
        (action) => !/^logs:.*(LogDelivery|LogDeliveries|ResourcePolic|DescribeLogGroups)/.test(action),
      );
    const onEndpoints = statements.filter(({ Action = [] }) => Action.includes("sns:SetEndpointAttributes"));
    const push = ["sns:Publish", "sns:SetEndpointAttributes"];
    expect(onEndpoints.map(({ Action }) => Action)).toEqual([push, push]);
    for (const resource of onEndpoints.flatMap(({ Resource = [] }) => Resource))
      expect(JSON.stringify(resource)).toMatch(/:endpoint\/.*\/\*/);
    // No family of actions: each is named.
    expect(statements.flatMap(({ Action = [] }) => Action).filter((action) => action.includes("*"))).toEqual(
      [],
    );
    // Phone numbers have no ARN; streams are listed for an account.
    expect(onEverything.sort()).toEqual(["dynamodb:ListStreams", "sns:Publish"]);
  });

  it("the template contains no secret", () => {
    expect(JSON.stringify(template.toJSON())).not.toContain("local-");
  });
});

describe("a deployment without accounts at Meta", () => {
  it("channels without an account are not enabled, ingest's settings say so, and the deployment needs nothing of theirs", () => {
    const app = withContext({});
    const template = Template.fromStack(stackIn(app));
    expect(Object.keys(definitionIn(template).States).sort()).toEqual([
      "Message failed",
      "Next channel",
      "SMS",
      "SMS waits for quiet hours to end",
      "Undeliverable",
    ]);
    const withFacts = globSync(`asset.*/${factsFile}`, { cwd: app.outdir });
    expect(withFacts.length).toBeGreaterThan(0);
    for (const file of withFacts)
      expect(readFacts(dirname(resolve(app.outdir, file))).absentChannels).toMatchObject({
        whatsApp: expect.stringContaining("no WhatsApp account"),
      });
    expectDocumented(template, apiDocument(readSettings(withContext({}).node)));
  });
});

describe("the settings of a deployment", () => {
  it("the channels' functions have the memory that is set", () => {
    const ofSms = { Description: "Sends a message by SMS" };
    synthesize({ channelMemory: "512" }).hasResourceProperties("AWS::Lambda::Function", {
      ...ofSms,
      MemorySize: 512,
    });
  });

  it("an invalid setting is refused by its name", () => {
    expect(() => synthesize({ retentionDays: 0 })).toThrow(/retentionDays/);
    expect(() => synthesize({ channelMemory: 128 })).toThrow(/channelMemory.*at least 192 MB/);
    expect(() => synthesize({ windows: { pigeon: 60 } })).toThrow(/windows/);
  });
});

describe("the state machine's definition", () => {
  it("the definition has a route to every channel that it is given", () => {
    const [first] = channels;
    if (first === undefined) throw new Error("the bench is empty");
    const definition = stateMachineDefinition(first, channels, ({ id }) => id, "undeliverable");
    expect(definition.States["Next channel"]).toMatchObject({
      Type: "Choice",
      InputPath: "$.next",
      Default: "Undeliverable",
    });
  });
});
