/**
 * The local API Gateway: the template's HTTP API on Node's HTTP server, with the Lambda authorizer (payload 2.0, simple
 * responses) and its cache. api-routes.ts reads the routes, api-event.ts makes the events; the local system starts it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { accountId, region, type Stack } from "../cloudformation.ts";
import { guardServer } from "../own-requests.ts";
import { LambdaInvocationError } from "../step-functions/errors.ts";
import {
  apiId,
  createEvent,
  type HttpApiAnswer,
  type HttpApiEvent,
  readAnswer,
  readRequest,
} from "./api-event.ts";
import { type Authorizer, matchRoute, type Route, readRoutes } from "./api-routes.ts";

export interface ApiGatewayOptions {
  clock: Clock;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
}

/** Lambda accepts events up to 6 MB, less than API Gateway's own limit of 10 MB. */
const largestEvent = 6 * 1024 * 1024;

const verdict = v.looseObject({
  isAuthorized: v.boolean(),
  context: v.nullish(v.record(v.string(), v.unknown()), {}),
});
type Verdict = v.InferOutput<typeof verdict>;

/** A response of API Gateway itself. */
class GatewayError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class ApiGateway {
  readonly server: Server;
  readonly #options: ApiGatewayOptions;
  #routes: Route[] = [];
  readonly #verdicts = new Map<string, { until: number; verdict: Verdict }>();

  constructor(options: ApiGatewayOptions) {
    this.#options = options;
    this.server = createServer((request, response) => {
      options.clock.work
        .during("a request to the API", this.#serve(request, response))
        .catch((error: unknown) => answerError(response, error));
    });
    guardServer(this.server);
  }

  load(stack: Stack): void {
    this.#routes = readRoutes(stack);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (request === undefined) throw new GatewayError(413, "Request Entity Too Large");
    const found = matchRoute(this.#routes, request.method, request.url.pathname);
    if (found === undefined) throw new GatewayError(404, "Not Found");
    const event = createEvent(request, found, this.#options.clock.now());
    response.setHeader("apigw-requestid", event.requestContext.requestId);
    const { authorizer, functionArn, timeoutMs } = found.route;
    if (authorizer !== undefined)
      event.requestContext.authorizer = { lambda: await this.#authorize(authorizer, event) };
    if (Buffer.byteLength(JSON.stringify(event)) > largestEvent)
      throw new GatewayError(413, "Request Entity Too Large");
    const answer = readAnswer(await inTime(this.#options.invoke(functionArn, event), timeoutMs));
    if (answer === undefined) throw new GatewayError(500, "Internal Server Error");
    send(response, answer);
  }

  /** The authorizer's context for the function. @throws {GatewayError} if the caller is not allowed */
  async #authorize(authorizer: Authorizer, event: HttpApiEvent): Promise<Record<string, unknown>> {
    const identity = authorizer.identitySources.map((source) => readIdentity(source, event));
    if (identity.some((value) => value === undefined || value === ""))
      throw new GatewayError(401, "Unauthorized");
    const { isAuthorized, context } = await this.#verdict(authorizer, identity, event);
    if (!isAuthorized) throw new GatewayError(403, "Forbidden");
    return context ?? {};
  }

  async #verdict(
    { functionArn, ttlSeconds, identitySources }: Authorizer,
    identity: (string | undefined)[],
    event: HttpApiEvent,
  ): Promise<Verdict> {
    const now = this.#options.clock.now();
    const key = JSON.stringify([functionArn, identity]);
    const cached = this.#verdicts.get(key);
    if (cached !== undefined && cached.until > now) return cached.verdict;
    const { body: _body, isBase64Encoded: _encoding, ...request } = event;
    const { method, path } = event.requestContext.http;
    const answer = await this.#options.invoke(functionArn, {
      ...request,
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/${method}${path}`,
      identitySource: identity,
    });
    const fresh = v.parse(verdict, answer);
    // Without an identity source there is no cache key.
    if (ttlSeconds > 0 && identitySources.length > 0)
      this.#verdicts.set(key, { until: now + ttlSeconds * 1000, verdict: fresh });
    return fresh;
  }
}

function readIdentity(source: string, { headers, queryStringParameters, routeKey }: HttpApiEvent) {
  const [, place, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "header") return headers[name.toLowerCase()];
  if (place === "querystring") return queryStringParameters?.[name];
  if (source === "$context.routeKey") return routeKey;
  throw new Error(`the authorizer's identity source ${source} does not run locally`);
}

/** API Gateway stops waiting, but the function continues. */
async function inTime(invocation: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new GatewayError(503, "Service Unavailable")), timeoutMs);
  return Promise.race([invocation, late.promise]).finally(() => clearTimeout(timer));
}

function send(
  response: ServerResponse,
  { statusCode, headers, cookies, body, isBase64Encoded }: HttpApiAnswer,
) {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, String(value));
  if (cookies && cookies.length > 0) response.setHeader("set-cookie", cookies);
  if (!response.hasHeader("content-type") && body !== "")
    response.setHeader("content-type", "text/plain;charset=utf-8");
  response.statusCode = statusCode;
  response.end(isBase64Encoded ? Buffer.from(body ?? "", "base64") : body);
}

function answerError(response: ServerResponse, error: unknown): void {
  const known = error instanceof GatewayError ? error : undefined;
  // A function's own failure is in its log; anything else is a fault of the local run.
  if (known === undefined && !(error instanceof LambdaInvocationError))
    console.error("local API Gateway:", error);
  const body = JSON.stringify({ message: known?.message ?? "Internal Server Error" });
  response.writeHead(known?.status ?? 500, { "content-type": "application/json" }).end(body);
}
