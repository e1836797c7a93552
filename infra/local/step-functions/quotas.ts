/**
 * The default quotas of Step Functions (us-east-1); actions beyond them are refused, as on AWS.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
import { ServiceError } from "../aws/service-error.ts";

interface TokenBucket {
  size: number;
  perSecond: number;
}

export interface Quotas {
  /** The actions that share a bucket. */
  buckets: readonly { actions: readonly string[]; bucket: TokenBucket }[];
  openExecutions: number;
}

export const accountQuotas: Quotas = {
  buckets: [
    { actions: ["StartExecution"], bucket: { size: 1300, perSecond: 300 } },
    {
      actions: ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"],
      bucket: { size: 3000, perSecond: 500 },
    },
  ],
  openExecutions: 1_000_000,
};

/** Returns a check to call before each action; it throws if the action must be refused. */
export function limitTo({ buckets, openExecutions }: Quotas, now: () => number, running: () => number) {
  const filled = new Map(
    buckets.flatMap(({ actions, bucket }) => {
      const state = { ...bucket, tokens: bucket.size, at: now() };
      return actions.map((action) => [action, state] as const);
    }),
  );
  return (action: string): void => {
    if (action === "StartExecution" && running() >= openExecutions)
      throw new ServiceError("ExecutionLimitExceeded", `You may have ${openExecutions} open executions`);
    const bucket = filled.get(action);
    if (bucket === undefined) return;
    const at = now();
    const passed = Math.max(0, at - bucket.at) / 1000;
    bucket.tokens = Math.min(bucket.size, bucket.tokens + passed * bucket.perSecond);
    bucket.at = at;
    if (bucket.tokens < 1) throw new ServiceError("ThrottlingException", "Rate exceeded");
    bucket.tokens -= 1;
  };
}
