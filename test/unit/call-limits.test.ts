/** How long a call to AWS may take: every client has its limits, and they fit into the time-out of every function. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  authorizerCall,
  type CallLimits,
  clientConfiguration,
  longestCallMs,
  publishCall,
  standardCall,
} from "../../functions/aws/client.ts";
import { createDynamoDb } from "../../functions/aws/dynamodb.ts";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { readTemplate, Stack } from "../../infra/local/cloudformation.ts";

const root = resolve(import.meta.dirname, "../..");
let stack: Stack;
beforeAll(async () => {
  const assembly = await ensureAssembly(() => {});
  stack = new Stack(readTemplate(assembly, "FallbackRouting"), "FallbackRouting", "http://api", "http://aws");
});
afterEach(() => vi.unstubAllEnvs());

describe("timeouts in the template", () => {
  const functions = () =>
    stack.ofType("AWS::Lambda::Function").map(({ logicalId, arn, properties }) => ({
      logicalId,
      arn,
      timeoutMs: Number(properties.Timeout) * 1000,
    }));
  const named = (arn: string) => functions().find((one) => one.arn === arn);

  it("every function has time for its longest call", () => {
    for (const { logicalId, timeoutMs } of functions()) {
      const limits = /^ApiAuthorizer/.test(logicalId) ? authorizerCall : standardCall;
      expect([logicalId, longestCallMs(limits) < timeoutMs]).toEqual([logicalId, true]);
      if (/^Routing(?!Undeliverable)/.test(logicalId))
        expect(longestCallMs(publishCall) + longestCallMs(standardCall)).toBeLessThan(timeoutMs);
    }
    expect(functions().length).toBeGreaterThan(15);
  });

  it("the function that calls webhooks has time for a batch of ten events of one message, each answered in 15 seconds", () => {
    const deliveries = functions().find(({ logicalId }) => logicalId.startsWith("ClientWebhooksDeliveries"));
    expect(deliveries?.timeoutMs).toBeGreaterThan(10 * 15_000);
  });

  it("every function behind the API ends before API Gateway stops waiting, after 30 seconds or 10 for the authorizer", () => {
    const uris = stack
      .ofType("AWS::ApiGatewayV2::Integration")
      .map(({ properties }) => String(properties.IntegrationUri));
    expect(uris.length).toBeGreaterThan(5);
    for (const uri of uris) expect(named(uri)?.timeoutMs).toBeLessThan(30_000);
    for (const { logicalId, timeoutMs } of functions())
      if (logicalId.startsWith("ApiAuthorizer")) expect(timeoutMs).toBeLessThanOrEqual(10_000);
  });

  it("every queue's visibility timeout is six times its function's timeout", () => {
    const queues = new Map(
      stack
        .ofType("AWS::SQS::Queue")
        .map(({ arn, properties }) => [arn, Number(properties.VisibilityTimeout) * 1000]),
    );
    const sources = stack
      .ofType("AWS::Lambda::EventSourceMapping")
      .filter(({ properties }) => String(properties.EventSourceArn).includes(":sqs:"));
    expect(sources.length).toBeGreaterThanOrEqual(3);
    for (const { properties, logicalId } of sources) {
      const target = functions().find(({ arn }) => arn.endsWith(`:${String(properties.FunctionName)}`));
      const longest = 6 * (target?.timeoutMs ?? Number.NaN);
      expect([logicalId, queues.get(String(properties.EventSourceArn))]).toEqual([
        logicalId,
        expect.any(Number),
      ]);
      expect(queues.get(String(properties.EventSourceArn))).toBeGreaterThanOrEqual(longest);
    }
  });
});

it("every client of the functions has call limits", async () => {
  const made: string[] = [];
  for await (const file of glob("functions/**/*.ts", { cwd: root }))
    for (const [text] of readFileSync(resolve(root, file), "utf8").matchAll(/new \w+Client\([^;]*/g))
      made.push(text);
  expect(made.length).toBeGreaterThanOrEqual(6);
  for (const text of made) expect(text).toContain("clientConfiguration(");
});

describe("calls to a server that does not answer", () => {
  /** Counts the requests; what it says to them is up to the test. */
  async function startServer(answer: (response: ServerResponse) => void) {
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      request.resume().on("end", () => answer(response));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return () => requests;
  }
  const getItem = (limits: CallLimits) =>
    createDynamoDb(limits).send(new GetItemCommand({ TableName: "none", Key: {} }));

  it.each([1, 3])("a call without an answer fails after %i tries", async (maxAttempts) => {
    const requests = await startServer(() => {});
    await expect(getItem({ requestTimeout: 30, maxAttempts })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    expect(requests()).toBe(maxAttempts);
  });

  it("a call whose answer stops in the middle fails", async () => {
    const requests = await startServer((response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0", "content-length": "100" });
      response.write('{"Item":');
    });
    await expect(getItem({ requestTimeout: 30, maxAttempts: 2 })).rejects.toThrow();
    expect(requests()).toBeGreaterThanOrEqual(1);
  });
});

it("a client is made with the call limits", () => {
  vi.stubEnv("AWS_REGION", "us-east-1");
  expect(clientConfiguration()).toMatchObject({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
  expect(clientConfiguration(publishCall)).toMatchObject({ maxAttempts: 1 });
  expect(longestCallMs({ requestTimeout: 2000, maxAttempts: 3 })).toBe(15_000);
});
