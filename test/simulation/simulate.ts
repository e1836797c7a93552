/**
 * A message's whole way, simulated by a seed: its story, the faults of its calls, the order of what happens at once, and time
 * are all drawn from the seed, so that a seed is the same run again, to the byte of its log.
 */
import { createHash } from "node:crypto";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import type { Plan } from "../unit/crash-sweep/calls.ts";
import { faultsOf as faultsAtTheEnd } from "../unit/crash-sweep/check.ts";
import { describeFault, faultsOf } from "../unit/crash-sweep/faults.ts";
import { createWorld, untilQuiet } from "../unit/crash-sweep/world.ts";
import type { LocalTables } from "../unit/fixtures/routing-in-process.ts";
import { catalogueFailures } from "./catalogue-failures.ts";
import { storyOf } from "./random-story.ts";
import { seededRandom } from "./seeded-random.ts";
import { createSeededTurns } from "./seeded-turns.ts";
import { createVirtualClock } from "./virtual-clock.ts";

export interface Simulated {
  seed: number;
  /** What does not hold at the end; nothing, where all is well. */
  broken: string[];
  /** What happened, a line each, without the ids that are drawn anew. */
  log: string[];
  /** Of the log: SHA-256. */
  hash: string;
  faults: number;
  sends: number;
}

const start = Date.parse("2030-01-01T00:00:00Z");
/** Of a hundred calls so many meet a fault, and of a story so many at most. */
const faultsInHundred = 8;
const mostFaults = 3;

export async function simulate(tables: LocalTables, seed: number): Promise<Simulated> {
  const failures = await catalogueFailures();
  const random = seededRandom(seed);
  const log: string[] = [];
  let working: () => number = () => 0;
  let isIdle: () => boolean = () => true;
  const clock = createVirtualClock(start, () => untilQuiet(() => working() === 0 && isIdle()));
  const note = (line: string) => void log.push(`${((clock.now() - start) / 1000).toFixed(3)} ${line}`);
  const seeded = createSeededTurns(random, note, () => working());
  ({ isIdle } = seeded);
  const world = createWorld(tables, { clock, turns: seeded.turns });
  ({ working } = world);
  let faults = 0;
  let isStalled = false;
  const plan: Plan = (call) => {
    if (faults >= mostFaults || random() * 100 >= faultsInHundred) return undefined;
    const all = faultsOf(call);
    const fault = all[Math.floor(random() * all.length)];
    if (fault === undefined) return undefined;
    faults += 1;
    isStalled ||= fault.how === "stalls";
    note(`${call.functionName}: ${call.action} ${describeFault(fault)}`);
    return fault;
  };
  const story = storyOf(seed, failures);
  note(JSON.stringify(story));
  // The retries' jitter of the state machine, and whatever else would draw.
  const { random: real } = Math;
  Math.random = random;
  try {
    const ending = await world.runStory(story, plan);
    for (const { channel, at } of ending.sent) note(`sent by ${channel} at ${at}`);
    for (const { channel, status } of ending.reported) note(`${channel} said ${status}`);
    if (ending.stored !== undefined)
      for (const { channel, outcome } of traceOf(ending.stored).channels) note(`${channel} ${outcome}`);
    note(`execution ${ending.execution}, ${ending.deadLetters.length} dead letters`);
    const hash = createHash("sha256").update(log.join("\n")).digest("hex");
    return { seed, broken: faultsAtTheEnd(ending, isStalled), log, hash, faults, sends: ending.sent.length };
  } finally {
    Math.random = real;
    world.stop();
  }
}
