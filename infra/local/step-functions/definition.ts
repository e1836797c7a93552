/**
 * Rewrites a definition for `aws-local-stepfunctions` 3.0.0, whose time-outs and retry delays use real time: they are removed
 * here, and `task.ts` enforces them on the local clock. Called once per machine; the API shows the original.
 */
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import * as v from "valibot";

const retrierSchema = v.looseObject({
  ErrorEquals: v.array(v.string()),
  IntervalSeconds: v.optional(v.number(), 1),
  MaxAttempts: v.optional(v.number(), 3),
  BackoffRate: v.optional(v.number(), 2),
  MaxDelaySeconds: v.optional(v.number()),
  JitterStrategy: v.optional(v.picklist(["NONE", "FULL"]), "NONE"),
});
export type Retrier = v.InferOutput<typeof retrierSchema>;

const lambdaResource = /^arn:[\w-]+:states:::lambda:invoke(\.waitForTaskToken)?$/;
const taskSchema = v.looseObject({
  Resource: v.pipe(v.string(), v.regex(lambdaResource, "Only lambda:invoke tasks run locally")),
  Parameters: v.record(v.string(), v.unknown()),
  TimeoutSeconds: v.optional(v.number()),
  TimeoutSecondsPath: v.optional(v.string()),
  Retry: v.optional(v.array(retrierSchema), []),
});
const waitSchema = v.looseObject({
  Seconds: v.optional(v.number()),
  SecondsPath: v.optional(v.string()),
  Timestamp: v.optional(v.string()),
  TimestampPath: v.optional(v.string()),
});
const machineSchema = v.looseObject({
  StartAt: v.string(),
  States: v.record(v.string(), v.looseObject({ Type: v.string() })),
  TimeoutSeconds: v.optional(v.number()),
});
type Machine = v.InferOutput<typeof machineSchema>;
type State = Machine["States"][string];

export interface TaskDefinition {
  waitsForToken: boolean;
  timeoutSeconds: number | undefined;
  timeoutSecondsPath: string | undefined;
  retriers: Retrier[];
}

export interface RewrittenDefinition {
  forEngine: StateMachineDefinition;
  tasks: Map<string, TaskDefinition>;
  waits: Set<string>;
  /** The original state types: the engine runs a Wait as a Task. */
  typeOf: Map<string, string>;
  timeoutSeconds: number | undefined;
}

/** The parameter that carries the state's own input to the handler, beside the parameters of the definition. */
export const stateInput = "local:input";
/** The parameter that carries a time-out which the definition takes from the context object. */
export const timeoutFromContext = "local:timeoutSeconds";

/** 23 days, just below Node's longest timer: windows on the local clock end every task long before. */
const neverSeconds = 2_000_000;

export function rewriteDefinition(json: string): RewrittenDefinition {
  const tasks = new Map<string, TaskDefinition>();
  const waits = new Set<string>();
  const typeOf = new Map<string, string>();

  const rewriteMachine = ({ TimeoutSeconds: _, ...machine }: Machine): Machine => ({
    ...machine,
    States: Object.fromEntries(
      Object.entries(machine.States).map(([name, state]) => [name, rewriteState(name, state)]),
    ),
  });
  const rewriteState = (name: string, state: State): State => {
    typeOf.set(name, state.Type);
    if (state.Type === "Task") {
      const task = v.parse(taskSchema, state);
      tasks.set(name, describeTask(task));
      return rewriteTask(state, task);
    }
    if (state.Type === "Wait") {
      waits.add(name);
      return rewriteWait(state);
    }
    return { ...state, ...rewriteNested(state) };
  };
  const rewriteNested = (state: State) => {
    const { Branches, Iterator, ItemProcessor } = state;
    if (state.Type === "Parallel")
      return { Branches: v.parse(v.array(machineSchema), Branches).map(rewriteMachine) };
    if (Iterator !== undefined) return { Iterator: rewriteMachine(v.parse(machineSchema, Iterator)) };
    if (ItemProcessor !== undefined)
      return { ItemProcessor: rewriteMachine(v.parse(machineSchema, ItemProcessor)) };
    return {};
  };

  const machine = v.parse(machineSchema, JSON.parse(json));
  return {
    // The engine's constructor validates it by ASL's JSON schema.
    forEngine: rewriteMachine(machine) as unknown as StateMachineDefinition,
    tasks,
    waits,
    typeOf,
    timeoutSeconds: machine.TimeoutSeconds,
  };
}

type TaskState = v.InferOutput<typeof taskSchema>;

const describeTask = (task: TaskState): TaskDefinition => ({
  waitsForToken: task.Resource.endsWith(".waitForTaskToken"),
  timeoutSeconds: task.TimeoutSeconds,
  timeoutSecondsPath: task.TimeoutSecondsPath,
  retriers: task.Retry,
});

function rewriteTask(state: State, { Parameters, TimeoutSecondsPath }: TaskState): State {
  const { TimeoutSecondsPath: _path, Retry: _retry, HeartbeatSeconds: _heartbeat, ...rest } = state;
  return {
    ...rest,
    Parameters: {
      ...Parameters,
      [`${stateInput}.$`]: "$",
      ...(TimeoutSecondsPath?.startsWith("$$") ? { [`${timeoutFromContext}.$`]: TimeoutSecondsPath } : {}),
    },
    TimeoutSeconds: neverSeconds,
  };
}

/** A task whose handler waits on the local clock; the engine would sleep in real time. */
function rewriteWait(state: State): State {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = v.parse(waitSchema, state);
  const { Seconds: _s, SecondsPath: _sp, Timestamp: _t, TimestampPath: _tp, ...rest } = state;
  return {
    ...rest,
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: {
      [`${stateInput}.$`]: "$",
      ...(Seconds === undefined ? {} : { seconds: Seconds }),
      ...(SecondsPath === undefined ? {} : { "seconds.$": SecondsPath }),
      ...(Timestamp === undefined ? {} : { timestamp: Timestamp }),
      ...(TimestampPath === undefined ? {} : { "timestamp.$": TimestampPath }),
    },
    TimeoutSeconds: neverSeconds,
  };
}
