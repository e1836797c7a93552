/**
 * The local API Gateway: the template's HTTP API on Node's HTTP server, with events in payload format 2.0, the Lambda
 * authorizer (simple responses) and its cache. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { accountId, type Stack } from "../cloudformation.ts";

export interface ApiGatewayOptions {
  clock: Clock;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
}

interface Authorizer {
  functionArn: string;
  ttlSeconds: number;
}
interface Route {
  key: string;
  method: string;
  /** `{name}` segments are parameters. */
  segments: string[];
  functionArn: string;
  authorizer: Authorizer | undefined;
}
interface Request {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  sourceIp: string;
}

const routeProperties = v.looseObject({
  RouteKey: v.string(),
  AuthorizationType: v.optional(v.string(), "NONE"),
  AuthorizerId: v.optional(v.string()),
  Target: v.string(),
});
const authorizerProperties = v.looseObject({
  AuthorizerUri: v.string(),
  AuthorizerResultTtlInSeconds: v.optional(v.number(), 300),
});
const verdict = v.looseObject({
  isAuthorized: v.boolean(),
  context: v.optional(v.record(v.string(), v.unknown()), {}),
});
const structured = v.looseObject({
  statusCode: v.number(),
  headers: v.optional(v.record(v.string(), v.unknown()), {}),
  cookies: v.optional(v.array(v.string()), []),
  body: v.optional(v.string(), ""),
  isBase64Encoded: v.optional(v.boolean(), false),
});

/** API Gateway takes 10 MB; Lambda takes 6 MB of event. */
const largestBody = 6 * 1024 * 1024;

export class ApiGateway {
  readonly server: Server;
  readonly #options: ApiGatewayOptions;
  #routes: Route[] = [];
  readonly #verdicts = new Map<string, { until: number; verdict: v.InferOutput<typeof verdict> }>();

