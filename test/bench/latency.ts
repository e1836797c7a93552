/**
 * How long a message is under way on AWS, by a model (latency-model.ts): which calls are made, and in which order, is what the
 * local run is seen to do; how long each takes is drawn from published figures; a function computes for the processor time that
 * its bundle takes here, at the share of a processor that its memory buys.
 */
import * as v from "valibot";
import { seededRandom } from "../simulation/seeded-random.ts";
import { type BenchSystem, startBenchSystem } from "./bench-system.ts";
import { processorTimes } from "./cold-start.ts";
import { type CriticalPath, type PathCase, pathCases, shortestPathOf, warmUp } from "./critical-path.ts";
import { coldShare, delays, mbOfOneProcessor } from "./delays.ts";
import { otherDesigns, type Step, timelineOf, totalsOf, type WorkOf } from "./latency-model.ts";
import { milliseconds, percentile, type Section } from "./report.ts";

const seed = 1;
const goals = { accept: { p50: 60, p99: 250 }, provider: { p50: 250 } };

/** How often each is drawn. */
const latencyDraws = 20_000;

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
