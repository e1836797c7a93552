/** The secrets of a function, from an SSM of the test. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import middy from "@middy/core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { secretsIn, secretsMiddleware } from "../../functions/aws/secrets.ts";

let server: Server;
let isThrottled = true;
beforeAll(async () => {
  server = createServer((_, response) => {
    const [status, body] = isThrottled
      ? [400, { __type: "ThrottlingException", message: "Rate exceeded" }]
      : [200, { Parameters: [{ Name: "/Stack/sms/key", Value: "the key" }], InvalidParameters: [] }];
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("KEY_PARAMETER", "/Stack/sms/key");
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

it("that SSM does not give end the call with an error of their own, and are asked for again by the next call", async () => {
  const handler = middy<object, Record<string, string>>()
    .use(secretsMiddleware({ key: "KEY_PARAMETER" }))
    .handler(async (_, context) => secretsIn(context, ["key"]));
  const context = { getRemainingTimeInMillis: () => 10_000 } as never;
  await expect(handler({}, context)).rejects.toMatchObject({ name: "SecretsUnavailable" });
  isThrottled = false;
  expect(await handler({}, context)).toEqual({ key: "the key" });
});
