/**
 * How long a message is under way on AWS, by a model: which calls are made, and in which order, is what the local run was seen to
 * do (critical-path.ts); how long each takes is drawn from published figures (delays.ts); a function computes for the processor
 * time that its bundle was measured to take here, at the share of a processor that its memory buys. Beside it other designs, by
 * the steps of their published definitions, and the provider called directly.
 */
import * as v from "valibot";
import { seededRandom } from "../simulation/seeded-random.ts";
import { type BenchSystem, startBenchSystem } from "./bench-system.ts";
import { type ProcessorTimes, processorTimes } from "./cold-start.ts";
import {
  type CriticalPath,
  type PathCase,
  pathCases,
  type RoundTrip,
  shortestPathOf,
  warmUp,
} from "./critical-path.ts";
import { coldShare, type DelayName, delays, drawFrom, mbOfOneProcessor } from "./delays.ts";
import { milliseconds, percentile, type Section } from "./report.ts";

/**
 * One wait after the other: the slowest of delays that begin at once, a fixed time, or a function that is started by `startedBy`
 * and computes for so long, when it is cold and when it is not.
 */
export type Step =
  | { slowestOf: readonly DelayName[] }
  | { waits: number }
  | { startedBy: DelayName; computes: ProcessorTimes; isCold?: true };

const seed = 1;
const goals = { accept: { p50: 60, p99: 250 }, provider: { p50: 250 } };

/** How often each is drawn. */
export const latencyDraws = 20_000;

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
type WorkOf = (name: string) => ProcessorTimes;

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
const otherDesigns: { name: string; timeline: Timeline }[] = [
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

const configuration = v.looseObject({ MemorySize: v.number() });
/** What is measured of each function on the way, by its name in the stack. */
const bundles: Readonly<Record<string, string>> = {
  ApiAuthorizer: "authorizer",
  IngestSingle: "ingest",
  RoutingSms: "channel-sms",
  RoutingWhatsApp: "channel-whats-app",
};

async function recordPaths(): Promise<{
  paths: Map<PathCase, CriticalPath>;
  functions: BenchSystem["functions"];
}> {
  const system = await startBenchSystem();
  try {
    const paths = new Map<PathCase, CriticalPath>();
    await warmUp(system);
    for (const id of Object.keys(pathCases) as PathCase[])
      paths.set(id, await shortestPathOf(system, id, { countings: 2, isEnough: () => false }));
    return { paths, functions: system.functions };
  } finally {
    await system.stop();
  }
}

export async function latency(): Promise<Section> {
  const { paths, functions } = await recordPaths();
  const cpu = await processorTimes(Object.values(bundles), async (system) => {
    await warmUp(system);
    await system.settled();
  });
  const memoryOf = (name: string) => {
    const found = functions.find(({ ref }) => ref.includes(name));
    return v.parse(configuration, found?.properties).MemorySize;
  };
  const workOf: WorkOf = (name) => {
    const { first = 0, warm = 0 } = cpu.get(bundles[name] ?? "") ?? {};
    const slowness = mbOfOneProcessor / memoryOf(name);
    return { first: first * slowness, warm: warm * slowness };
  };
  const timelines = [
    ...[...paths].map(([id, path]) => ({
      name: pathCases[id].name,
      timeline: timelineOf(path, workOf, "isCold" in pathCases[id]),
      trips: { answer: path.answer.length, provider: path.provider.length },
    })),
    ...otherDesigns.map((design) => ({ ...design, trips: undefined })),
  ];
  const figures = timelines.map(({ name, timeline, trips }) => {
    const random = seededRandom(seed);
    const spread = (steps: readonly Step[]) => {
      const totals = totalsOf(steps, latencyDraws, random);
      return { p50: percentile(totals, 0.5), p99: percentile(totals, 0.99) };
    };
    const { accept, provider, fallback } = timeline;
    return {
      name,
      trips,
      accept: spread(accept),
      provider: spread(provider),
      fallback: fallback.length === 0 ? undefined : spread(fallback),
    };
  });
  const sms = figures[0];
  if (sms === undefined) throw new Error("nothing was counted");
  const describeWork = (name: string) => {
    const { first, warm } = workOf(name);
    return `${name} with ${memoryOf(name)} MB ${milliseconds(warm)}, its first event ${milliseconds(first)}`;
  };
  const reached = (what: string, figure: number, goal: number) =>
    `${what} ${milliseconds(figure)} (${figure <= goal ? "within" : "above"} ${goal})`;
  return {
    title: "From POST /messages, modelled",
    columns: [
      "calls",
      "accept p50",
      "p99",
      "to the provider: calls",
      "p50",
      "p99",
      "after a refusal p50",
      "p99",
    ],
    rows: figures.map(({ name, trips, accept, provider, fallback }) => [
      name,
      String(trips?.answer ?? ""),
      milliseconds(accept.p50),
      milliseconds(accept.p99),
      String(trips?.provider ?? ""),
      milliseconds(provider.p50),
      milliseconds(provider.p99),
      fallback ? milliseconds(fallback.p50) : "",
      fallback ? milliseconds(fallback.p99) : "",
    ]),
    notes: [
      "the calls and their order are those that the local run was seen to make; calls at the same time count as one",
      `times drawn from published figures, ${latencyDraws.toLocaleString("en")} times each, seed ${seed}; one start in ${1 / coldShare} is cold. Sources and assumptions: test/bench/delays.ts`,
      "a function computes for its processor time here at its memory's share of a processor, which is the most it can be (Lambda's",
      `limit does not count while it waits): ${Object.keys(bundles).map(describeWork).join("; ")}`,
      `goals, one SMS: ${reached("accept p50", sms.accept.p50, goals.accept.p50)}, ${reached("p99", sms.accept.p99, goals.accept.p99)}, ${reached("provider called p50", sms.provider.p50, goals.provider.p50)}`,
    ],
    figures: {
      rows: figures,
      paths: Object.fromEntries(paths),
      cpu: Object.fromEntries(cpu),
      delays,
      coldShare,
      seed,
    },
  };
}
