/**
 * Stands before each handler behind the authorizer: the scope that the key needs for it, and the key's rate limit, which is
 * only asked where the key has one. A limit that cannot be asked stops nobody, but who asks more often than its item takes (about
 * 500 times a second) is over it: a flood would else pass.
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
  /** What the request counts for against the rate limit: a batch as many as it holds. */
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
          logFault("a key's rate limit cannot be asked", fault);
          return 0;
        });
      if (waitSeconds > 0) throw tooMany(rateLimit, waitSeconds);
    }
    return handle(event, context);
  };
}

const scopeMissing = (scope: Scope, has: readonly string[]) =>
  new Problem(403, `this needs the scope ${scope}`, [
    {
      path: "Authorization",
      code: "scope_missing",
      message: `use a key with the scope ${scope}: this one has ${has.join(", ") || "none"}`,
    },
  ]);

const tooMany = (rateLimit: number, waitSeconds: number) =>
  new Problem(
    429,
    `this key may make ${rateLimit} requests a second`,
    [
      {
        path: "Authorization",
        code: "rate_limited",
        message: `send it again in ${waitSeconds} s: each message of a batch counts as a request`,
      },
    ],
    { "retry-after": String(waitSeconds) },
  );
