/**
 * The event that an HTTP API passes to a function (payload format 2.0), and the HTTP response it makes of the result.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { accountId } from "../cloudformation.ts";
import type { RouteMatch } from "./api-routes.ts";

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
  sourceIp: string;
}

export interface HttpApiEvent {
  version: "2.0";
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: {
    accountId: string;
    apiId: string;
    authorizer?: { lambda: Record<string, unknown> };
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: string;
    stage: "$default";
    time: string;
    timeEpoch: number;
  };
  pathParameters?: Record<string, string>;
  body?: string;
  isBase64Encoded: boolean;
}

export const apiId = "local";
const largestBody = 10 * 1024 * 1024;

/** Undefined if the body is larger than API Gateway accepts. */
export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return undefined;
  const { cookie = [], ...others } = incoming.headersDistinct;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, values]) => [name, (values ?? []).join(",")]),
  );
  return {
    method: incoming.method ?? "GET",
    // Concatenated, because resolved against a base, a path such as //x would be read as a host.
    url: new URL(`http://${headers.host ?? "localhost"}${incoming.url ?? "/"}`),
    headers,
    cookies: cookie.flatMap((line) => line.split(/;\s*/)).filter((one) => one !== ""),
    body: Buffer.concat(chunks),
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
  };
}

export function createEvent(
  request: HttpRequest,
  { route, parameters }: RouteMatch,
  now: number,
): HttpApiEvent {
  const { method, url, headers, cookies, body, sourceIp } = request;
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(",")]),
  );
  const isText = isTextual(headers);
  return {
    version: "2.0",
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId,
      apiId,
      domainName: url.host,
      domainPrefix: apiId,
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
      time: logTime(new Date(now)),
      timeEpoch: now,
    },
    ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * Everything else is Base64, also without a content type: https://github.com/ministackorg/ministack/pull/766 tested it on
 * AWS. That a compressed body is Base64 is an assumption: it is not documented, but a string could not hold it.
 */
const isTextual = ({
  "content-type": type = "",
  "content-encoding": coding = "identity",
}: Record<string, string>) =>
  coding === "identity" && /^(text\/[^;]+|application\/(json|xml|javascript))\s*(;|$)/i.test(type);

/** 12/Mar/2020:19:03:58 +0000 */
function logTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}

const structured = v.looseObject({
  statusCode: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(Number),
    v.integer(),
    v.minValue(200),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ""),
  isBase64Encoded: v.nullish(v.boolean(), false),
});
export type HttpApiAnswer = Required<v.InferOutput<typeof structured>>;

/** Undefined if the function returned a status code with something that is not a response. */
export function readAnswer(result: unknown): HttpApiAnswer | undefined {
  if (typeof result === "object" && result !== null && "statusCode" in result) {
    const parsed = v.safeParse(structured, result);
    return parsed.success ? parsed.output : undefined;
  }
  const headers = { "content-type": "application/json" };
  const body = typeof result === "string" ? result : JSON.stringify(result);
  return { statusCode: 200, headers, cookies: [], body, isBase64Encoded: false };
}
