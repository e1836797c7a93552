/**
 * Rewrites a definition for `aws-local-stepfunctions` 3.0.0, whose limits the adapter makes good: it resolves
 * `TimeoutSecondsPath` against the wrong document, ends tasks after 60 s by default, and copies the context object once, so
 * that every task would see the same token. The original definition is what the API shows.
 */
import * as v from "valibot";

const retrier = v.looseObject({
  ErrorEquals: v.array(v.string()),
  IntervalSeconds: v.optional(v.number(), 1),
  MaxAttempts: v.optional(v.number(), 3),
  BackoffRate: v.optional(v.number(), 2),
  MaxDelaySeconds: v.optional(v.number()),
  JitterStrategy: v.optional(v.string(), "NONE"),
});
export type Retrier = v.InferOutput<typeof retrier>;

const state = v.looseObject({
  Type: v.string(),
  Resource: v.optional(v.string()),
  Parameters: v.optional(v.record(v.string(), v.unknown())),
  TimeoutSeconds: v.optional(v.number()),
  TimeoutSecondsPath: v.optional(v.string()),
  Retry: v.optional(v.array(retrier), []),
});
const definition = v.looseObject({ StartAt: v.string(), States: v.record(v.string(), state) });

export interface TaskDefinition {
  name: string;
  waitsForToken: boolean;
  timeoutSeconds: number | undefined;
  retriers: Retrier[];
}

/** What stands for the token until a task is attempted. */
export const tokenMarker = "<task token>";
/** The parameter by which the adapter learns the window. */
export const timeoutParameter = "adapter:timeoutSeconds";
/** About 23 days, near the longest timer of Node: the adapter's own window ends every task before. */
const neverSeconds = 2_000_000;

export function rewriteDefinition(text: string): { engine: unknown; tasks: TaskDefinition[] } {
  const original = v.parse(definition, JSON.parse(text));
  const tasks: TaskDefinition[] = [];
  const States = Object.fromEntries(
    Object.entries(original.States).map(([name, given]) => {
      if (given.Type !== "Task") return [name, given];
      const { TimeoutSecondsPath, TimeoutSeconds, Parameters = {}, Retry, ...rest } = given;
      tasks.push({
        name,
        waitsForToken: given.Resource?.endsWith(".waitForTaskToken") ?? false,
        timeoutSeconds: TimeoutSeconds,
        retriers: Retry,
      });
      const parameters = {
        ...(markToken(Parameters) as object),
        ...(TimeoutSecondsPath ? { [`${timeoutParameter}.$`]: TimeoutSecondsPath } : {}),
      };
      // The adapter waits before a retry, on the clock that tests move.
      return [
        name,
        {
          ...rest,
          Parameters: parameters,
          TimeoutSeconds: neverSeconds,
          ...(Retry.length > 0 ? { Retry } : {}),
        },
      ];
    }),
  );
  return { engine: { ...original, States }, tasks };
}

function markToken(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(markToken);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      item === "$$.Task.Token" && key.endsWith(".$")
        ? [key.slice(0, -2), tokenMarker]
        : [key, markToken(item)],
    ),
  );
}

/** Puts the attempt's real token where the marker is. */
export function withToken(value: unknown, token: string): unknown {
  if (value === tokenMarker) return token;
  if (Array.isArray(value)) return value.map((item) => withToken(item, token));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withToken(item, token)]));
}
