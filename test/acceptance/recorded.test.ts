/**
 * What 0.1 and 0.2 stored, queued and gave to executions is understood by today's functions. `fixtures/recorded` has one JSON
 * a line: what those versions' own local runs wrote to the tables (`table`: at the end; `stored`: a message as it came in) and
 * queues, and the inputs of executions. The first line names the messages.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type AttributeValue, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { accountId, region } from "../../infra/local/physical-ids.ts";
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, awsConfiguration, call, endOf, stepFunctions } from "./service.ts";

type Item = Record<string, AttributeValue>;
interface Named {
  client: string;
  apiKey: string;
  delivered: string;
  fellBack: string;
  failed: string;
  preferred: string;
  redacted: string;
  waiting: string;
  cancelled: string;
  batch: [string, string];
}
interface Recorded {
  table?: string;
  stored?: string;
  item: Item;
  execution?: string;
  machine: string;
  input: string;
  queue?: string;
  MessageBody: string;
  MessageAttributes?: SendMessageCommandInput["MessageAttributes"];
}

const dynamoDb = new DynamoDBClient(awsConfiguration);
const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });
const put = (table: string, Item: Item) =>
  dynamoDb.send(new PutItemCommand({ TableName: tableNamed(table), Item }));

async function queueNamed(name: string): Promise<string> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueName = QueueUrls.map((url) => url.split("/").at(-1) ?? "").find((one) =>
    new RegExp(`-${name}[0-9A-F]{8}`).test(one),
  );
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
}

/** What waits in the queue, is being worked on, or is parked. */
async function left(queue: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await queueNamed(queue),
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

describe.each(["0.1", "0.2"])("what %s left", async (version) => {
  const file = resolve(import.meta.dirname, "fixtures/recorded", `${version}.jsonl`);
  const [first, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const named = JSON.parse(first ?? "") as Named;
  const rows = lines.map((line) => JSON.parse(line) as Recorded);
  const asKey = { authorization: `Bearer ${named.apiKey}` };
  const traceOf = async (messageId: string) =>
    (await call("GET", `/messages/${messageId}`, undefined, asKey)).body;
  const storeAsNew = async (messageId: string) => {
    for (const { stored, item } of rows) if (stored === messageId) await put("Messages", item);
  };
  const queueAgain = async (queue: string, isWanted: (body: string) => boolean = () => true) => {
    const QueueUrl = await queueNamed(queue);
    const wanted = rows.filter((row) => row.queue === queue && isWanted(row.MessageBody));
    expect(wanted.length, queue).toBeGreaterThan(0);
    for (const { MessageBody, MessageAttributes } of wanted)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    return wanted;
  };

  it("is read: keys, messages, profiles, rules, webhooks", async () => {
    const receiver = await startReceiver();
    for (const { table, item } of rows) {
      if (table === undefined) continue;
      const isWebhook = table === "Clients" && item.entry?.S === "webhook";
      await put(table, isWebhook ? { ...item, url: { S: receiver.url } } : item);
    }
    const statuses = {
      delivered: "delivered",
      fellBack: "delivered",
      failed: "failed",
      preferred: "delivered",
      redacted: "delivered",
      cancelled: "cancelled",
    };
    for (const [name, status] of Object.entries(statuses))
      expect((await traceOf(named[name as keyof typeof statuses])).status, name).toBe(status);
    const [whatsApp, sms] = (await traceOf(named.fellBack)).channels;
    expect(whatsApp).toMatchObject({ outcome: "failed", error: { name: "NotRegistered" } });
    expect(sms).toMatchObject({ outcome: "delivered", cost: { usd: expect.any(String) } });
    expect(await traceOf(named.redacted)).toMatchObject({ redactedAt: expect.any(String) });
    expect((await call("GET", "/profiles/old-anna", undefined, asKey)).body).toMatchObject({
      phoneNumber: "+447123100001",
      firstName: "Anna",
      age: 30,
      member: true,
    });
    // The scope `rules` is of later: such a key may use rule sets, and store none.
    expect((await call("GET", "/rules/old-orders", undefined, asKey)).status).toBe(403);
    expect((await call("GET", "/webhook", undefined, asKey)).body).toMatchObject({ url: receiver.url });

    await queueAgain("ClientWebhooksQueue");
    const events = await eventually(
      "the events that were queued, in their form of then",
      async () => receiver.accepted.map(({ body }) => JSON.parse(body)),
      (told) => told.length >= 4,
      () => advanceClock(60_000).then(() => {}),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ subject: named.delivered, type: "message.delivered" }),
    );
  });

  it("goes on: an execution's input, queued starts, messages and receipts", async () => {
    await storeAsNew(named.waiting);
    const execution = rows.find((row) => row.execution === named.waiting) as Recorded;
    const { executionArn = "" } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:FallbackRouting-${execution.machine}`,
        name: named.waiting,
        input: execution.input,
      }),
    );
    await eventually(
      "WhatsApp has it",
      () => traceOf(named.waiting),
      ({ channels: [whatsApp] }) => whatsApp.outcome !== "notTried",
    );
    expect((await endOf(executionArn)).status).toBe("SUCCEEDED");
    expect((await traceOf(named.waiting)).status).toBe("delivered");

    for (const messageId of named.batch) await storeAsNew(messageId);
    await queueAgain("IngestStartsQueue");
    for (const messageId of named.batch)
      await eventually(
        "delivered",
        () => traceOf(messageId),
        ({ status }) => ["sent", "delivered", "read"].includes(status),
        () => advanceClock(1000).then(() => {}),
      );

    await queueAgain("IngestMessagesQueue");
    const known = new Set(rows.map(({ stored }) => stored));
    const [queued] = await eventually(
      "the queued message",
      async () => {
        const { body } = await call("GET", "/messages?phoneNumber=%2B447123100002", undefined, asKey);
        return body.messages.filter(({ messageId }: { messageId: string }) => !known.has(messageId));
      },
      (messages) => messages.length === 1,
    );
    expect((await traceOf(queued.messageId)).channels).toMatchObject([
      { channel: "whatsApp" },
      { channel: "sms" },
    ]);

    const parked = await left("ReceiptsDeadLetterQueue");
    await queueAgain("ReceiptsQueue", (body) => body.includes('"names":"messageId"'));
    await eventually(
      "the receipts are taken",
      () => left("ReceiptsQueue"),
      (count) => count === 0,
      () => advanceClock(60_000).then(() => {}),
    );
    expect(await left("ReceiptsDeadLetterQueue")).toBe(parked);
  });
});
