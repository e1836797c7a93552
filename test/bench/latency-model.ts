/**
 * The latency model: a message's way as steps one after the other, made from the calls that were counted (critical-path.ts), and
 * how long it takes when each step's time is drawn (delays.ts). Beside it other designs, by the steps of their published
 * definitions. Pure.
 */
import type { ProcessorTimes } from "./cold-start.ts";
import type { CriticalPath, RoundTrip } from "./critical-path.ts";
import { coldShare, type DelayName, delays, drawFrom } from "./delays.ts";

/**
 * One wait after the other: the slowest of delays that begin at once, a fixed time, or a function that is started by `startedBy`
 * and computes for so long, when it is cold and when it is not.
 */
export type Step =
  | { slowestOf: readonly DelayName[] }
  | { waits: number }
  | { startedBy: DelayName; computes: ProcessorTimes; isCold?: true };

export function totalsOf(steps: readonly Step[], draws: number, random: () => number): number[] {
  const draw = (name: DelayName) => drawFrom(delays[name], random);
  const timeOf = (step: Step): number => {
    if ("waits" in step) return step.waits;
    if ("slowestOf" in step) return Math.max(...step.slowestOf.map(draw));
    const { startedBy, computes, isCold = random() < coldShare } = step;
    return draw(startedBy) + (isCold ? draw("coldStart") + computes.first : computes.warm);
  };
  return Array.from({ length: draws }, () => steps.reduce((sum, step) => sum + timeOf(step), 0));
}

/** How long the function computes, by its name in the stack. */
export type WorkOf = (name: string) => ProcessorTimes;

const delayOf = (call: string): DelayName => {
  const [service = ""] = call.split(" ");
  if (service === "provider") return "provider";
  if (service === "states") return "start";
  if (service === "dynamodb" || service === "ssm") return service;
  throw new Error(`the model does not know how long ${call} takes`);
};
const roundStep = ({ calls }: RoundTrip): Step => ({ slowestOf: calls.map(delayOf) });

/** The rounds of a path, with each function's start before its first. */
const stepsOf = (
  rounds: readonly RoundTrip[],
  startedBy: DelayName,
  workOf: WorkOf,
  isCold: boolean,
): Step[] =>
  rounds.flatMap((round, index) => {
    if (rounds[index - 1]?.function === round.function) return [roundStep(round)];
    const computes = workOf(round.function);
    return [{ startedBy, computes, ...(isCold ? { isCold } : {}) }, roundStep(round)];
  });

const isChannel = ({ function: name }: RoundTrip) => name.startsWith("Routing");
const isSend = ({ calls }: RoundTrip) => calls.includes("provider");

export interface Timeline {
  accept: Step[];
  /** To the first provider's call. */
  provider: Step[];
  /** From the first provider's refusal to the call of the next. */
  fallback: Step[];
}

export function timelineOf({ answer, provider }: CriticalPath, workOf: WorkOf, isCold = false): Timeline {
  const accept = [gateway, ...stepsOf(answer, "invoke", workOf, isCold)];
  // The start's own time is a part of the way to the channel's function.
  const before = provider.filter((round) => !isChannel(round)).slice(0, -1);
  const way = [gateway, ...stepsOf(before, "invoke", workOf, isCold)];
  const channels = provider.filter(isChannel);
  const first = channels.findIndex(isSend);
  const hop = (rounds: readonly RoundTrip[]) => stepsOf(rounds, "dispatch", workOf, isCold);
  const firstChannel = channels[0]?.function;
  const left = channels.slice(first + 1, -1);
  return {
    accept,
    provider: [...way, ...hop(channels.slice(0, first))],
    fallback: [
      ...left.filter((round) => round.function === firstChannel).map(roundStep),
      ...hop(left.filter((round) => round.function !== firstChannel)),
    ],
  };
}

const gateway: Step = { slowestOf: ["gateway"] };
const dynamodb: Step = { slowestOf: ["dynamodb"] };
/** A function that makes a call or two; assumed. */
const short = (startedBy: DelayName): Step => ({ startedBy, computes: { first: 200, warm: 20 } });
/** The definitions are those of design-models.ts. */
export const otherDesigns: { name: string; timeline: Timeline }[] = [
  {
    name: "wait and poll, modelled",
    timeline: {
      accept: [gateway, short("invoke"), dynamodb, { slowestOf: ["start"] }],
      provider: [gateway, short("invoke"), dynamodb, short("dispatch"), dynamodb],
      // Its refusal is caught as ours is.
      fallback: [dynamodb, short("dispatch"), dynamodb],
    },
  },
  {
    name: "a function a channel, delay queue, modelled",
    timeline: {
      // API Gateway puts it into the queue itself.
      accept: [gateway, { slowestOf: ["sqs"] }],
      provider: [gateway, short("queue"), dynamodb],
      // Whatever the first provider said, the message comes back when the delay of its queue is over: a minute.
      fallback: [{ waits: 60_000 }, short("queue"), dynamodb],
    },
  },
  {
    name: "the provider directly",
    timeline: { accept: [{ slowestOf: ["provider"] }], provider: [], fallback: [] },
  },
];
