/**
 * The configuration that every AWS client of the functions shares: credentials, and limits on how long a call may take. Lambda
 * passes the credentials in the environment, so the SDK's other credential providers, which would take most of the start-up time,
 * stay out of the bundles.
 */
import { environment } from "../shared/environment.ts";

export interface CallLimits {
  /** In milliseconds: until the answer begins, and for each pause within it. */
  requestTimeout: number;
  maxAttempts: number;
}

/** Included in the request's time-out. */
const connectionTimeout = 1_000;

/** For calls that may be repeated: AWS answers them in milliseconds, or not at all. */
export const standardCall: CallLimits = { requestTimeout: 2_000, maxAttempts: 3 };
/** For the authorizer: API Gateway waits 10 seconds for it. */
export const authorizerCall: CallLimits = { requestTimeout: 2_000, maxAttempts: 2 };
/** For a send, which must not be repeated: SNS cannot distinguish a repeated Publish from a second message. */
export const publishCall: CallLimits = { requestTimeout: 8_000, maxAttempts: 1 };

/**
 * The longest total time that the SDK waits before its retries: up to a second after throttling, then up to twice as long each
 * time.
 */
const maxBackoffMs = (retries: number) => 1_000 * (2 ** retries - 1);

/** The longest time that one call may take; every function's time-out is longer. */
export const longestCallMs = ({ requestTimeout, maxAttempts }: CallLimits): number =>
  maxAttempts * 2 * requestTimeout + maxBackoffMs(maxAttempts - 1);

/** `agents`: for connections of its own (idle-connections.ts). */
export const clientConfiguration = (
  { requestTimeout, maxAttempts }: CallLimits = standardCall,
  agents: object = {},
) => ({
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
  // No call adds middleware of its own, so a command's handler can be reused: a tenth less work per call.
  cacheMiddleware: true,
  requestHandler: {
    connectionTimeout,
    requestTimeout,
    // Without it the SDK only logs a warning and continues to wait.
    throwOnRequestTimeout: true,
    socketTimeout: requestTimeout,
    ...agents,
  },
});
