/** The local API Gateway by HTTP: the event that a function gets, the authorizer with its cache, and its own errors. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { ApiGateway } from "../../infra/local/aws/api-gateway.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Stack, type Template } from "../../infra/local/cloudformation.ts";
import { LambdaInvocationError } from "../../infra/local/step-functions/errors.ts";

const route = (RouteKey: string, more: object = {}) => ({
  Type: "AWS::ApiGatewayV2::Route",
  Properties: { RouteKey, Target: { "Fn::Join": ["/", ["integrations", { Ref: "Integration" }]] }, ...more },
});
const closed = { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } };
const template: Template = {
  Resources: {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: {} },
    Target: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "target" } },
    Guard: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "guard" } },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Target", "Arn"] },
        TimeoutInMillis: 50,
      },
    },
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        AuthorizerType: "REQUEST",
        AuthorizerUri: {
          "Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Guard.Arn}/invocations",
        },
        AuthorizerResultTtlInSeconds: 300,
        IdentitySource: ["$request.header.Authorization"],
      },
    },
    One: route("GET /messages/{messageId}"),
    Plan: route("GET /messages/plan"),
    Post: route("POST /messages"),
    Any: route("ANY /any"),
    Rest: route("GET /files/{path+}"),
    Closed: route("GET /closed", closed),
  },
  Outputs: {},
};

const clock = createClock();
const target = vi.fn<(event: unknown) => unknown>();
const guard = vi.fn<(event: unknown) => unknown>();
const gateway = new ApiGateway({
  clock,
  invoke: async (arn, payload) => (arn.endsWith(":guard") ? guard(payload) : target(payload)),
});
let url: string;

beforeAll(async () => {
  gateway.load(new Stack(template, "S", ""));
  gateway.server.listen(0, "127.0.0.1");
  await once(gateway.server, "listening");
  url = `http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`;
});
afterAll(() => {
  gateway.server.closeAllConnections();
  gateway.server.close();
  clock.stop();
});
beforeEach(() => {
  target.mockReset().mockImplementation((event) => event);
  guard.mockReset().mockReturnValue({ isAuthorized: true, context: { client: "a" } });
});
const eventOf = async (path: string, init?: RequestInit) => (await fetch(url + path, init)).json();

it("the function gets an event in payload format 2.0", async () => {
  const event = await eventOf("/messages/a%20b?x=1&x=2&y=%26", {
    headers: { "X-Own": "Yes", cookie: "a=1; b=2", "user-agent": "test" },
  });
  expect(event).toEqual({
    version: "2.0",
    routeKey: "GET /messages/{messageId}",
    rawPath: "/messages/a%20b",
    rawQueryString: "x=1&x=2&y=%26",
    cookies: ["a=1", "b=2"],
    headers: expect.objectContaining({ "x-own": "Yes", "user-agent": "test" }),
    queryStringParameters: { x: "1,2", y: "&" },
    pathParameters: { messageId: "a b" },
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: url.slice("http://".length),
      domainPrefix: "local",
      http: {
        method: "GET",
        path: "/messages/a%20b",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "test",
      },
      requestId: expect.any(String),
      routeKey: "GET /messages/{messageId}",
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    isBase64Encoded: false,
  });
  expect(event).not.toHaveProperty("headers.cookie");
});

it("headers that come twice are joined by commas", async () => {
  const request = httpRequest(`${url}/any`, { headers: { "x-own": ["1", "2"] } }).end();
  const [response] = await once(request, "response");
  response.resume();
  await once(response, "end");
  expect(target).toHaveBeenCalledWith(
    expect.objectContaining({ headers: expect.objectContaining({ "x-own": "1,2" }) }),
  );
});

it.each([
  { type: "application/json; charset=utf-8", body: '{"ü":1}', expected: '{"ü":1}', isBase64Encoded: false },
  { type: "text/plain", body: "ab", expected: "ab", isBase64Encoded: false },
  { type: "application/octet-stream", body: "ab", expected: "YWI=", isBase64Encoded: true },
  { type: "application/x-www-form-urlencoded", body: "a=b", expected: "YT1i", isBase64Encoded: true },
  { type: "application/problem+json", body: "{}", expected: "e30=", isBase64Encoded: true },
])("the function gets a body of the type $type", async ({ type, body, expected, isBase64Encoded }) => {
  const event = await eventOf("/messages", { method: "POST", headers: { "content-type": type }, body });
  expect(event).toMatchObject({ body: expected, isBase64Encoded });
});

it("the function gets a compressed body, and one without a type, as it came", async () => {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const body = gzipSync('{"ü":1}');
  const compressed = await eventOf("/messages", { method: "POST", headers, body });
  expect(compressed).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
  const untyped = await eventOf("/messages", { method: "POST", body: Buffer.from("ab") });
  expect(untyped).toMatchObject({ body: "YWI=", isBase64Encoded: true });
});

it.each([
  { path: "/messages/plan", method: "GET", key: "GET /messages/plan" },
  { path: "/any", method: "PATCH", key: "ANY /any" },
  { path: "/files/a/b", method: "GET", key: "GET /files/{path+}" },
])("$method $path is the route $key", async ({ path, method, key }) => {
  expect(await eventOf(path, { method })).toMatchObject({ routeKey: key });
});

it("the function's result becomes the response", async () => {
  target.mockReturnValue({
    statusCode: 201,
    headers: { "X-Own": 1 },
    cookies: ["a=1", "b=2"],
    body: Buffer.from("é").toString("base64"),
    isBase64Encoded: true,
  });
  const response = await fetch(`${url}/any`);
  expect([response.status, response.headers.get("x-own"), await response.text()]).toEqual([201, "1", "é"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

it.each([
  { what: "no route", path: "/none", status: 404, message: "Not Found" },
  { what: "no such method", path: "/messages", status: 404, message: "Not Found" },
])("a request for which there is $what is answered $status", async ({ path, status, message }) => {
  const response = await fetch(url + path);
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

it.each([
  {
    what: "throws",
    answer: () => Promise.reject(new LambdaInvocationError({ errorType: "E", errorMessage: "" })),
    status: 500,
    message: "Internal Server Error",
  },
  {
    what: "returns an invalid response",
    answer: () => ({ statusCode: 200, body: {} }),
    status: 500,
    message: "Internal Server Error",
  },
  { what: "is too slow", answer: () => new Promise(() => {}), status: 503, message: "Service Unavailable" },
])("a request whose function $what is answered $status", async ({ answer, status, message }) => {
  target.mockImplementation(answer);
  const response = await fetch(`${url}/any`);
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

it.each([{ megabytes: 11 }, { megabytes: 7 }])(
  "a body of $megabytes MB is refused",
  async ({ megabytes }) => {
    const body = "x".repeat(megabytes * 1024 * 1024);
    const response = await fetch(`${url}/messages`, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
    expect(target).not.toHaveBeenCalled();
  },
);

it("the authorizer is asked once for an identity, until its cache ends", async () => {
  const call = () => eventOf("/closed", { headers: { authorization: "Bearer once" } });
  expect(await call()).toMatchObject({ requestContext: { authorizer: { lambda: { client: "a" } } } });
  await call();
  expect(guard).toHaveBeenCalledTimes(1);
  expect(guard).toHaveBeenCalledWith(
    expect.objectContaining({
      version: "2.0",
      type: "REQUEST",
      routeKey: "GET /closed",
      routeArn: "arn:aws:execute-api:us-east-1:000000000000:local/$default/GET/closed",
      identitySource: ["Bearer once"],
    }),
  );
  await clock.advance(301_000);
  await call();
  expect(guard).toHaveBeenCalledTimes(2);
});

it("a request without an identity is answered 401 without a call of the authorizer", async () => {
  const response = await fetch(`${url}/closed`);
  expect([response.status, await response.json()]).toEqual([401, { message: "Unauthorized" }]);
  expect(guard).not.toHaveBeenCalled();
});

it.each([
  { what: "denies it", verdict: { isAuthorized: false }, status: 403, message: "Forbidden" },
  { what: "returns an invalid result", verdict: "yes", status: 500, message: "Internal Server Error" },
])("a request whose authorizer $what is answered $status", async ({ what, verdict, status, message }) => {
  vi.spyOn(console, "error").mockImplementationOnce(() => {});
  guard.mockReturnValue(verdict);
  const response = await fetch(`${url}/closed`, { headers: { authorization: what } });
  expect([response.status, await response.json()]).toEqual([status, { message }]);
  expect(target).not.toHaveBeenCalled();
});

it("a route with an unknown kind of authorizer is not opened", () => {
  const jwt = { ...template.Resources, Closed: route("GET /closed", { AuthorizationType: "JWT" }) };
  expect(() => gateway.load(new Stack({ ...template, Resources: jwt }, "S", ""))).toThrow(/JWT/);
});
