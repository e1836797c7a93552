/**
 * The calls of a run's functions: numbered as they are made, and some of them meet a fault. A function that dies makes no
 * further call and answers nobody; its caller sees what Lambda reports.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { LambdaInvocationError } from "../../../infra/local/step-functions/index.ts";
import type { Call, Fault, Service } from "./faults.ts";

/** A fault that waits for a call; another call that has come to its place, after a fault before it, meets none. */
export interface Planned {
  /** The number of the call, from 1. */
  at: number;
  call: Call;
  fault: Fault;
}

interface Invocation {
  functionName: string;
  isDead: boolean;
  /** What lasts until it has ended, by action. */
  lasting: Map<string, Fault>;
  death: PromiseWithResolvers<never>;
}

const never = new Promise<never>(() => {});

/** The calls of one run after the other; `plan` says which of them meets what. */
export class Calls {
  readonly #current = new AsyncLocalStorage<Invocation>();
  readonly #afterStall: () => Promise<void>;
  #plan: readonly Planned[] = [];
  made: Call[] = [];
  /** How many faults of the plan came to pass. */
  met = 0;
  /** The functions that are at work, and those that stand still. */
  running = 0;
  standing = 0;

  constructor(afterStall: () => Promise<void>) {
    this.#afterStall = afterStall;
  }

  begin(plan: readonly Planned[]): void {
    this.#plan = plan;
    this.made = [];
    this.met = 0;
  }

  /** Runs a function as Lambda does: what it throws, and that it died, comes out as Lambda reports it. */
  async invoke<Result>(functionName: string, run: () => Promise<Result>): Promise<Result> {
    const invocation: Invocation = {
      functionName,
      isDead: false,
      lasting: new Map(),
      death: Promise.withResolvers(),
    };
    invocation.death.promise.catch(() => {});
    this.running += 1;
    try {
      return await Promise.race([this.#current.run(invocation, run), invocation.death.promise]);
    } catch (error) {
      if (error instanceof LambdaInvocationError) throw error;
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      throw new LambdaInvocationError({ errorType: name, errorMessage: message, trace: [] });
    } finally {
      this.running -= 1;
    }
  }

  /** Every call of a function goes through here; what is called outside of functions is the test's own. */
  async through<Result>(service: Service, action: string, effect: () => Promise<Result>): Promise<Result> {
    const invocation = this.#current.getStore();
    if (invocation === undefined) return effect();
    if (invocation.isDead) return never;
    this.made.push({ service, action, functionName: invocation.functionName });
    const fault = this.#plan.find(
      ({ at, call }) => at === this.made.length && call.service === service,
    )?.fault;
    if (fault !== undefined) this.met += 1;
    if (fault && "lasts" in fault) invocation.lasting.set(action, fault);
    const answer = await this.#meet(fault ?? invocation.lasting.get(action), invocation, effect);
    // It died while this call was out.
    return invocation.isDead ? never : answer;
  }

  async #meet<Result>(
    fault: Fault | undefined,
    invocation: Invocation,
    effect: () => Promise<Result>,
  ): Promise<Result> {
    const die = (): Promise<never> => {
      invocation.isDead = true;
      const errorMessage = "Runtime exited with error: signal: killed";
      invocation.death.reject(new LambdaInvocationError({ errorType: "Runtime.ExitError", errorMessage }));
      return never;
    };
    switch (fault?.how) {
      case undefined:
        return effect();
      case "fails":
        throw fault.error();
      case "is done and fails":
        await effect();
        throw fault.error();
      case "is made twice":
        await effect();
        return effect();
      case "dies before":
        return die();
      case "dies after":
        await effect();
        return die();
      case "stalls":
        this.running -= 1;
        this.standing += 1;
        await this.#afterStall();
        this.standing -= 1;
        this.running += 1;
        return effect();
    }
  }
}
