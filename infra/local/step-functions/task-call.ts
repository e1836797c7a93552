/**
 * Reads what a Task does from the parameters that the engine resolved: the invocation, and the window, which the engine
 * itself cannot resolve (see `definition.ts`). Used by `execution.ts` and `task.ts`.
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { stateInput, type TaskDefinition, timeoutFromContext } from "./definition.ts";
import { StatesRuntimeFailure } from "./errors.ts";

export interface TaskCall {
  parameters: { FunctionName: string; Payload?: unknown };
  windowSeconds: number;
  isWindowGiven: boolean;
}

/**
 * A placeholder for `$$.Task.Token` in the context object, which the engine copies once per execution, while each attempt
 * needs its own token. Random, so that no input can contain it.
 */
export const tokenMarker = `token-${randomUUID()}`;

/** ASL's default. */
const defaultWindowSeconds = 99_999_999;

const parametersSchema = v.looseObject({ FunctionName: v.string(), Payload: v.optional(v.unknown()) });
const windowSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

export function readTaskCall(task: TaskDefinition, resolved: unknown): TaskCall {
  const parsed = v.safeParse(parametersSchema, resolved);
  if (!parsed.success) throw new StatesRuntimeFailure("The parameters of lambda:invoke need a FunctionName");
  const { [stateInput]: input, [timeoutFromContext]: fromContext, ...parameters } = parsed.output;
  const given = task.timeoutSeconds ?? fromContext ?? lookUp(task.timeoutSecondsPath, input);
  if (given === undefined) return { parameters, windowSeconds: defaultWindowSeconds, isWindowGiven: false };
  if (!v.is(windowSchema, given))
    throw new StatesRuntimeFailure(
      `${task.timeoutSecondsPath} is no positive integer: ${JSON.stringify(given)}`,
    );
  return { parameters, windowSeconds: given, isWindowGiven: true };
}

/** A reference path, the only kind that TimeoutSecondsPath accepts: `$.a.b`, `$.a['b c']`, `$.list[0]`. */
function lookUp(path: string | undefined, input: unknown): unknown {
  let value = input;
  if (path === undefined) return undefined;
  for (const [, dotted, quoted, index] of path.matchAll(/\.([^.[\]]+)|\['([^']+)'\]|\[(\d+)\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, dotted ?? quoted ?? index ?? "");
  }
  return value ?? undefined;
}

export function withToken(parameters: TaskCall["parameters"], token: string): TaskCall["parameters"] {
  const { FunctionName, ...rest } = parameters;
  return {
    FunctionName,
    ...Object.fromEntries(Object.entries(rest).map(([k, value]) => [k, fill(value, token)])),
  };
}

function fill(value: unknown, token: string): unknown {
  if (typeof value === "string") return value.replaceAll(tokenMarker, token);
  if (Array.isArray(value)) return value.map((item) => fill(item, token));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, token)]));
}
