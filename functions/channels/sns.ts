/**
 * The SNS client of the two channels that send by SNS, and what its errors mean. Errors and their HTTP status:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 */
import { SNSClient } from "@aws-sdk/client-sns";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import {
  type ChannelError,
  ChannelMisconfigured,
  type ErrorClass,
  fromNetworkError,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
} from "./errors.ts";

export const createSnsClient = () => new SNSClient(clientConfiguration(publishCall));

const classes: Readonly<Record<string, ErrorClass>> = {
  AuthorizationError: ChannelMisconfigured,
  AccessDenied: ChannelMisconfigured,
  InvalidSecurity: ChannelMisconfigured,
  InvalidClientTokenId: ChannelMisconfigured,
  ExpiredToken: ChannelMisconfigured,
  SignatureDoesNotMatch: ChannelMisconfigured,
  PlatformApplicationDisabled: ChannelMisconfigured,
  KMSAccessDenied: ChannelMisconfigured,
  KMSDisabled: ChannelMisconfigured,
  KMSInvalidState: ChannelMisconfigured,
  KMSNotFound: ChannelMisconfigured,
  KMSOptInRequired: ChannelMisconfigured,
  Throttled: Throttled,
  Throttling: Throttled,
  KMSThrottling: Throttled,
  InternalError: ProviderUnavailable,
  ServiceUnavailable: ProviderUnavailable,
  InvalidParameter: Rejected,
  ParameterValueInvalid: Rejected,
  ValidationException: Rejected,
  UserError: Rejected,
};

/** Maps what the SDK threw; `special` goes before the table. A code that nobody knows is `Undeliverable`, its code kept. */
export function fromSnsError(
  error: unknown,
  special: (code: string, message: string) => ErrorClass | undefined,
): ChannelError {
  if (!(error instanceof Error))
    return new OutcomeUnknown("Amazon SNS failed without an error", { cause: error });
  const status = httpStatus(error);
  if (status === undefined) return fromNetworkError(error, "Amazon SNS");
  const code =
    "Code" in error && typeof error.Code === "string" ? error.Code : error.name.replace(/Exception$/, "");
  // A gateway's time-out says nothing of what happened behind it.
  if (status === 504)
    return new OutcomeUnknown("Amazon SNS timed out (504): sent or not, nobody knows", { code });
  const Kind =
    special(code, error.message) ?? classes[code] ?? (status >= 500 ? ProviderUnavailable : Undeliverable);
  return new Kind(error.message, { code, cause: error });
}

function httpStatus(error: Error): number | undefined {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null)
    return undefined;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: unknown };
  return typeof httpStatusCode === "number" ? httpStatusCode : undefined;
}
