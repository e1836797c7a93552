/** The console's view of the state machine and its executions, asked of the local Step Functions by its own actions. */
import * as v from "valibot";
import { channels } from "../../../functions/channels/registry.ts";
import type { StepFunctions } from "../step-functions/index.ts";
import {
  type Execution,
  type ExecutionSummary,
  execution,
  executionSummary,
  historyEvent,
  type System,
} from "./contract.ts";

type Call = StepFunctions["handle"];

/** An action's refusal: `ExecutionDoesNotExist` and the like. */
export class ActionRefused extends Error {}

const machines = v.looseObject({ stateMachines: v.array(v.looseObject({ stateMachineArn: v.string() })) });
const machine = v.looseObject({ name: v.string(), stateMachineArn: v.string(), definition: v.string() });
const executionsPage = v.looseObject({
  executions: v.array(executionSummary),
  nextToken: v.optional(v.string()),
});
const eventsPage = v.looseObject({ events: v.array(historyEvent), nextToken: v.optional(v.string()) });
const refusal = v.looseObject({ message: v.string() });

export class Executions {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async system(): Promise<System> {
    const stateMachineArn = await this.#machineArn();
    const { name, definition } = v.parse(
      machine,
      await this.#ask("DescribeStateMachine", { stateMachineArn }),
    );
    return {
      stateMachine: { name, arn: stateMachineArn, definition },
      channels: channels.map(({ id, name, address, windowSeconds, reports }) => ({
        id,
        name,
        address,
        windowSeconds,
        reports: [...reports],
      })),
    };
  }

  /** Newest first; `search` is a part of the name, which is the messageId. */
  async list({ status, search = "", limit }: { status?: string; search?: string; limit: number }) {
    const stateMachineArn = await this.#machineArn();
    const found: ExecutionSummary[] = [];
    let nextToken: string | undefined;
    do {
      const page: v.InferOutput<typeof executionsPage> = v.parse(
        executionsPage,
        await this.#ask("ListExecutions", {
          stateMachineArn,
          maxResults: 1000,
          ...(status ? { statusFilter: status } : {}),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      found.push(...page.executions.filter(({ name }) => name.includes(search)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined && found.length <= limit);
    return { executions: found.slice(0, limit), more: found.length > limit || nextToken !== undefined };
  }

  async describe(name: string): Promise<Execution> {
    const executionArn = await this.#executionArn(name);
    const details = await this.#ask("DescribeExecution", { executionArn });
    const events: v.InferOutput<typeof historyEvent>[] = [];
    let nextToken: string | undefined;
    do {
      const page: v.InferOutput<typeof eventsPage> = v.parse(
        eventsPage,
        await this.#ask("GetExecutionHistory", {
          executionArn,
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return v.parse(execution, { ...Object(details), events });
  }

  async stop(name: string): Promise<void> {
    await this.#ask("StopExecution", { executionArn: await this.#executionArn(name) });
  }

  async #machineArn(): Promise<string> {
    const { stateMachines } = v.parse(machines, await this.#ask("ListStateMachines", {}));
    const [first] = stateMachines;
    if (first === undefined) throw new ActionRefused("the template has no state machine");
    return first.stateMachineArn;
  }

  async #executionArn(name: string): Promise<string> {
    return `${(await this.#machineArn()).replace(":stateMachine:", ":execution:")}:${name}`;
  }

  async #ask(action: string, input: object): Promise<unknown> {
    const { status, body } = await this.#call(action, input);
    if (status === 200) return body;
    throw new ActionRefused(v.parse(refusal, body).message);
  }
}
