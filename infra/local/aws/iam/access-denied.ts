/**
 * The "access denied" response of each protocol. Used by the AWS endpoint.
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html, and the same page of the other services
 */
import { randomUUID } from "node:crypto";
import { failure } from "../../carrier/sns-wire.ts";
import type { AwsCall } from "../aws-call.ts";

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const code = "AccessDeniedException";
/** The other services respond with 400. */
const forbidden = ["sqs", "lambda"];

export function accessDenied({ service, isQuery }: AwsCall, message: string): HttpAnswer {
  if (isQuery) return failure(service === "sns" ? "AuthorizationError" : "AccessDenied", message, 403);
  return {
    status: forbidden.includes(service) ? 403 : 400,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-errortype": code,
      "x-amzn-requestid": randomUUID(),
      // SQS kept the codes of its older protocol.
      ...(service === "sqs" ? { "x-amzn-query-error": "AccessDenied;Sender" } : {}),
    },
    body: JSON.stringify({ __type: code, message }),
  };
}
