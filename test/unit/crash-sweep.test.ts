/**
 * Every call that a function makes to AWS or to a provider, from the acceptance of a message to its end, fails in every way in
 * turn: refused, done without an answer, made twice, and the function killed before and after it; then two at a time. The
 * calls are those of a run without faults, so a new one is swept by itself.
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { statusOf } from "../../functions/domain/outcome/trace.ts";
import type { Plan, Planned } from "./crash-sweep/calls.ts";
import { faultsOf as faultsAtTheEnd } from "./crash-sweep/check.ts";
import { type Call, describeFault, faultsOf } from "./crash-sweep/faults.ts";
import { mostReceives } from "./crash-sweep/senders.ts";
import { type Story, stories } from "./crash-sweep/story.ts";
import { createWorld, type World } from "./crash-sweep/world.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

/** Stories that run at once, each in a world of its own. */
const atOnce = 8;
/** Of the two at a time, so many a story. */
const pairs = 10;
/** Without CRASH_SWEEP=all, each call meets every other fault, and the next call the others. */
const isSwept = process.env.CRASH_SWEEP === "all" ? () => true : (place: number) => place % 2 === 0;

let tables: LocalTables;
let worlds: World[];
beforeAll(async () => {
  tables = await startTables();
  worlds = Array.from({ length: atOnce }, () => createWorld(tables));
});
beforeEach(() => {
  // What fails is logged, each time.
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => {});
  // The state machine's Retry waits for a random time: now and then a circuit would be read once more than in the clean run.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterAll(async () => {
  for (const world of worlds) world.stop();
  await tables.stop();
});

/** Tells the story once with each of the plans, and what then does not hold. */
async function sweep(story: Story, plans: readonly Planned[][]): Promise<string[]> {
  const broken: string[] = [];
  const waiting = plans.values();
  await Promise.all(
    worlds.map(async (world) => {
      for (const plan of waiting) {
        const faults = await faultsWith(world, story, plan);
        if (faults.length > 0)
          broken.push(`${plan.map(describePlanned).join(", and ")}: ${faults.join("; ")}`);
      }
    }),
  );
  return broken;
}

const describePlanned = ({ at, call, fault }: Planned) =>
  `${call.functionName}, call ${at}: ${call.action} ${describeFault(fault)}`;

async function faultsWith(world: World, story: Story, plan: Planned[]): Promise<string[]> {
  const ending = await world.runStory(story, plan);
  const faults = faultsAtTheEnd(
    ending,
    plan.some(({ fault }) => fault.how === "stalls"),
  );
  if (ending.met === 0) faults.push("the fault never came");
  const status = ending.stored && statusOf(ending.stored);
  if (plan.length === 1 && plan.every(isPassing) && status !== story.ends)
    faults.push(`it ends ${status}, and ${story.ends} without the fault`);
  return faults;
}

/** A failure of AWS that is gone when the call is made again changes nothing of what becomes of the message. */
const isPassing = ({ call, fault }: Planned) =>
  fault.how === "is made twice" || ("error" in fault && !fault.lasts && call.service !== "provider");

let cases = 0;

describe.each(stories)("the story: $name", (story) => {
  it("the message ends well whatever fault its calls meet", { timeout: 300_000 }, async () => {
    const clean = await (worlds[0] as World).runStory(story, []);
    expect(faultsAtTheEnd(clean, false)).toEqual([]);
    expect(clean.stored && statusOf(clean.stored)).toBe(story.ends);

    const all = clean.calls.flatMap((call, index) =>
      faultsOf(call)
        .filter((_, place) => isSwept(index + place))
        .map((fault): Planned => ({ at: index + 1, call, fault })),
    );
    const two = fc.uniqueArray(fc.constantFrom(...all), {
      minLength: 2,
      maxLength: 2,
      selector: ({ at }) => at,
    });
    const plans = [...all.map((one) => [one]), ...fc.sample(two, { seed: 1, numRuns: pairs })];
    cases += plans.length;
    expect(await sweep(story, plans)).toEqual([]);
  });
});

describe("a queued message whose function is killed in each of its tries, and which AWS then redrives", () => {
  const tries = 2;
  const story: Story = {
    name: "from the queue, killed in each try and redriven, an SMS arrives",
    ends: "delivered",
    rules: [{ channel: "sms" }],
    providers: { sms: { says: [{ status: "delivered", afterMs: 1000 }] } },
    sentBy: { queue: { tries } },
  };
  const functionName = "ingest from the queue";
  const parks = (call: Call) => call.service === "SQS" && call.action === "SendMessage";
  /** SQS delivers it twice, each with tries of its own; more kills are those of the redriven ones. */
  const kills = [2 * tries, 2 * mostReceives].flatMap((ofTries) =>
    [0, 1, mostReceives - tries - 1].map((ofParking) => ({ ofTries, ofParking })),
  );

  it.each(["dies before", "dies after"] as const)(
    "a redriven message is one message where its function %s any of its calls",
    {
      timeout: 300_000,
    },
    async (how) => {
      const broken: string[] = [];
      const world = worlds[0] as World;
      const { calls } = await world.runStory(story, []);
      const places = calls.filter((call) => call.functionName === functionName).length;
      for (let at = 1; at <= places; at++)
        for (const { ofTries, ofParking } of kills) {
          const left = { ofTries, ofParking };
          const plan: Plan = (call, _number, place) => {
            if (call.functionName !== functionName) return undefined;
            if (parks(call)) return left.ofParking-- > 0 ? { how } : undefined;
            return place === at && left.ofTries-- > 0 ? { how } : undefined;
          };
          const ending = await world.runStory(story, plan);
          const faults = faultsAtTheEnd(ending, false);
          if (ending.sent.length !== 1) faults.push(`${ending.sent.length} were sent`);
          if (faults.length > 0)
            broken.push(`${ofTries} times at call ${at}, ${ofParking} at parking: ${faults.join("; ")}`);
          cases += 1;
        }
      expect(broken).toEqual([]);
    },
  );
});

it("more than two thousand cases were swept", () => {
  process.stdout.write(`crash sweep: ${cases.toLocaleString("en")} cases\n`);
  expect(cases).toBeGreaterThan(2000);
});
