/** A short storm on the whole system, and that its checks see what they are there for. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { System } from "../../infra/local/system.ts";
import { faultsOf, systemFaults } from "./check.ts";
import { type Evidence, gatherEvidence, type MessageEvidence } from "./evidence.ts";
import { makePlan } from "./plan.ts";
import { describeBroken, makeReport, type Report } from "./report.ts";
import { runStorm } from "./run.ts";
import { startStormSystem } from "./system.ts";

/** One that kills functions in both ways among so few messages. */
const seed = 54;
const messages = 300;

let system: System;
let evidence: Evidence;
let report: Report;
beforeAll(async () => {
  system = await startStormSystem(() => {});
  const plan = makePlan(seed, messages);
  const observed = await runStorm({ system, plan, name: "test" });
  evidence = await gatherEvidence(system, plan, observed, "test");
  report = makeReport(evidence, observed);
}, 240_000);
afterAll(() => system?.stop());

it("whatever fails, no message is lost, none is sent twice and no record is untrue", () => {
  expect(describeBroken(report)).toBe("");
  const figures = Object.fromEntries(report.rows);
  expect(figures).toMatchObject({ messages: "300", lost: "0", doubled: "0" });
  expect(Number(figures["killed: at a random moment"])).toBeGreaterThan(0);
  expect(Number(figures["killed: on arrival"])).toBeGreaterThan(0);
  expect(Number(figures["customers who opted out meanwhile"])).toBeGreaterThan(0);
});

it("the same seed makes the same plan, and another seed another plan", () => {
  expect(makePlan(seed, 50)).toEqual(makePlan(seed, 50));
  expect(makePlan(seed + 1, 50)).not.toEqual(makePlan(seed, 50));
});

/** A message that was delivered by an SMS alone. */
function sample(): MessageEvidence {
  const found = evidence.messages.find(
    ({ arrived, stored }) =>
      Object.keys(arrived).join() === "sms" &&
      stored[0]?.outcome === "reached" &&
      stored[0].attempts.sms?.deliveredAt,
  );
  const one = structuredClone(found as MessageEvidence);
  return { ...one, planned: { ...one.planned, carrier: {}, optOut: null } };
}

it.each<{ what: string; break: (one: MessageEvidence) => void; kind: string }>([
  { what: "not stored", kind: "lost", break: (one) => void one.stored.pop() },
  { what: "not finished", kind: "lost", break: (one) => void delete one.stored[0]?.finishedAt },
  { what: "still running after the end", kind: "lost", break: (one) => void one.executions.fill("RUNNING") },
  {
    what: "without its receipt",
    kind: "lost",
    break: (one) => void delete one.stored[0]?.attempts.sms?.deliveredAt,
  },
  { what: "twice on the phone", kind: "doubled", break: ({ arrived: { sms } }) => void sms?.push(...sms) },
  { what: "stored twice", kind: "doubled", break: ({ stored }) => void stored.push(...stored) },
  {
    what: "answered with another id",
    kind: "doubled",
    break: ({ observed }) => void observed.messageIds.add("other"),
  },
  { what: "never on the phone", kind: "untrue", break: (one) => void delete one.arrived.sms },
  {
    what: "sent after its customer's opt-out",
    kind: "untrue",
    break: ({ planned, observed }) => {
      planned.optOut = { channel: "sms", afterMs: 0 };
      observed.optedOutAt = "1970-01-01T00:00:00.000Z";
    },
  },
  {
    what: "tried after its end",
    kind: "disordered",
    break: ({ stored: [message] }) => void Object.assign(message?.attempts.sms ?? {}, { claimedAt: "9999" }),
  },
])("the check reports a message that is $what", ({ break: spoil, kind }) => {
  const one = sample();
  expect(faultsOf(one)).toEqual([]);
  spoil(one);
  expect(faultsOf(one).map((fault) => fault.kind)).toContain(kind);
});

it("the check accepts a claim whose write crossed the end of its message", () => {
  const one = sample();
  const [message] = one.stored;
  const after = (ms: number) => new Date(Date.parse(message?.finishedAt ?? "") + ms).toISOString();
  const kinds = (claimedAt: string) => {
    Object.assign(message?.attempts.sms ?? {}, { claimedAt });
    return faultsOf(one).map(({ kind }) => kind);
  };
  expect(kinds(after(3_054))).toEqual([]);
  expect(kinds(after(60_001))).toEqual(["disordered"]);
});

it("the check reports what is left in queues and dead-letter queues, and executions without a message", () => {
  expect(systemFaults(evidence)).toEqual([]);
  const queues = [{ name: "receipts", visible: 1, hidden: 0 }];
  expect(systemFaults({ ...evidence, queues })).toEqual(["1 messages are left in receipts"]);
  expect(
    systemFaults({ ...evidence, deadLetters: [...evidence.deadLetters, { body: "{}", reason: "" }] }),
  ).toEqual(["a dead letter: {}"]);
  expect(systemFaults({ ...evidence, executions: messages + 1 })).toHaveLength(1);
  expect(systemFaults({ ...evidence, hostileArrivals: ["hostile-1"] })).toHaveLength(1);
  const withoutHostile = evidence.deadLetters.filter(({ hostile }) => hostile === undefined);
  const inQueue = evidence.messages.filter(
    ({ planned, observed }) => planned.hostile !== null && observed.sender === "queue",
  );
  expect(inQueue.length).toBeGreaterThan(0);
  expect(systemFaults({ ...evidence, deadLetters: withoutHostile })).toHaveLength(inQueue.length);
});

it("the check distinguishes a message that expired before its queue was read from one that is lost", () => {
  const one = sample();
  const planned = { ...one.planned, copies: 2, expiresInSeconds: 30 };
  const reason = "the request is not valid; expiresOn must be in the future";
  const late = { ...one, planned, stored: [], refusals: [reason, reason] };
  expect(faultsOf(late)).toEqual([]);
  expect(faultsOf({ ...late, refusals: [reason] })).not.toEqual([]);
  expect(faultsOf({ ...late, refusals: [reason, "failed on our side 5 times"] })).not.toEqual([]);
  expect(faultsOf({ ...late, stored: one.stored, executions: [] })).not.toEqual([]);
});
