/**
 * What a deployed stack does with messages to test addresses (functions/domain/test-addresses.ts), seen from outside. Those of the
 * queue have no key that could be a test key: the one that goes by it is scheduled for tomorrow, and cancelled.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type Client, createClient, type Schemas } from "../../../functions/api/client/client.ts";
import { channels } from "../../../functions/channels/registry.ts";
import { localNow } from "../local-run.ts";
import { createSqsClient } from "../sqs-client.ts";
import { type Check, Checks, Skipped } from "./check.ts";
import { type Deployment, findDeployment, listen, makeTestKey } from "./deployment.ts";

export interface StackOptions {
  stackName: string;
  isLocal: boolean;
  /** How long one check waits. */
  timeoutMs: number;
  onCheck: (check: Check) => void;
}

/** What becomes of a message to it, by the number at its end. */
const [delivered, notRegistered] = ["0000", "0001"];
const addressesOf = (number: string) => ({
  phoneNumber: `+44207946${number}`,
  fbMessengerId: `test-${number}`,
  email: `test-${number}@example.com`,
  appDevices: [{ platform: "fcm" as const, token: `test-${number}` }],
});
/** Nothing of it may be anywhere but in the tables. */
const body = "Only to verify that all works";
const personal = [body, "442079460", "test-000"];

/** Exit status: 0 where every check passed. */
export async function verifyStack({ stackName, isLocal, timeoutMs, onCheck }: StackOptions): Promise<number> {
  const [sqs, sns, stepFunctions] = [createSqsClient(), new SNSClient(), new SFNClient()];
  const deployment = await findDeployment(stackName, isLocal, sqs, sns);
  const key = await makeTestKey(stackName);
  const events = await listen(sqs, sns, deployment.eventsTopicArn, key.client).catch(async (error) => {
    await key.revoke();
    throw error;
  });
  const checks = new Checks(onCheck);
  try {
    const client = createClient({ baseUrl: deployment.api.replace(/\/+$/, ""), apiKey: key.apiKey });
    const until = untilWithin(timeoutMs);
    const offered = await checkApi(checks, deployment, client);
    const sent = await checkChannels(checks, offered, client, until);

    await checks.run("the message falls back to the next channel", async () => {
      const first = channels.find(({ id }) => id === offered[0]);
      const second = channels.find(
        ({ id, address }) => offered.includes(id) && first !== undefined && address !== first.address,
      );
      if (first === undefined || second === undefined)
        throw new Skipped("the stack has no two channels with different addresses");
      const to = {
        ...addressesOf(delivered),
        [first.address]: Object.entries(addressesOf(notRegistered)).find(
          ([name]) => name === first.address,
        )?.[1],
      };
      const { messageId } = await send(client, { to, body, rules: [first.id, second.id] });
      const trace = await until(() => traceOf(client, messageId), isOver);
      const outcomes = trace.channels.map(({ channel, outcome }) => `${channel} ${outcome}`).join(", ");
      if (outcomes !== `${first.id} failed, ${second.id} delivered`) throw new Error(outcomes);
      sent.push(messageId);
      return outcomes;
    });

    await checks.run("a batch is delivered", async () => {
      const items = Array.from({ length: 10 }, (_, index) => ({
        to: addressesOf(delivered),
        body,
        rules: offered,
        idempotencyKey: `${key.client}-${index}`,
      }));
      // Items that a busy stack refuses are sent again, as a sender does: by their keys they stay one message.
      const { results } = await until(
        async () => {
          const { data, error } = await client.POST("/messages/batch", {
            body: items as Schemas["Message"][],
          });
          if (error) throw refusal(error);
          return data;
        },
        (answer) => answer.results.every(({ status }) => status !== 429 && status !== 500),
      );
      const ids = results.flatMap((result) => ("messageId" in result ? [result.messageId] : []));
      if (ids.length !== items.length) throw new Error(JSON.stringify(results));
      for (const messageId of ids) assertDelivered(await until(() => traceOf(client, messageId), isOver));
      return "10 messages";
    });

    await checks.run("the queue is read, and what it brought can be cancelled", async () => {
      const now = isLocal ? await localNow(process.env) : new Date();
      const sendAt = new Date(now.getTime() + 24 * 3600_000).toISOString();
      const { MessageId: messageId = "" } = await sqs.send(
        new SendMessageCommand({
          QueueUrl: deployment.messagesQueueUrl,
          MessageBody: JSON.stringify({ to: addressesOf(delivered), body, rules: offered, sendAt }),
          MessageAttributes: { client: { DataType: "String", StringValue: key.client } },
        }),
      );
      await until(
        () => traceOf(client, messageId).catch(() => undefined),
        (trace) => trace?.status === "scheduled",
      );
      const path = { params: { path: { messageId } } };
      const { error } = await client.DELETE("/messages/{messageId}", path);
      if (error) throw refusal(error);
      await until(
        () => traceOf(client, messageId),
        ({ status }) => status === "cancelled",
      );
    });

    await checks.run("the execution has nothing personal", async () => {
      for (const messageId of sent) {
        const { execution } = await traceOf(client, messageId);
        const { input, output, status } = await until(
          () => stepFunctions.send(new DescribeExecutionCommand({ executionArn: execution.arn })),
          ({ status }) => status !== "RUNNING",
        );
        if (status !== "SUCCEEDED") throw new Error(`${execution.arn} is ${status}`);
        assertNothingPersonal(`${input}${output}`, "its input or output");
      }
      return `${sent.length} executions`;
    });

    await checks.run("each message's events are published, without anything personal", async () => {
      const heard = await until(
        () => events.events(),
        (all) =>
          sent.every((id) =>
            all.some(({ subject, type }) => subject === id && /\.(delivered|read)$/.test(type)),
          ),
      );
      for (const { text } of heard) assertNothingPersonal(text, "an event");
      return `${heard.length} events`;
    });

    await checks.run("redaction leaves no reference to find it by", async () => {
      const reference = `verify ${key.client}`;
      const { messageId } = await send(client, {
        to: addressesOf(delivered),
        body,
        rules: offered,
        reference,
      });
      await until(() => traceOf(client, messageId), isOver);
      const { error } = await client.POST("/messages/{messageId}/redact", {
        params: { path: { messageId } },
      });
      if (error) throw refusal(error);
      const trace = await traceOf(client, messageId);
      if (trace.reference !== undefined) throw new Error("the trace still has the reference");
      const { data } = await client.GET("/messages", { params: { query: { reference } } });
      if ((data?.messages.length ?? 0) > 0) throw new Error("it is still found by its reference");
    });
  } finally {
    await Promise.all([events.stop(), key.revoke()]);
  }
  return checks.status();
}

