/**
 * Calls of the AWS services that send, each by a client of its own, and what the errors mean that every AWS service has:
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html. No call is repeated by the SDK: the services cannot distinguish
 * a repetition from a second message.
 */
import * as v from "valibot";
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

/** By the code without `Exception`: AWS says `Throttling` as well as `ThrottlingException`. */
export type AwsErrors = Readonly<Record<string, Meaning>>;

const commonErrors: AwsErrors = {
  AccessDenied: means(ChannelMisconfigured),
  AuthFailure: means(ChannelMisconfigured),
  ExpiredToken: means(ChannelMisconfigured),
  IncompleteSignature: means(ChannelMisconfigured),
  InvalidClientTokenId: means(ChannelMisconfigured),
  InvalidSignature: means(ChannelMisconfigured),
  MissingAuthenticationToken: means(ChannelMisconfigured),
  NotAuthorized: means(ChannelMisconfigured),
  OptInRequired: means(ChannelMisconfigured),
  // The request was signed too long ago, or with a clock that is wrong: the SDK takes the time from the answer for the next one.
  RequestExpired: means(ProviderUnavailable, "request"),
  SignatureDoesNotMatch: means(ChannelMisconfigured),
  UnrecognizedClient: means(ChannelMisconfigured),
  LimitExceeded: means(Throttled, "account"),
  RequestLimitExceeded: means(Throttled, "account"),
  RequestThrottled: means(Throttled, "account"),
  SlowDown: means(Throttled, "account"),
  Throttled: means(Throttled, "account"),
  Throttling: means(Throttled, "account"),
  TooManyRequests: means(Throttled, "account"),
  InternalError: means(ProviderUnavailable),
  InternalFailure: means(ProviderUnavailable),
  InternalServer: means(ProviderUnavailable),
  ServiceUnavailable: means(ProviderUnavailable),
  InvalidParameterValue: means(Rejected),
  MalformedQueryString: means(Rejected),
  Serialization: means(Rejected),
  Validation: means(Rejected),
  ValidationError: means(Rejected),
};

/** What the service knows better than the common table: by the code without `Exception`; `code` where it shows another. */
export type MeaningOf = (error: Error, code: string) => (Meaning & { code?: string }) | undefined;

interface SdkClient {
  // biome-ignore lint/suspicious/noExplicitAny: each client has a type of its own for its middleware.
  middlewareStack: { add: (middleware: any, options: any) => void };
}

/**
 * A caller of the service. `identity` of a call is what it is made as, e.g. the ARN of a platform application.
 * @throws {ChannelError} `Rejected` where the SDK could not write the request, so that nothing left.
 */
export function createAwsCaller<Client extends SdkClient>(
  service: string,
  createClient: (agents: object) => Client,
) {
  let current = createConnected(createClient);

  return async <Output>(
    command: { input: object },
    send: (client: Client) => Promise<Output>,
    meaningOf: MeaningOf,
    identity?: string,
  ): Promise<Output> => {
    const { client, requestsThatLeft, connections } = current;
    try {
      return await connections.use(() => send(client));
    } catch (error) {
      if (requestsThatLeft.has(command.input)) throw fromAwsError(service, error, meaningOf, identity);
      // The serializer keeps half of a request that it could not write, and would put it before the next one.
      current = createConnected(createClient);
      throw new Rejected(`the request to ${service} could not be written: nothing was sent`, {
        cause: error,
      });
    }
  };
}

function createConnected<Client extends SdkClient>(createClient: (agents: object) => Client) {
  const connections = createConnections();
  const client = createClient(connections.agents);
  const requestsThatLeft = new WeakSet<object>();
  // By the input, as the client uses one chain of middleware for all commands of a kind.
  client.middlewareStack.add(
    (next: (args: { input: object }) => Promise<object>) => (args: { input: object }) => {
      requestsThatLeft.add(args.input);
      return next(args);
    },
    { name: "noteRequestsThatLeft", step: "deserialize", priority: "low" },
  );
  return { client, requestsThatLeft, connections };
}

/** What the SDK threw. A code that no table knows is `Undeliverable`, and its code is kept. */
function fromAwsError(
  service: string,
  error: unknown,
  meaningOf: MeaningOf,
  identity: string | undefined,
): ChannelError {
  if (!(error instanceof Error))
    return new OutcomeUnknown(`${service} failed without an error`, { cause: error, identity });
  const status = httpStatus(error);
  if (status === undefined) return fromNetworkError(error, service);
  const name = ("Code" in error && typeof error.Code === "string" ? error.Code : error.name).replace(
    /Exception$/,
    "",
  );
  // A gateway's time-out says nothing of what happened behind it.
  if (status === 504)
    return new OutcomeUnknown(`${service} timed out (504): sent or not, nobody knows`, {
      code: name,
      identity,
    });
  const {
    Kind,
    speaksOf,
    code = name,
  }: Meaning & { code?: string } = meaningOf(error, name) ?? commonErrors[name] ?? unknownCode(status);
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
