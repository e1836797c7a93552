/** A local SQS for the commands' tests: its queues, what is in them, and a proxy before it that can misbehave. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { callSqs, type Messaging, startMessaging } from "../../../infra/local/aws/messaging.ts";
import { createClock } from "../../../infra/local/clock.ts";

export interface QueuedMessage {
  Body: string;
  MessageAttributes: Record<string, { StringValue: string }>;
}

export interface Queues {
  port: number;
  create(name: string, attributes?: Record<string, string>): Promise<string>;
  call(action: string, body: object): Promise<unknown>;
  /** Receives and deletes all. */
  drain(url: string): Promise<QueuedMessage[]>;
  stop(): Promise<void>;
}

export async function startQueues(): Promise<Queues> {
  const clock = createClock();
  const messaging: Messaging = await startMessaging(clock.offset);
  const { port } = messaging;
  const call = (action: string, body: object) => callSqs(port, action, body);
  return {
    port,
    call,
    async create(QueueName, Attributes = {}) {
      await call("CreateQueue", { QueueName, Attributes });
      return `http://127.0.0.1:${port}/000000000000/${QueueName}`;
    },
    async drain(QueueUrl) {
      const drained: QueuedMessage[] = [];
      for (;;) {
        const { Messages = [] } = (await call("ReceiveMessage", {
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        })) as { Messages?: (QueuedMessage & { ReceiptHandle: string })[] };
        if (Messages.length === 0) return drained;
        drained.push(...Messages);
        await call("DeleteMessageBatch", {
          QueueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
      }
    },
    async stop() {
      await messaging.stop();
      clock.stop();
    },
  };
}

export interface Answer {
  status: number;
  body: object;
}
/** Answers in the service's place, or gives the call on. */
export type Intercept = (
  action: string,
  body: Record<string, unknown>,
  forward: (body?: object) => Promise<Answer>,
) => Promise<Answer>;

export interface Proxy {
  port: number;
  stop(): void;
}

export async function startProxy(queues: Queues, intercept: Intercept): Promise<Proxy> {
  const server: Server = createServer(async (request, response) => {
    const body = JSON.parse((await buffer(request)).toString());
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const forward = async (changed: object = body): Promise<Answer> => {
      const answer = await fetch(`http://127.0.0.1:${queues.port}`, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AmazonSQS.${action}`,
          authorization: request.headers.authorization ?? "",
        },
        body: JSON.stringify(changed),
      });
      return { status: answer.status, body: (await answer.json()) as object };
    };
    const answer = await intercept(action, body, forward);
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
