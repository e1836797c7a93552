/**
 * RFC 9457 problem details, and the middleware that every HTTP handler shares: what a handler throws becomes
 * `application/problem+json`, with one entry a fault. A fault of ours is logged by name and stack alone: bodies and
 * addresses stay out of the log.
 */
import middy from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";

import { lazily } from "../lazily.ts";

export interface Fault {
  /** As in the request: `rules[1].fallbackAfter`; empty for the request as a whole. */
  path: string;
  code: string;
  message: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly Fault[];
  constructor(status: number, title: string, errors: readonly Fault[] = []) {
    super(title);
    this.status = status;
    this.errors = errors;
  }
}

/** What the authorizer says of the caller. */
export interface Caller {
  client: string;
}
export type HttpEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Caller>;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** `make` reads the environment: it is called once, by the first request. */
export function httpHandler(make: () => (event: HttpEvent) => Promise<HttpResult>) {
  const handle = lazily(make);
  return middy<HttpEvent, HttpResult>()
    .onError((request) => {
      const error: unknown = request.error;
      if (error instanceof Problem) request.response = toResponse(error);
      else {
        const { name, stack } = error instanceof Error ? error : { name: "unknown", stack: undefined };
        console.error(JSON.stringify({ level: "ERROR", error: name, stack: stack?.split("\n").slice(1) }));
        request.response = toResponse(
          new Problem(
            500,
            "something failed on our side: send the request again with the same Idempotency-Key",
          ),
        );
      }
    })
    .handler((event) => handle()(event));
}

const toResponse = ({ status, message, errors }: Problem): HttpResult => ({
  statusCode: status,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title: message, status, errors }),
});

export const json = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResult => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** The request's JSON; a body that is none is refused. */
export function readJson(event: HttpEvent): unknown {
  const text = event.isBase64Encoded
    ? Buffer.from(event.body ?? "", "base64").toString()
    : (event.body ?? "");
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "the request's body is not JSON", [
      { path: "", code: "not_json", message: "send a JSON object" },
    ]);
  }
}
