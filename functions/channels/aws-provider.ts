/**
 * Calls of the AWS services that are providers of a channel, and what the errors of every AWS service mean:
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
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
const commonErrors: Readonly<Record<string, Meaning>> = {
  AccessDenied: means(ChannelMisconfigured),
  AuthFailure: means(ChannelMisconfigured),
  ExpiredToken: means(ChannelMisconfigured),
  IncompleteSignature: means(ChannelMisconfigured),
  InvalidClientTokenId: means(ChannelMisconfigured),
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
  ServiceUnavailable: means(ProviderUnavailable),
  InvalidParameterValue: means(Rejected),
  MalformedQueryString: means(Rejected),
  Validation: means(Rejected),
  ValidationError: means(Rejected),
};

/** What the channel knows better than the tables: by the code without `Exception`, and the error's text. */
export type SpecialMeaning = (code: string, message: string) => Meaning | undefined;

/** The middleware by which a client's maker is to tell of each input whose request leaves. */
export const whenItLeaves = { name: "noteThatItLeaves", step: "deserialize", priority: "low" } as const;

/**
 * A caller of a service. `create`: makes its client, with these agents in its `requestHandler`, and calls `noteThatItLeaves`;
 * `errors`: the service's own.
 */
export function createProviderCaller<Client>(
  name: string,
  create: (agents: object, noteThatItLeaves: (input: object) => void) => Client,
  errors: Readonly<Record<string, Meaning>>,
) {
  let caller = createCaller(create);

  /**
   * `input`: the command's; `identity`: what the call is made as.
   * @throws {ChannelError} `Rejected` where the SDK could not write the request, so that nothing left.
   */
  return async <Output>(
    input: object,
    send: (client: Client) => Promise<Output>,
    special: SpecialMeaning = () => undefined,
    identity?: string,
  ): Promise<Output> => {
    const { client, left, connections } = caller;
    try {
      return await connections.use(() => send(client));
    } catch (error) {
      if (left.has(input))
        throw fromAwsError(
          name,
          error,
          (code, text) => special(code, text) ?? errors[code] ?? commonErrors[code],
          identity,
        );
      // The serializer keeps half of a request that it could not write, and would put it before the next one.
      caller = createCaller(create);
      throw new Rejected(`the request to ${name} could not be written: nothing was sent`, { cause: error });
    }
  };
}

function createCaller<Client>(create: Parameters<typeof createProviderCaller<Client>>[1]) {
  const connections = createConnections();
  // By the input, as the client uses one chain of middleware for all commands of a kind.
  const left = new WeakSet<object>();
  return { client: create(connections.agents, (input) => left.add(input)), left, connections };
}

/** What the SDK threw. A code that no table knows is `Undeliverable`, and its code is kept. */
function fromAwsError(
  name: string,
  error: unknown,
  meaningOf: SpecialMeaning,
  identity: string | undefined,
): ChannelError {
  if (!(error instanceof Error))
    return new OutcomeUnknown(`${name} failed without an error`, { cause: error, identity });
  const status = httpStatus(error);
  if (status === undefined) return fromNetworkError(error, name);
  const code = ("Code" in error && typeof error.Code === "string" ? error.Code : error.name).replace(
    /Exception$/,
    "",
  );
  // A gateway's time-out says nothing of what happened behind it.
  if (status === 504)
    return new OutcomeUnknown(`${name} timed out (504): sent or not, nobody knows`, { code, identity });
  const { Kind, speaksOf } = meaningOf(code, error.message) ?? unknownCode(status);
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
