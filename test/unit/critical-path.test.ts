/**
 * How many calls a message waits for, one after the other, on the running system: to the answer, and to the provider's call with
 * it. Two and four are the fewest for one SMS: store and start; claim and send. Each further one has its reason here.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BenchSystem, startBenchSystem } from "../bench/bench-system.ts";
import { type PathCase, pathCases, shortestPathOf, warmUp } from "../bench/critical-path.ts";

let system: BenchSystem;
beforeAll(async () => {
  system = await startBenchSystem();
  await warmUp(system);
}, 300_000);
afterAll(async () => system?.stop());

/** To the answer: what is read for the plan, then the message is stored, then it is started. */
const optOuts = "opt-outs are read before the plan is stored, which skips who opted out";
/** To the provider: the claim, then what needs the message that the claim returns, then the send. */
const afterClaim =
  "the address is on the message alone, and an opt-out is read, and the receipt's row written, before the send";

const table: { id: PathCase; answer: number; provider: number; why: string[] }[] = [
  { id: "sms", answer: 3, provider: 6, why: [optOuts, afterClaim] },
  {
    id: "profile",
    answer: 4,
    provider: 7,
    why: ["the profile may have the address and the time zone", optOuts, afterClaim],
  },
  { id: "key", answer: 3, provider: 6, why: ["the key is claimed beside the opt-outs", optOuts, afterClaim] },
  {
    id: "prefer",
    answer: 3,
    provider: 6,
    why: ["the habits are read beside the opt-outs", optOuts, afterClaim],
  },
  {
    id: "template",
    answer: 3,
    provider: 6,
    why: ["the window is read beside the opt-outs", optOuts, afterClaim],
  },
  {
    id: "fallback",
    answer: 3,
    provider: 10,
    why: [
      optOuts,
      afterClaim,
      "the refused send",
      "the refusal is recorded before the task ends with it, for the trace and a later receipt",
      "the second claim",
      afterClaim,
    ],
  },
  {
    id: "cold",
    answer: 5,
    provider: 8,
    why: ["the API key", "the hash key, the client's settings and its budget, at once", optOuts, afterClaim],
  },
];

it.each(table)("a message waits for no more calls than these: $id", async ({ id, answer, provider, why }) => {
  const isEnough = (path: { answer: unknown[]; provider: unknown[] }) =>
    path.answer.length <= answer && path.provider.length <= provider;
  const path = await shortestPathOf(system, id, { countings: 5, isEnough });
  expect(
    { answer: path.answer.length, provider: path.provider.length },
    `${pathCases[id].name}, which waits for: ${why.join("; ")}. It made ${JSON.stringify(path)}`,
  ).toEqual({ answer, provider });
});

it("every case of the latency model is counted", () => {
  expect(table.map(({ id }) => id).sort()).toEqual(Object.keys(pathCases).sort());
});
