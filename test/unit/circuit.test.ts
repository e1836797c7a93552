/** The circuit breaker, over a table in memory that two instances of a function share. */
import { beforeEach, describe, expect, it } from "vitest";
import { createCircuit } from "../../functions/hop/circuit-breaker.ts";
import type { CircuitsTable, OpenCircuit } from "../../functions/storage/circuits-table.ts";

let nowMs: number;
let stored: OpenCircuit | undefined;
let reads: number;
let circuitEvents: string[];
const table: CircuitsTable = {
  get: async () => {
    reads += 1;
    return stored && { ...stored };
  },
  open: async (_channel, circuit) => {
    stored = circuit;
  },
  close: async () => {
    stored = undefined;
  },
  takeProbe: async (_channel, now, probeUntil) => {
    if (stored === undefined || stored.closedUntil > now || (stored.probeUntil ?? "") > now) return false;
    stored.probeUntil = probeUntil;
    return true;
  },
};
const instance = (clientsToOpen = 1) =>
  createCircuit({
    key: "sms#account",
    options: { failuresToOpen: 5, clientsToOpen, firstPauseSeconds: 30 },
    table,
    now: () => new Date(nowMs),
    onChange: async (event) => void circuitEvents.push(event),
  });
const normal = { isProbe: false };
async function openBy(circuit: ReturnType<typeof instance>) {
  await circuit.admit();
  for (let failure = 0; failure < 5; failure++) await circuit.failed("shop", normal);
}

beforeEach(() => {
  nowMs = Date.parse("2030-01-01T00:00:00.000Z");
  stored = undefined;
  reads = 0;
  circuitEvents = [];
});

describe("a circuit", () => {
  it("opens for every instance after 5 failures in a row", async () => {
    const [one, other] = [instance(), instance()];
    await one.admit();
    for (let failure = 0; failure < 4; failure++) await one.failed("shop", normal);
    expect(await one.admit()).toMatchObject({ admitted: true });
    await one.failed("shop", normal);
    for (const circuit of [one, other])
      expect(await circuit.admit()).toEqual({ admitted: false, since: "2030-01-01T00:00:00.000Z" });
    expect(circuitEvents).toEqual(["opened"]);
  });

  it("that is for everyone opens on failures of two clients, and never on those of one", async () => {
    const circuit = instance(2);
    await circuit.admit();
    for (let failure = 0; failure < 100; failure++) await circuit.failed("shop", normal);
    expect(await circuit.admit()).toMatchObject({ admitted: true });
    await circuit.failed("bank", normal);
    expect(await circuit.admit()).toMatchObject({ admitted: false });
  });

  it("stays closed where a message gets through in between", async () => {
    const circuit = instance();
    await circuit.admit();
    for (let round = 0; round < 10; round++) {
      for (let failure = 0; failure < 4; failure++) await circuit.failed("shop", normal);
      await circuit.succeeded(normal);
    }
    expect(await circuit.admit()).toMatchObject({ admitted: true });
  });

  it("one message at a time probes after the pause, and the first that gets through closes the circuit", async () => {
    const [one, other] = [instance(), instance()];
    await openBy(one);
    await other.admit();
    nowMs += 30_000;
    const admissions = [await one.admit(), await other.admit(), await one.admit()];
    expect(admissions.map(({ admitted }) => admitted)).toEqual([true, false, false]);
    await one.succeeded({ isProbe: true });
    nowMs += 5000;
    expect(await other.admit()).toEqual({ admitted: true, isProbe: false });
    expect(circuitEvents).toEqual(["opened", "probing", "closed"]);
  });

  it("a failed probe opens the circuit for twice as long, up to ten minutes, and keeps the time since when", async () => {
    const circuit = instance();
    await openBy(circuit);
    for (const pause of [30, 60, 120, 240, 480, 600, 600]) {
      nowMs += pause * 1000 - 1;
      expect(await circuit.admit()).toMatchObject({ admitted: false, since: "2030-01-01T00:00:00.000Z" });
      nowMs += 1;
      expect(await circuit.admit()).toEqual({ admitted: true, isProbe: true });
      await circuit.failed("shop", { isProbe: true });
    }
  });

  it("another message may probe where a probe never reports back", async () => {
    const circuit = instance();
    await openBy(circuit);
    nowMs += 30_000;
    expect(await circuit.admit()).toMatchObject({ isProbe: true });
    nowMs += 60_000;
    expect(await circuit.admit()).toMatchObject({ isProbe: true });
  });

  it("an instance reads the table every five seconds, not for each message", async () => {
    const circuit = instance();
    for (let message = 0; message < 100; message++) await circuit.admit();
    nowMs += 5000;
    await circuit.admit();
    expect(reads).toBe(2);
  });
});
