/**
 * What every AWS client of the functions shares: credentials, and limits on how long a call may take. Lambda hands credentials
 * over in the environment, so the SDK's chain of other providers stays out of the bundles: it is most of their start-up time.
 */
import { environment } from "../shared/environment.ts";

export interface CallLimits {
  /** Until the answer begins, and then for each silence in it. */
  requestTimeout: number;
  maxAttempts: number;
}

/** Part of the request's time-out. */
const connectionTimeout = 1_000;

/** A call to our own side, which may be made again: AWS answers in milliseconds, or not at all. */
export const standardCall: CallLimits = { requestTimeout: 2_000, maxAttempts: 3 };
/** API Gateway gives its authorizer 10 seconds. */
export const authorizerCall: CallLimits = { requestTimeout: 2_000, maxAttempts: 2 };
/** A send, which must not be made again: SNS cannot tell a repeated Publish from a second message. */
export const publishCall: CallLimits = { requestTimeout: 8_000, maxAttempts: 1 };

/** The SDK waits no longer before its retries: after a throttling, up to a second, then up to twice as long. */
const longestBackoffMs = (retries: number) => 1_000 * (2 ** retries - 1);

/** How long one call may take at the worst: the time-out of every function is longer. */
export const longestCallMs = ({ requestTimeout, maxAttempts }: CallLimits): number =>
  maxAttempts * 2 * requestTimeout + longestBackoffMs(maxAttempts - 1);

export const clientConfiguration = ({ requestTimeout, maxAttempts }: CallLimits = standardCall) => ({
  region: environment("AWS_REGION"),
  credentials: async () => {
    const sessionToken = environment("AWS_SESSION_TOKEN");
    return {
      accessKeyId: environment("AWS_ACCESS_KEY_ID"),
      secretAccessKey: environment("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken ? { sessionToken } : {}),
    };
  },
  maxAttempts,
  // No call adds a middleware of its own: what was resolved for a command's first call is good for the next, a tenth less work.
  cacheMiddleware: true,
  requestHandler: {
    connectionTimeout,
    requestTimeout,
    // Without it the SDK only warns, and goes on waiting.
    throwOnRequestTimeout: true,
    socketTimeout: requestTimeout,
  },
});