  constructor(options: ApiGatewayOptions) {
    this.#options = options;
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        console.error("local API Gateway:", error);
        respond(response, 500, { message: "Internal Server Error" });
      });
    });
  }

  load(stack: Stack): void {
    const integrations = new Map(
      stack
        .ofType("AWS::ApiGatewayV2::Integration")
        .map(({ ref, properties }) => [ref, String(properties.IntegrationUri)]),
    );
    const authorizers = new Map(
      stack.ofType("AWS::ApiGatewayV2::Authorizer").map(({ ref, properties }) => {
        const { AuthorizerUri, AuthorizerResultTtlInSeconds } = v.parse(authorizerProperties, properties);
        return [ref, { functionArn: functionArnIn(AuthorizerUri), ttlSeconds: AuthorizerResultTtlInSeconds }];
      }),
    );
    this.#routes = stack.ofType("AWS::ApiGatewayV2::Route").map(({ properties }) => {
      const { RouteKey, AuthorizationType, AuthorizerId, Target } = v.parse(routeProperties, properties);
      const [method = "", path = ""] = RouteKey.split(" ");
      return {
        key: RouteKey,
        method,
        segments: path.split("/").slice(1),
        functionArn: functionArnIn(integrations.get(Target.replace("integrations/", "")) ?? ""),
        authorizer: AuthorizationType === "NONE" ? undefined : authorizers.get(AuthorizerId ?? ""),
      };
    });
    // Literal segments go before parameters: /messages/plan before /messages/{messageId}.
    this.#routes.sort((a, b) => parameterCount(a) - parameterCount(b));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (request === undefined) return respond(response, 413, { message: "Request Entity Too Large" });
    const found = this.#match(request);
    if (found === undefined) return respond(response, 404, { message: "Not Found" });
    const event = this.#event(request, found.route, found.parameters);
    if (found.route.authorizer !== undefined) {
      const identity = request.headers.authorization;
      if (identity === undefined || identity === "")
        return respond(response, 401, { message: "Unauthorized" });
      const { isAuthorized, context } = await this.#authorize(found.route.authorizer, identity, event);
      if (!isAuthorized) return respond(response, 403, { message: "Forbidden" });
      event.requestContext.authorizer = { lambda: context };
    }
    let result: unknown;
    try {
      result = await this.#options.invoke(found.route.functionArn, event);
    } catch {
      return respond(response, 500, { message: "Internal Server Error" });
    }
    const parsed = v.safeParse(structured, result);
    if (!parsed.success) return respond(response, 200, result);
    const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.output;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    if (cookies.length > 0) response.setHeader("set-cookie", cookies);
    if (!response.hasHeader("content-type") && body !== "")
      response.setHeader("content-type", "text/plain;charset=utf-8");
    response.statusCode = statusCode;
    response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
  }

  #match({ method, url }: Request): { route: Route; parameters: Record<string, string> } | undefined {
    const given = url.pathname.split("/").slice(1);
    for (const route of this.#routes) {
      if ((route.method !== method && route.method !== "ANY") || route.segments.length !== given.length)
        continue;
      const parameters: Record<string, string> = {};
      const fits = route.segments.every((segment, index) => {
        const value = given[index] ?? "";
        const name = /^\{(\w+)\}$/.exec(segment)?.[1];
        if (name === undefined) return segment === value;
        if (value === "") return false;
        parameters[name] = decode(value);
        return true;
      });
      if (fits) return { route, parameters };
    }
    return undefined;
  }

  async #authorize(
    { functionArn, ttlSeconds }: Authorizer,
    identity: string,
    event: HttpApiEvent,
  ): Promise<v.InferOutput<typeof verdict>> {
    const key = `${functionArn} ${identity}`;
    const cached = this.#verdicts.get(key);
    if (cached !== undefined && cached.until > this.#options.clock.now()) return cached.verdict;
    const { body: _, ...withoutBody } = event;
    const answer = await this.#options.invoke(functionArn, {
      ...withoutBody,
      version: "2.0",
      type: "REQUEST",
      routeArn: `${functionArn}/$default/${event.routeKey}`,
      identitySource: [identity],
    });
    const fresh = v.parse(verdict, answer);
    this.#verdicts.set(key, { until: this.#options.clock.now() + ttlSeconds * 1000, verdict: fresh });
    return fresh;
  }

  #event(
    { method, url, headers, body, sourceIp }: Request,
    route: Route,
    parameters: Record<string, string>,
  ) {
    const time = new Date(this.#options.clock.now());
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(",")]),
    );
    const isText = /^(text\/|application\/(.*\+)?(json|xml|javascript|x-www-form-urlencoded))/i.test(
      headers["content-type"] ?? "application/json",
    );
    return {
      version: "2.0",
      routeKey: route.key,
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      headers,
      ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
      requestContext: {
        accountId,
        apiId: "local",
        domainName: url.host,
        domainPrefix: "local",
        http: {
          method,
          path: url.pathname,
          protocol: "HTTP/1.1",
          sourceIp,
          userAgent: headers["user-agent"] ?? "",
        },
        requestId: randomUUID(),
        routeKey: route.key,
        stage: "$default",
        time: time.toUTCString(),
        timeEpoch: time.getTime(),
        authorizer: undefined as { lambda: Record<string, unknown> } | undefined,
      },
      ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
      ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
      isBase64Encoded: body.length > 0 && !isText,
    };
  }
}

/** What of the event is used here. */
interface HttpApiEvent {
  routeKey: string;
  body?: string;
  requestContext: { authorizer: { lambda: Record<string, unknown> } | undefined };
}

const parameterCount = ({ segments }: Route) => segments.filter((segment) => segment.startsWith("{")).length;

/** `arn:aws:apigateway:…/functions/<arn>/invocations`, or the ARN itself. */
const functionArnIn = (uri: string) => /(arn:aws:lambda:[^/]+)/.exec(uri)?.[1] ?? uri;

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function readRequest(incoming: IncomingMessage): Promise<Request | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return undefined;
  const headers = Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, values]) => [name, (values ?? []).join(",")]),
  );
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", `http://${headers.host ?? "localhost"}`),
    headers,
    body: Buffer.concat(chunks),
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
  };
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