/** Returns the channels that the stack has. */
async function checkApi(checks: Checks, { api }: Deployment, client: Client): Promise<string[]> {
  let offered: string[] = [];
  await checks.run("the API refuses who has no key", async () => {
    const { status } = await fetch(`${api.replace(/\/+$/, "")}/messages/none`);
    if (status !== 401) throw new Error(`it answers ${status}, not 401`);
  });
  await checks.run("a plan names the channels that the stack has", async () => {
    const rules = channels.map(({ id }) => id);
    const { data, error } = await client.POST("/messages/plan", {
      body: { to: addressesOf(delivered), body, rules } as Schemas["Message"],
    });
    if (error) throw refusal(error);
    offered = data.hops.map(({ channel }) => channel);
    const others = data.skipped.map(({ channel, code }) => `${channel} ${code}`);
    return [offered.join(", "), ...(others.length > 0 ? [`not: ${others.join(", ")}`] : [])].join("; ");
  });
  return offered;
}

/** Returns the ids of what was delivered. */
async function checkChannels(
  checks: Checks,
  offered: readonly string[],
  client: Client,
  until: ReturnType<typeof untilWithin>,
): Promise<string[]> {
  const sent: string[] = [];
  for (const channel of offered)
    await checks.run(`a message by ${channel} is delivered, and its trace says so`, async () => {
      const { messageId, test } = await send(client, { to: addressesOf(delivered), body, rules: [channel] });
      if (!test) throw new Error("the message is no test");
      const trace = await until(() => traceOf(client, messageId), isOver);
      assertDelivered(trace);
      sent.push(messageId);
    });
  return sent;
}

const send = async (client: Client, message: object) => {
  const { data, error } = await client.POST("/messages", { body: message as Schemas["Message"] });
  if (error) throw refusal(error);
  return data;
};

async function traceOf(client: Client, messageId: string): Promise<Schemas["Trace"]> {
  const { data, error } = await client.GET("/messages/{messageId}", { params: { path: { messageId } } });
  if (error) throw refusal(error);
  return data;
}

const refusal = ({ status, title, errors = [] }: Schemas["Problem"]) =>
  new Error(
    [`${status} ${title}`, ...errors.map(({ path, message }) => [path, message].join(" ").trim())].join("; "),
  );
/** A push ends the search when it was sent; that it was delivered comes later. */
const isOver = ({ status }: Schemas["Trace"]) => !["scheduled", "processing", "sent"].includes(status);

function assertDelivered({ status, channels: tried }: Schemas["Trace"]): void {
  if (status === "delivered" || status === "read") return;
  const why = tried.map(({ channel, outcome, error }) =>
    [channel, outcome, error?.name].filter(Boolean).join(" "),
  );
  throw new Error(`${status}: ${why.join(", ")}`);
}

function assertNothingPersonal(text: string, where: string): void {
  const found = personal.find((part) => text.includes(part));
  if (found !== undefined) throw new Error(`${where} has "${found}"`);
}

const untilWithin =
  (timeoutMs: number) =>
  async <Value>(look: () => Promise<Value>, isDone: (value: Value) => boolean): Promise<Value> => {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const value = await look();
      if (isDone(value)) return value;
      if (performance.now() > end)
        throw new Error(
          `not within ${timeoutMs / 1000} s; last seen: ${JSON.stringify(value)?.slice(0, 500)}`,
        );
      await pause(250);
    }
  };
