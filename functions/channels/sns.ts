/**
 * The calls to Amazon SNS by the two channels that use it, and what its errors mean. Errors and their HTTP status:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors and, for those of every AWS service,
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
import {
  type $Command,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SNSClient,
  type SNSClientResolvedConfig,
} from "@aws-sdk/client-sns";
import * as v from "valibot";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import { createConnections } from "../aws/idle-connections.ts";
import {
  type ChannelError,
  ChannelMisconfigured,
  fromNetworkError,
  type Meaning,
  means,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
} from "./errors.ts";

/** By the code without `Exception`: AWS returns both `Throttling` and `ThrottlingException`. */
const snsErrors: Readonly<Record<string, Meaning>> = {
  AccessDenied: means(ChannelMisconfigured),
  AuthFailure: means(ChannelMisconfigured),
  AuthorizationError: means(ChannelMisconfigured),
  ExpiredToken: means(ChannelMisconfigured),
  IncompleteSignature: means(ChannelMisconfigured),
  InvalidClientTokenId: means(ChannelMisconfigured),
  InvalidSecurity: means(ChannelMisconfigured),
  MissingAuthenticationToken: means(ChannelMisconfigured),
  NotAuthorized: means(ChannelMisconfigured),
  OptInRequired: means(ChannelMisconfigured),
  // The request was signed too long ago, or by a wrong clock: the SDK corrects its clock by the answer for the next request.
  RequestExpired: means(ProviderUnavailable, "request"),
  SignatureDoesNotMatch: means(ChannelMisconfigured),
  UnrecognizedClient: means(ChannelMisconfigured),
  PlatformApplicationDisabled: means(ChannelMisconfigured, "identity"),
  KMSAccessDenied: means(ChannelMisconfigured),
  KMSDisabled: means(ChannelMisconfigured),
  KMSInvalidState: means(ChannelMisconfigured),
  KMSNotFound: means(ChannelMisconfigured),
  KMSOptInRequired: means(ChannelMisconfigured),
  KMSThrottling: means(Throttled, "account"),
  LimitExceeded: means(Throttled, "account"),
  RequestLimitExceeded: means(Throttled, "account"),
  RequestThrottled: means(Throttled, "account"),
  SlowDown: means(Throttled, "account"),
  Throttled: means(Throttled, "account"),
  Throttling: means(Throttled, "account"),
  TooManyRequests: means(Throttled, "account"),
  InternalError: means(ProviderUnavailable),
  InternalFailure: means(ProviderUnavailable),
  ServiceUnavailable: means(ProviderUnavailable),
  OptedOut: means(Undeliverable),
  InvalidParameter: means(Rejected),
  InvalidParameterValue: means(Rejected),
  MalformedQueryString: means(Rejected),
  ParameterValueInvalid: means(Rejected),
  UserError: means(Rejected),
  Validation: means(Rejected),
  ValidationError: means(Rejected),
};

/** The channel's own meanings, which take precedence over the table: by the code without `Exception`, and the error's text. */
export type SpecialMeaning = (code: string, message: string) => Meaning | undefined;

/**
 * Makes calls to SNS. `identity` is the sender identity, e.g. the ARN of a platform application.
 * @throws {ChannelError} `Rejected` where the SDK could not write the request, so that nothing was sent
 */
export function createSnsCaller() {
  let client = createClient();

  return async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: $Command<Input, Output, SNSClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
    special: SpecialMeaning = () => undefined,
    identity?: string,
  ): Promise<Output> => {
    const { sns, requestsThatLeft, connections } = client;
    try {
      return await connections.use(() => sns.send(command));
    } catch (error) {
      if (requestsThatLeft.has(command.input)) throw fromSnsError(error, special, identity);
      // The serializer keeps the half-written request, and would put it before the next one.
      client = createClient();
      throw new Rejected("the request to Amazon SNS could not be written: nothing was sent", {
        cause: error,
      });
    }
  };
}
export type CallSns = ReturnType<typeof createSnsCaller>;

function createClient() {
  const connections = createConnections();
  const sns = new SNSClient(clientConfiguration(publishCall, connections.agents));
  const requestsThatLeft = new WeakSet<object>();
  // The commands are told apart by their input: the client uses one middleware chain for all commands of a kind.
  sns.middlewareStack.add(
    (next) => (args) => {
      requestsThatLeft.add(args.input);
      return next(args);
    },
    { name: "noteRequestsThatLeft", step: "deserialize", priority: "low" },
  );
  return { sns, requestsThatLeft, connections };
}

/** The meaning of what the SDK threw. An unknown code is `Undeliverable`, with the code. */
function fromSnsError(error: unknown, special: SpecialMeaning, identity: string | undefined): ChannelError {
  if (!(error instanceof Error))
    return new OutcomeUnknown("Amazon SNS failed without an error", { cause: error, identity });
  const status = httpStatus(error);
  if (status === undefined) return fromNetworkError(error, "Amazon SNS");
  const code = ("Code" in error && typeof error.Code === "string" ? error.Code : error.name).replace(
    /Exception$/,
    "",
  );
  // A gateway's time-out says nothing about what happened behind it.
  if (status === 504)
    return new OutcomeUnknown("Amazon SNS timed out (504): sent or not, nobody knows", { code, identity });
  const { Kind, speaksOf } = special(code, error.message) ?? snsErrors[code] ?? unknownCode(status);
  return new Kind(error.message, { code, cause: error, speaksOf, identity });
}

const unknownCode = (status: number): Meaning => {
  if (status === 429) return means(Throttled, "account");
  return status >= 500 ? means(ProviderUnavailable) : means(Undeliverable, "request");
};

const answer = v.object({ $metadata: v.object({ httpStatusCode: v.optional(v.number()) }) });
const httpStatus = (error: Error): number | undefined => {
  const parsed = v.safeParse(answer, error);
  return parsed.success ? parsed.output.$metadata.httpStatusCode : undefined;
};
