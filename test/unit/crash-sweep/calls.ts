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
  /** How many calls it has made. */
  made: number;
  /** How many of its calls stand still. */
  standing: number;
  /** What lasts until it has ended, by action. */
  lasting: Map<string, Fault>;
  death: PromiseWithResolvers<never>;
}

const never = new Promise<never>(() => {});

/** Which call meets which fault: a plan, or who decides when it is made; `place`: its number among its function's own. */
export type Plan = readonly Planned[] | ((call: Call, number: number, place: number) => Fault | undefined);

/** Lets one call after the other have its effect, in an order of its own: the simulation's. */
export interface Turns {
  take<Result>(call: Call, invocation: object, effect: () => Promise<Result>): Promise<Result>;
}

/** The calls of one run after the other; `plan` says which of them meets what. */
export class Calls {
  readonly #current = new AsyncLocalStorage<Invocation>();
  readonly #afterStall: () => Promise<void>;
  readonly #turns: Turns | undefined;
  #plan: Plan = [];
  made: Call[] = [];
  /** How many faults of the plan came to pass. */
  met = 0;
  /** Calls that stand still, also of functions that have ended. */
  standing = 0;
  readonly #open = new Set<Pick<Invocation, "standing">>();

  constructor(afterStall: () => Promise<void>, turns?: Turns) {
    this.#afterStall = afterStall;
    this.#turns = turns;
  }

  /** The functions that are at work; one of which a call stands still is not. */
  get running(): number {
    return [...this.#open].filter(({ standing }) => standing === 0).length;
  }

  /** Work beside the functions, which time waits for. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const one = { standing: 0 };
    this.#open.add(one);
    try {
      return await work();
    } finally {
      this.#open.delete(one);
    }
  }

  begin(plan: Plan): void {
    this.#plan = plan;
    this.made = [];
    this.met = 0;
  }

  /** Runs a function as Lambda does: what it throws, and that it died, comes out as Lambda reports it. */
  async invoke<Result>(functionName: string, run: () => Promise<Result>): Promise<Result> {
    const invocation: Invocation = {
      functionName,
      isDead: false,
      made: 0,
      standing: 0,
      lasting: new Map(),
      death: Promise.withResolvers(),
    };
    invocation.death.promise.catch(() => {});
    this.#open.add(invocation);
    try {
      return await Promise.race([this.#current.run(invocation, run), invocation.death.promise]);
    } catch (error) {
      if (error instanceof LambdaInvocationError) throw error;
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      throw new LambdaInvocationError({ errorType: name, errorMessage: message, trace: [] });
    } finally {
      this.#open.delete(invocation);
    }
  }

  /** Every call of a function goes through here; what is called outside of functions is the test's own. */
  async through<Result>(service: Service, action: string, effect: () => Promise<Result>): Promise<Result> {
    const invocation = this.#current.getStore();
    if (invocation === undefined) return effect();
    if (invocation.isDead) return never;
    const call: Call = { service, action, functionName: invocation.functionName };
    this.made.push(call);
    invocation.made += 1;
    const fault = this.#faultOf(call, invocation.made);
    if (fault !== undefined) this.met += 1;
    if (fault && "lasts" in fault) invocation.lasting.set(action, fault);
    // A provider speaks while its call is out: it takes no turn.
    const turns = service === "provider" ? undefined : this.#turns;
    const inTurn = turns === undefined ? effect : () => turns.take(call, invocation, effect);
    const answer = await this.#meet(fault ?? invocation.lasting.get(action), invocation, inTurn);
    // It died while this call was out.
    return invocation.isDead ? never : answer;
  }

  #faultOf(call: Call, place: number): Fault | undefined {
    const number = this.made.length;
    if (typeof this.#plan === "function") return this.#plan(call, number, place);
    return this.#plan.find(({ at, call: { service } }) => at === number && service === call.service)?.fault;
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
        invocation.standing += 1;
        this.standing += 1;
        await this.#afterStall();
        this.standing -= 1;
        invocation.standing -= 1;
        return effect();
    }
  }
}
