/** The template's subscription filters of log groups, on a clock that the test moves. */
import { gunzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { LogSubscriptions } from "../../infra/local/aws/log-subscriptions.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Stack, type Template, unknownTypes } from "../../infra/local/cloudformation.ts";

const logGroupName = "sns/us-east-1/000000000000/DirectPublishToPhoneNumber";
const filter = (more: object = {}) => ({
  Type: "AWS::Logs::SubscriptionFilter",
  Properties: {
    LogGroupName: { Ref: "Group" },
    DestinationArn: { "Fn::GetAtt": ["Reader", "Arn"] },
    FilterPattern: "",
    ...more,
  },
});

interface Invocation {
  functionArn: string;
  message: unknown;
  at: number;
}

/** Subscribes a function of the template as `filters` say; the first `failures` invocations fail. */
function deploy(filters: Record<string, ReturnType<typeof filter>>, failures = 0) {
  const template: Template = {
    Resources: {
      Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: logGroupName } },
      Reader: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "reader" } },
      ...filters,
    },
    Outputs: {},
  };
  expect(unknownTypes(template)).toEqual([]);
  const clock = createClock();
  onTestFinished(() => clock.stop());
  const start = clock.now();
  const invocations: Invocation[] = [];
  const warnings: string[] = [];
  const parked: { functionArn: string; payload: unknown }[] = [];
  const logs = new LogSubscriptions({
    clock,
    invoke: async (functionArn, payload) => {
      const { awslogs } = payload as { awslogs: { data: string } };
      const message = JSON.parse(gunzipSync(Buffer.from(awslogs.data, "base64")).toString());
      invocations.push({ functionArn, message, at: Math.round((clock.now() - start) / 1000) });
      if (invocations.length <= failures) throw new Error("no");
    },
    park: (functionArn, payload) => void parked.push({ functionArn, payload }),
    warn: (text) => void warnings.push(text),
  });
  for (const resource of new Stack(template, "S", "").ofType("AWS::Logs::SubscriptionFilter"))
    logs.subscribe(resource);
  return { clock, logs, invocations, parked, warnings };
}

it("a new subscription sends CloudWatch Logs' control message to its function", () => {
  const { invocations } = deploy({ Filter: filter() });
  expect(invocations).toEqual([
    {
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:reader",
      message: {
        messageType: "CONTROL_MESSAGE",
        owner: "CloudwatchLogs",
        logGroup: "",
        logStream: "",
        subscriptionFilters: [],
        logEvents: [
          {
            id: "",
            timestamp: expect.any(Number),
            message: expect.stringMatching(/^CWL CONTROL MESSAGE: /),
          },
        ],
      },
      at: 0,
    },
  ]);
});

it("a log event goes to every function that subscribed to its group, as CloudWatch Logs sends it", () => {
  const { logs, invocations } = deploy({ One: filter({ FilterName: "one" }), Two: filter() });
  invocations.length = 0;
  const record = '{"status":"SUCCESS","name":"Zoë"}';
  logs.put(logGroupName, record);
  expect(invocations.map(({ message }) => message)).toEqual(
    ["one", "S-Two"].map((name) => ({
      messageType: "DATA_MESSAGE",
      owner: "000000000000",
      logGroup: logGroupName,
      logStream: expect.stringMatching(/./),
      subscriptionFilters: [name],
      logEvents: [{ id: expect.stringMatching(/^\d{56}$/), timestamp: expect.any(Number), message: record }],
    })),
  );
});

it("each log event has its own id", () => {
  const { logs, invocations } = deploy({ Filter: filter() });
  invocations.length = 0;
  logs.put(logGroupName, "one");
  logs.put(logGroupName, "two");
  const ids = invocations.map(({ message }) => (message as { logEvents: { id: string }[] }).logEvents[0]?.id);
  expect(new Set(ids).size).toBe(2);
});

it("a log event without a subscription is dropped", () => {
  const { logs, invocations } = deploy({ Filter: filter() });
  invocations.length = 0;
  logs.put(`${logGroupName}/Failure`, "lost");
  expect(invocations).toEqual([]);
});

it("a function that fails is invoked twice more, by the clock", async () => {
  const { clock, logs, invocations } = deploy({ Filter: filter() }, 100);
  logs.stop();
  invocations.length = 0;
  logs.put(logGroupName, "event");
  await new Promise(setImmediate);
  await clock.advance(3_600_000);
  expect(invocations.map(({ at }) => at)).toEqual([0, 60, 180]);
});

it("an event that failed three times goes to the dead-letter queue unchanged, and no other does", async () => {
  const { clock, parked } = deploy({ Filter: filter() }, 3);
  await new Promise(setImmediate);
  expect(parked).toEqual([]);
  await clock.advance(3_600_000);
  expect(parked).toEqual([
    {
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:reader",
      payload: { awslogs: { data: expect.any(String) } },
    },
  ]);
  const { clock: other, parked: none } = deploy({ Filter: filter() }, 2);
  await new Promise(setImmediate);
  await other.advance(3_600_000);
  expect(none).toEqual([]);
});

it("no function is invoked after the stop", async () => {
  const { clock, logs, invocations } = deploy({ Filter: filter() }, 100);
  logs.put(logGroupName, "event");
  await new Promise(setImmediate);
  expect(invocations).toHaveLength(2);
  logs.stop();
  await clock.advance(3_600_000);
  expect(invocations).toHaveLength(2);
});

it.each([
  { name: "a filter pattern", more: { FilterPattern: "ERROR" } },
  {
    name: "a destination that is not a function",
    more: { DestinationArn: "arn:aws:kinesis:us-east-1:0:stream/s" },
  },
])("a subscription with $name is reported to have no effect", ({ more }) => {
  const { logs, invocations, warnings } = deploy({ Filter: filter(more) });
  logs.put(logGroupName, "event");
  expect(warnings).toEqual([expect.stringContaining("Filter has no effect here")]);
  expect(invocations).toEqual([]);
});
