/**
 * The customers' phones for a system on an emulator: the carrier, and in front of the emulator's SNS an address that gives the
 * carrier what is for phones and hands everything else on. Receipts go to the deployed API, delivery logs to CloudWatch Logs.
 */
import { createServer, type Server } from "node:http";
import { callSns } from "../../infra/local/aws/messaging.ts";
import { proxy } from "../../infra/local/aws/proxy.ts";
import { type Carrier, createCarrier } from "../../infra/local/carrier/index.ts";
import { type Clock, createClock } from "../../infra/local/clock.ts";
import { secretOf } from "../../infra/local/deploy.ts";
import { accountId, region } from "../../infra/local/physical-ids.ts";

export interface PhonesOf {
  carrier: Carrier;
  snsUrl: string;
  publish: (TopicArn: string | undefined, Message: string, Subject?: string) => Promise<void>;
  stop: () => Promise<void>;
}

export async function startPhones(emulatorPort: number): Promise<PhonesOf> {
  // Nobody can move the emulator's clock, and phones of next week would confuse what is deployed.
  const clock: Clock = {
    ...createClock(),
    async pass(milliseconds) {
      if (milliseconds > 0)
        throw Object.assign(new Error("nobody can move an emulator's clock"), { statusCode: 501 });
      return { steps: 0, timers: {} };
    },
  };
  const carrier = await createCarrier({
    clock,
    port: 0,
    secretOf,
    region,
    accountId,
  });
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const target = String(request.headers["x-amz-target"] ?? "");
    const answer = target.startsWith("PinpointSMSVoiceV2.")
      ? await carrier.handleSmsVoice(target.split(".")[1] ?? "", JSON.parse(body.toString()))
      : await carrier.handleSns(new URLSearchParams(body.toString()));
    if (answer === "drop-connection") return void request.socket.destroy();
    if (answer === undefined)
      return void proxy(request, response, body, emulatorPort).catch(() => response.destroy());
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  return {
    carrier,
    snsUrl: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    async publish(TopicArn, Message, Subject) {
      if (TopicArn !== undefined)
        await callSns(emulatorPort, "Publish", { TopicArn, Message, ...(Subject && { Subject }) });
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await carrier.stop();
      clock.stop();
    },
  };
}
