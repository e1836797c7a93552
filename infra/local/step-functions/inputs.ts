/** Validates the inputs of the actions. @throws {ServiceError} `ValidationException`, or AWS's own error name */
import * as v from "valibot";
import { ServiceError } from "../aws/service-error.ts";

const maxDataBytes = 262_144;
const data = v.pipe(v.string(), v.maxBytes(maxDataBytes));
const token = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const error = v.optional(v.pipe(v.string(), v.maxLength(256)));
const cause = v.optional(v.pipe(v.string(), v.maxLength(32_768)));
const page = {
  maxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)), 0),
  nextToken: v.optional(v.string()),
};

export const inputs = {
  startExecution: v.object({
    stateMachineArn: v.string(),
    name: v.optional(v.string()),
    input: v.optional(data, "{}"),
  }),
  executionOf: v.object({ executionArn: v.string() }),
  stateMachineOf: v.object({ stateMachineArn: v.string() }),
  listStateMachines: v.object(page),
  getExecutionHistory: v.object({
    executionArn: v.string(),
    reverseOrder: v.optional(v.boolean(), false),
    includeExecutionData: v.optional(v.boolean(), true),
    ...page,
  }),
  listExecutions: v.object({
    stateMachineArn: v.string(),
    statusFilter: v.optional(
      v.picklist(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
    ),
    ...page,
  }),
  stopExecution: v.object({ executionArn: v.string(), error, cause }),
  sendTaskSuccess: v.object({ taskToken: token, output: data }),
  sendTaskFailure: v.object({ taskToken: token, error, cause }),
  sendTaskHeartbeat: v.object({ taskToken: token }),
};

export function parseInput<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ServiceError("ValidationException", `${v.getDotPath(issue) ?? "body"}: ${issue.message}`);
}

/** AWS: no white space, brackets, wildcards, control characters, nor ``"#%\^|~`$&,;:/``. */
const forbiddenInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || forbiddenInNames.test(name))
    throw new ServiceError("InvalidName", `Invalid Name: '${name}'`);
}

export function parseJson(text: string, code: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(
      code,
      `${code === "InvalidOutput" ? "Invalid Output" : "Invalid State Machine Execution Input"}: no JSON`,
    );
  }
}
