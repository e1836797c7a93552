/** `npm run webhooks`: what a client's webhook did not take, and back on its queue, on a local SQS. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { awsEnvironment, run } from "./command.ts";
import { type Queues, startQueues } from "./queues.ts";

const deadName = "FallbackRouting-ClientWebhooksDeadLetterQueue1";
const body = JSON.stringify({ client: "shop", id: "m/1", type: "message.sent", payload: "{}" });

let queues: Queues;
let deliveries: string;
let parked: string;
beforeEach(async () => {
  queues = await startQueues();
  await queues.create("FallbackRouting-OtherDeadLetterQueue1");
  parked = await queues.create(deadName);
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${deadName}`;
  deliveries = await queues.create("FallbackRouting-ClientWebhooksQueue1", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 6 }),
  });
});
afterEach(() => queues.stop());

const text = (StringValue: string) => ({ DataType: "String", StringValue });
const webhooks = (...args: string[]) => run("webhooks", args, { environment: awsEnvironment(queues.port) });

it("parked webhook deliveries are listed with their reasons and put on the queue again", async () => {
  const MessageAttributes = {
    Error: text("message.sent"),
    Reason: text("after 98 tries: 500"),
    client: text("shop"),
  };
  await queues.call("SendMessage", { QueueUrl: parked, MessageBody: body, MessageAttributes });
  const { status, stdout } = await webhooks("list");
  expect(status).toBe(0);
  expect(stdout).toMatch(/\nshop +\d+ s +message\.sent: after 98 tries: 500/);
  expect(await webhooks("redeliver")).toMatchObject({ status: 0, stdout: "1 put on the queue again\n" });
  expect(await queues.drain(deliveries)).toMatchObject([{ Body: body }]);
  expect((await webhooks("list")).stdout).toBe("Nothing is parked.\n");
});

it("an unknown action is refused as wrong usage", async () => {
  expect(await webhooks("redrive")).toMatchObject({ status: 2 });
});
