/**
 * The middleware that every HTTP handler shares: what a handler throws becomes `application/problem+json`. An unexpected error
 * is logged by its name and stack only: bodies and addresses stay out of the log.
 */
import middy from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import { lazily } from "../shared/lazily.ts";
import { logFault, withLogFields } from "../shared/log.ts";
import { textOf } from "./body.ts";
import type { Caller } from "./caller.ts";
import { parseJson, parseParts } from "./json.ts";
import { Problem } from "./problem.ts";

export type HttpEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Caller>;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** Handles a request; middleware may have added values to the context. */
export type Handle = (event: HttpEvent, context: Context) => Promise<HttpResult>;

/** `make` and `use` read the environment: they are called once, at the first request. */
export function httpHandler(make: () => Handle, use?: () => middy.MiddlewareObj) {
  const handler = lazily(() => withProblems(make(), use?.()));
  return (event: HttpEvent, context: Context) =>
    withLogFields(
      { apiRequestId: event.requestContext.requestId, messageId: event.pathParameters?.messageId },
      () => handler()(event, context),
    );
}

function withProblems(handle: Handle, middleware?: middy.MiddlewareObj) {
  const handler = middy<HttpEvent, HttpResult>();
  if (middleware) handler.use(middleware);
  return handler
    .onError((request) => {
      const error: unknown = request.error;
      if (error instanceof Problem) request.response = toResponse(error);
      else {
        logFault("a request failed", error);
        request.response = toResponse(
          new Problem(
            500,
            "something failed on our side: send the request again with the same Idempotency-Key",
          ),
        );
      }
    })
    .handler(handle);
}

const toResponse = ({ status, message, errors, headers }: Problem): HttpResult => ({
  statusCode: status,
  headers: { "content-type": "application/problem+json", ...headers },
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

/**
 * The JSON of the body. Throws a Problem where it cannot be read (body.ts), is not JSON, or exceeds a limit or has ill-formed
 * text (json.ts).
 */
export const readJson = (event: HttpEvent): unknown => parseJson(textOf(event));
/** The same, but the caller checks the parts (json.ts). */
export const readParts = (event: HttpEvent): unknown => parseParts(textOf(event));
