/**
 * A new template while executions wait: each of them ends under the definition with which it began, as Step Functions promises,
 * and what starts after has the new one. https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 */
import { expect, it, onTestFinished } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import type { Channel } from "../../functions/domain/channel.ts";
import { executionInput } from "../../functions/domain/message/execution-input.ts";
import { createClock } from "../../infra/local/clock.ts";
import { createStepFunctions } from "../../infra/local/step-functions/index.ts";
import { stateMachineDefinition } from "../../infra/state-machine-definition.ts";
import { machinePrefix } from "./fixtures/routing-in-process.ts";

const executions = 1000;
const until = "delivered" as const;
const route = ["whatsApp", "sms"].map((channel) => ({ channel, timeoutSeconds: 86_400, until }));
const settled = () => new Promise((resolve) => setImmediate(resolve));

it(`${executions} executions that wait go on to their next channel under their own definition, and all end`, async () => {
  const clock = createClock();
  /** The waiting tasks, by the function that was called. */
  const waiting = new Map<string, { taskToken: string; messageId: string }[]>();
  const machine = createStepFunctions({
    clock,
    quotas: { buckets: [], openExecutions: 1_000_000 },
    invoke: async (arn, payload) => {
      const { taskToken, hop } = payload as { taskToken: string; hop: { messageId: string } };
      waiting.set(arn, [...(waiting.get(arn) ?? []), { taskToken, messageId: hop.messageId }]);
    },
  });
  onTestFinished(() => {
    machine.stop();
    clock.stop();
  });
  const functionOf = (version: string) => (name: string) =>
    `arn:aws:lambda:us-east-1:000000000000:function:${name}-${version}`;
  const deploy = (version: string, enabledChannels: readonly Channel[]) => {
    const arnOf = functionOf(version);
    for (const first of enabledChannels)
      machine.addStateMachine({
        name: `routing-${first.id}`,
        arn: `${machinePrefix}${first.id}`,
        definition: JSON.stringify(
          stateMachineDefinition(first, enabledChannels, ({ id }) => arnOf(id), arnOf("undeliverable")),
        ),
      });
  };
  const start = async (name: string) => {
    const input = JSON.stringify(executionInput({ messageId: name, route, skipped: {}, attempts: {} }));
    const stateMachineArn = `${machinePrefix}whatsApp`;
    const { status, body } = await machine.handle("StartExecution", { stateMachineArn, name, input });
    expect(status).toBe(200);
    return (body as { executionArn: string }).executionArn;
  };
  const of = (version: string, channel: string) => waiting.get(functionOf(version)(channel)) ?? [];

  deploy("old", channels);
  const old: string[] = [];
  for (let number = 0; number < executions; number++) old.push(await start(`old-${number}`));
  await settled();
  expect(of("old", "whatsApp")).toHaveLength(executions);
  // Every state is renamed, and calls another function.
  deploy(
    "new",
    channels.map((channel) => ({ ...channel, name: `New ${channel.name}` })),
  );
  const fresh = await start("new");
  await settled();
  for (const { taskToken } of [...of("old", "whatsApp"), ...of("new", "whatsApp")])
    await machine.handle("SendTaskFailure", { taskToken, error: "NotRegistered", cause: "not there" });
  await settled();
  expect(new Set(of("old", "sms").map(({ messageId }) => messageId)).size).toBe(executions);
  expect(of("new", "sms").map(({ messageId }) => messageId)).toEqual(["new"]);
  for (const { taskToken } of [...of("old", "sms"), ...of("new", "sms")])
    await machine.handle("SendTaskSuccess", { taskToken, output: "{}" });
  await settled();
  expect(machine.openExecutions()).toBe(0);
  const statuses = await Promise.all(
    [...old, fresh].map(async (executionArn) => {
      const { body } = await machine.handle("DescribeExecution", { executionArn });
      return (body as { status: string }).status;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set(["SUCCEEDED"]));
  expect(statuses).toHaveLength(executions + 1);
});
