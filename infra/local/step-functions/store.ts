/** The state machines and their executions, kept in memory. Used by `actions.ts`; filled by `index.ts` and StartExecution. */
import { ServiceError } from "../aws/service-error.ts";
import { Execution, type ExecutionServices, executionArn, type Machine } from "./execution.ts";

export class Store {
  readonly #machines = new Map<string, Machine>();
  readonly #executions = new Map<string, Execution>();
  /** By machine, oldest first. */
  readonly #executionsOf = new Map<string, Execution[]>();
  readonly #services: () => ExecutionServices;

  /** A function, because the services need this store: task tokens look up executions in it. */
  constructor(services: () => ExecutionServices) {
    this.#services = services;
  }

  add(machine: Machine): void {
    this.#machines.set(machine.arn, machine);
  }

  machines(): Machine[] {
    return [...this.#machines.values()];
  }

  machine(arn: string): Machine {
    const machine = this.#machines.get(arn);
    if (machine !== undefined) return machine;
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:.+$/.test(arn))
      throw new ServiceError("InvalidArn", `Invalid Arn: '${arn}'`);
    throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  }

  /** Idempotent while the execution of this name runs with the same input. */
  start(machine: Machine, name: string, input: string): Execution {
    const arn = executionArn(machine.arn, name);
    const existing = this.#executions.get(arn);
    if (existing?.status === "RUNNING" && existing.input === input) return existing;
    if (existing !== undefined)
      throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    const execution = new Execution(machine, name, input, this.#services());
    this.#executions.set(arn, execution);
    const siblings = this.#executionsOf.get(machine.arn);
    if (siblings === undefined) this.#executionsOf.set(machine.arn, [execution]);
    else siblings.push(execution);
    return execution;
  }

  has(arn: string): boolean {
    return this.#executions.has(arn);
  }

  executions(): IterableIterator<Execution> {
    return this.#executions.values();
  }

  executionsOf({ arn }: Machine): readonly Execution[] {
    return this.#executionsOf.get(arn) ?? [];
  }

  execution(arn: string): Execution {
    const execution = this.#executions.get(arn);
    if (execution !== undefined) return execution;
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:execution:[^:]+:.+$/.test(arn))
      throw new ServiceError("InvalidArn", `Invalid Arn: '${arn}'`);
    throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  }
}
