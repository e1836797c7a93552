/** The local Step Functions service: its API in AWS JSON 1.0, as the AWS endpoint hands it over. */
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import * as v from "valibot";
import { ServiceError } from "../aws/service-error.ts";
import { rewriteDefinition } from "./definition.ts";
import { Execution, type ExecutionServices, type Machine } from "./execution.ts";
import { TaskTokens } from "./task-tokens.ts";

export type StepFunctionsOptions = Pick<ExecutionServices, "clock" | "invoke">;

const page = { maxResults: v.optional(v.number(), 100), nextToken: v.optional(v.string()) };
const inputs = {
  StartExecution: v.object({
    stateMachineArn: v.string(),
    name: v.optional(v.string()),
    input: v.optional(v.string(), "{}"),
  }),
  DescribeExecution: v.object({ executionArn: v.string() }),
  DescribeStateMachineForExecution: v.object({ executionArn: v.string() }),
  GetExecutionHistory: v.object({
    executionArn: v.string(),
    reverseOrder: v.optional(v.boolean(), false),
    ...page,
  }),
  ListExecutions: v.object({ stateMachineArn: v.string(), statusFilter: v.optional(v.string()), ...page }),
  StopExecution: v.object({
    executionArn: v.string(),
    error: v.optional(v.string()),
    cause: v.optional(v.string()),
  }),
  DescribeStateMachine: v.object({ stateMachineArn: v.string() }),
  SendTaskSuccess: v.object({ taskToken: v.string(), output: v.string() }),
  SendTaskFailure: v.object({
    taskToken: v.string(),
    error: v.optional(v.string(), ""),
    cause: v.optional(v.string(), ""),
  }),
  SendTaskHeartbeat: v.object({ taskToken: v.string() }),
};

