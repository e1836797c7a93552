/**
 * Runs before each handler behind the authorizer: checks the scope that the key needs, and the key's rate limit, where it has
 * one. If the limit cannot be read, the request is let through; but if DynamoDB throttles it (about 500 requests per second with
 * one key), the request counts as over the limit, otherwise a flood would get through.
 */

import { createDynamoDb, isThrottled } from "../aws/dynamodb.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault } from "../shared/log.ts";
import { type CountersTable, createCountersTable } from "../storage/counters-table.ts";
import type { Scope } from "./caller.ts";
import type { Handle, HttpEvent } from "./handler.ts";
import { Problem } from "./problem.ts";

export interface Guard {
  scope: Scope;
  /** How many requests it counts as for the rate limit: a batch counts as its number of messages. */
  weight?: (event: HttpEvent) => number;
}

export interface GuardDependencies {
  counters: () => Pick<CountersTable, "fill">;
  now: () => Date;
}

const fromEnvironment: GuardDependencies = {
  counters: lazily(() => createCountersTable(createDynamoDb(), environment("COUNTERS_TABLE"))),
  now: () => new Date(),
};

export function guarded(
  { scope, weight = () => 1 }: Guard,
  handle: Handle,
  { counters, now }: GuardDependencies = fromEnvironment,
): Handle {
  return async (event, context) => {
    const { keyId, scopes, rateLimit } = event.requestContext.authorizer.lambda;
    if (!scopes.includes(scope)) throw scopeMissing(scope, scopes);
    if (rateLimit !== undefined) {
      const bucket = { name: `key#${keyId}`, perSecond: rateLimit };
      const waitSeconds = await counters()
        .fill(bucket, weight(event), now())
        .catch((fault: unknown) => {
          if (isThrottled(fault)) return 1;
          logFault("a key's rate limit could not be read", fault);
          return 0;
        });
      if (waitSeconds > 0) throw tooMany(rateLimit, waitSeconds);
    }
    return handle(event, context);
  };
}

const scopeMissing = (scope: Scope, has: readonly string[]) =>
  new Problem(403, `the API key lacks the scope ${scope}`, [
    {
      path: "Authorization",
      code: "scope_missing",
      message: `must be a key with the scope ${scope}: this one has ${has.join(", ") || "none"}`,
    },
  ]);

const tooMany = (rateLimit: number, waitSeconds: number) =>
  new Problem(
    429,
    `the API key may make ${rateLimit} requests per second`,
    [
      {
        path: "Authorization",
        code: "rate_limited",
        message: `is over its rate limit: send the request again in ${waitSeconds} s (each message of a batch counts as a request)`,
      },
    ],
    { "retry-after": String(waitSeconds) },
  );
