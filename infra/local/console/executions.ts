/** The console's view of the state machines and their executions, read by the actions of the local Step Functions. */
import * as v from "valibot";
import { channels } from "../../../functions/channels/registry.ts";
import { executionArn } from "../step-functions/execution.ts";
import type { StepFunctions } from "../step-functions/index.ts";
import { type Execution, execution, historyEvent, type System } from "./contract.ts";

type Call = StepFunctions["handle"];

/** An error of an action, such as `ExecutionDoesNotExist`. */
export class ActionRefused extends Error {}

const machines = v.looseObject({ stateMachines: v.array(v.looseObject({ stateMachineArn: v.string() })) });
const machine = v.looseObject({ name: v.string(), stateMachineArn: v.string(), definition: v.string() });
const eventsPage = v.looseObject({ events: v.array(historyEvent), nextToken: v.optional(v.string()) });
const details = v.looseObject({ executionArn: v.string() });
const refusal = v.looseObject({ message: v.string() });

export class Executions {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async system(): Promise<System> {
    const describe = async (stateMachineArn: string) => {
      const details = await this.#ask("DescribeStateMachine", { stateMachineArn });
      const { name, definition } = v.parse(machine, details);
      return { name, arn: stateMachineArn, definition };
    };
    return {
      stateMachines: await Promise.all((await this.#machineArns()).map(describe)),
      channels: channels.map(({ id, name, address, windowSeconds, reports }) => ({
        id,
        name,
        address,
        windowSeconds,
        reports: [...reports],
      })),
    };
  }

  async describe(name: string): Promise<Execution> {
    const found = await this.#detailsOf(name);
    const events: v.InferOutput<typeof historyEvent>[] = [];
    let nextToken: string | undefined;
    do {
      const page: v.InferOutput<typeof eventsPage> = v.parse(
        eventsPage,
        await this.#ask("GetExecutionHistory", {
          executionArn: found.executionArn,
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return v.parse(execution, { ...found, events });
  }

  async stop(name: string): Promise<void> {
    await this.#ask("StopExecution", { executionArn: (await this.#detailsOf(name)).executionArn });
  }

  async #machineArns(): Promise<string[]> {
    const { stateMachines } = v.parse(machines, await this.#ask("ListStateMachines", {}));
    return stateMachines.map(({ stateMachineArn }) => stateMachineArn);
  }

  /** The execution of that name, on whichever machine. */
  async #detailsOf(name: string): Promise<v.InferOutput<typeof details>> {
    let refused = new ActionRefused("the template has no state machine");
    for (const machineArn of await this.#machineArns()) {
      const asked = { executionArn: executionArn(machineArn, name) };
      try {
        return v.parse(details, await this.#ask("DescribeExecution", asked));
      } catch (error) {
        if (!(error instanceof ActionRefused)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  async #ask(action: string, input: object): Promise<unknown> {
    const { status, body } = await this.#call(action, input);
    if (status === 200) return body;
    throw new ActionRefused(v.parse(refusal, body).message);
  }
}