export class StepFunctions {
  readonly #machines = new Map<string, Machine>();
  readonly #executions = new Map<string, Execution>();
  readonly #tokens = new TaskTokens();
  readonly #listeners = new Set<(executionArn: string) => void>();
  readonly #options: StepFunctionsOptions;

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
  }

  addStateMachine({
    name,
    arn,
    roleArn,
    definition,
  }: Pick<Machine, "name" | "arn" | "roleArn" | "definition">): void {
    const { engine, tasks } = rewriteDefinition(definition);
    const createdAt = this.#options.clock.now();
    this.#machines.set(arn, {
      name,
      arn,
      roleArn,
      definition,
      createdAt,
      engine: engine as StateMachineDefinition,
      tasks,
    });
  }

  /** Tells of every event of every execution. */
  onChange(listener: (executionArn: string) => void): void {
    this.#listeners.add(listener);
  }

  stop(): void {
    for (const execution of this.#executions.values()) execution.stop(undefined, undefined);
  }

  /** Answers the action's output; throws a `ServiceError` as the real service would. */
  handle(action: string, body: unknown): object {
    switch (action) {
      case "StartExecution":
        return this.#start(parse(inputs.StartExecution, body));
      case "DescribeExecution":
        return describe(this.#execution(parse(inputs.DescribeExecution, body).executionArn));
      case "GetExecutionHistory": {
        const { executionArn, reverseOrder, ...paging } = parse(inputs.GetExecutionHistory, body);
        const { history } = this.#execution(executionArn);
        return paginate("events", reverseOrder ? history.toReversed() : history, paging);
      }
      case "ListExecutions": {
        const { stateMachineArn, statusFilter, ...paging } = parse(inputs.ListExecutions, body);
        this.#machine(stateMachineArn);
        const all = [...this.#executions.values()].reverse();
        const wanted = all.filter(
          (one) => one.machine.arn === stateMachineArn && (!statusFilter || one.status === statusFilter),
        );
        return paginate("executions", wanted.map(summarize), paging);
      }
      case "StopExecution": {
        const { executionArn, error, cause } = parse(inputs.StopExecution, body);
        const execution = this.#execution(executionArn);
        execution.stop(error, cause);
        return { stopDate: (execution.stoppedAt ?? 0) / 1000 };
      }
      case "DescribeStateMachine":
        return describeMachine(this.#machine(parse(inputs.DescribeStateMachine, body).stateMachineArn));
      case "DescribeStateMachineForExecution":
        return describeMachine(
          this.#execution(parse(inputs.DescribeStateMachineForExecution, body).executionArn).machine,
        );
      case "ListStateMachines":
        return {
          stateMachines: [...this.#machines.values()].map(({ arn, name, createdAt }) => ({
            stateMachineArn: arn,
            name,
            type: "STANDARD",
            creationDate: createdAt / 1000,
          })),
        };
      case "SendTaskSuccess": {
        const { taskToken, output } = parse(inputs.SendTaskSuccess, body);
        this.#tokens.succeed(taskToken, output);
        return {};
      }
      case "SendTaskFailure": {
        const { taskToken, error, cause } = parse(inputs.SendTaskFailure, body);
        this.#tokens.fail(taskToken, error, cause);
        return {};
      }
      case "SendTaskHeartbeat":
        this.#tokens.heartbeat(parse(inputs.SendTaskHeartbeat, body).taskToken);
        return {};
      default:
        throw new ServiceError(
          "UnknownOperationException",
          `the local Step Functions does not know ${action}`,
        );
    }
  }

  /** Idempotent for the same name and input while it runs, as the real service is. */
  #start({
    stateMachineArn,
    name = crypto.randomUUID(),
    input,
  }: v.InferOutput<typeof inputs.StartExecution>): object {
    const machine = this.#machine(stateMachineArn);
    if (!/^[^\s<>{}[\]?*"#%\\^|~$&,;:/`]{1,80}$/.test(name))
      throw new ServiceError("InvalidName", `Invalid Name: '${name}'`);
    try {
      JSON.parse(input);
    } catch {
      throw new ServiceError(
        "InvalidExecutionInput",
        "Invalid State Machine Execution Input: 'Invalid JSON'",
      );
    }
    const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const running = this.#executions.get(arn);
    if (running !== undefined && (running.status !== "RUNNING" || running.input !== input))
      throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    const execution =
      running ??
      new Execution(machine, name, input, {
        ...this.#options,
        tokens: this.#tokens,
        changed: (changed) => {
          for (const listener of this.#listeners) listener(changed);
        },
      });
    this.#executions.set(arn, execution);
    return { executionArn: arn, startDate: execution.startedAt / 1000 };
  }

  #machine(arn: string): Machine {
    const machine = this.#machines.get(arn);
    if (machine === undefined)
      throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  #execution(arn: string): Execution {
    const execution = this.#executions.get(arn);
    if (execution === undefined)
      throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return execution;
  }
}

function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new ServiceError(
    "ValidationException",
    result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join("; "),
  );
}

function paginate(
  field: string,
  items: readonly object[],
  { maxResults, nextToken }: { maxResults: number; nextToken?: string | undefined },
) {
  const from = Number(nextToken ?? 0);
  const to = from + (maxResults === 0 ? 100 : maxResults);
  return { [field]: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) };
}

const summarize = ({ arn, name, machine, status, startedAt, stoppedAt }: Execution) => ({
  executionArn: arn,
  name,
  stateMachineArn: machine.arn,
  status,
  startDate: startedAt / 1000,
  ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
});

const describe = (execution: Execution) => ({
  ...summarize(execution),
  input: execution.input,
  ...(execution.output === undefined ? {} : { output: execution.output }),
  ...(execution.error === undefined ? {} : { error: execution.error }),
  ...(execution.cause === undefined ? {} : { cause: execution.cause }),
});

const describeMachine = ({ arn, name, roleArn, definition, createdAt }: Machine) => ({
  stateMachineArn: arn,
  name,
  status: "ACTIVE",
  type: "STANDARD",
  roleArn,
  definition,
  creationDate: createdAt / 1000,
});
