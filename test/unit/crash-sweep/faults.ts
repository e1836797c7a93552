/**
 * What can happen to one call of a function to AWS or to a provider. The calls of a run are numbered as they are made; one of
 * them meets the fault. A function that dies makes no further call and answers nobody; its caller sees what Lambda reports.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  ChannelMisconfigured,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "../../../functions/channels/errors.ts";
import { LambdaInvocationError } from "../../../infra/local/step-functions/index.ts";

export type Service = "DynamoDB" | "Step Functions" | "SQS" | "provider";

export interface Call {
  service: Service;
  functionName: string;
  action: string;
}

export type Fault =
  /** Refused: nothing was done. `lasts`: until the function has ended. */
  | { how: "fails"; error: () => Error; lasts?: true }
  /** Done, and the answer never came. */
  | { how: "is done and fails"; error: () => Error; lasts?: true }
  /** Done, the answer was lost, and the SDK made the call again. */
  | { how: "is made twice" }
  | { how: "dies before" }
  | { how: "dies after" }
  /** Stands still for longer than the hop's window, and goes on as if nothing were. */
  | { how: "stalls" };

export const describeFault = (fault: Fault): string =>
  "error" in fault
    ? `${fault.how}${fault.lasts ? " again and again" : ""} with ${fault.error().name}`
    : fault.how;

const named = (name: string, message: string, code?: string) => () =>
  Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });

/** As the SDK throws them when its own tries are used up. */
const refusals: Readonly<Record<Exclude<Service, "provider">, (() => Error)[]>> = {
  DynamoDB: [
    named("ProvisionedThroughputExceededException", "The level of configured throughput was exceeded"),
    named("ThrottlingException", "Throughput exceeds the current capacity"),
  ],
  "Step Functions": [named("ThrottlingException", "Rate exceeded")],
  SQS: [named("RequestThrottled", "Request is throttled")],
};
/** Nobody knows whether the call was carried out. */
const timeout = named("TimeoutError", "socket hang up after 8000 ms");
const unclear = [
  named("InternalServerError", "The request processing has failed"),
  timeout,
  named("Error", "read ECONNRESET", "ECONNRESET"),
];

const channelErrors = [
  NotRegistered,
  Undeliverable,
  WindowClosed,
  Rejected,
  ChannelMisconfigured,
  Throttled,
  ProviderUnavailable,
];

/** Everything that can happen to a call. */
export function faultsOf({ service, functionName }: Call): Fault[] {
  const failing = (how: "fails" | "is done and fails", errors: (() => Error)[]): Fault[] =>
    errors.map((error) => ({ how, error }));
  const lostAnswers = [() => new OutcomeUnknown("no answer"), named("TypeError", "fetch failed")];
  return [
    ...(service === "provider"
      ? [
          ...failing("fails", [...channelErrors.map((Kind) => () => new Kind("no")), ...lostAnswers]),
          ...failing("is done and fails", lostAnswers),
        ]
      : [
          ...failing("fails", [...refusals[service], ...unclear]),
          ...failing("is done and fails", unclear),
          ...[...failing("fails", [timeout]), ...failing("is done and fails", [timeout])].map((fault) => ({
            ...fault,
            lasts: true as const,
          })),
          { how: "is made twice" as const },
        ]),
    { how: "dies before" },
    { how: "dies after" },
    // Lambda ends other functions sooner, and nothing of theirs ends meanwhile.
    ...(functionName.startsWith("channel") ? [{ how: "stalls" as const }] : []),
  ];
}

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
