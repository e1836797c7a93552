/**
 * A circuit breaker: several failures in a row open it, for every instance of the function, so that messages fail at once instead
 * of each finding out for itself. After a pause single messages probe: the first that gets through closes it, one that fails
 * opens it for twice as long. `circuits.ts` says what has a circuit, and which errors count for it.
 */
import type { CircuitsTable, OpenCircuit } from "../storage/circuits-table.ts";

const longestPauseFactor = 20;
/** How long an instance relies on what it last read. */
const cacheMs = 5000;
/** As long as the function's time-out. */
const probeMs = 60_000;

export type Admission = { admitted: true; isProbe: boolean } | { admitted: false; since: string };
export type CircuitEvent = "opened" | "closed" | "probing";

export interface CircuitOptions {
  /** In a row, in one instance: occasional failures never reach it. */
  failuresToOpen: number;
  /** The failures of one client's messages say nothing about those of others. */
  clientsToOpen: number;
  firstPauseSeconds: number;
}

export interface CircuitDependencies {
  key: string;
  options: CircuitOptions;
  table: CircuitsTable;
  now: () => Date;
  onChange: (event: CircuitEvent, since: string) => Promise<void>;
}

export function createCircuit({ key, options, table, now, onChange }: CircuitDependencies) {
  const { failuresToOpen, clientsToOpen, firstPauseSeconds } = options;
  let failures = 0;
  const clients = new Set<string>();
  /** The open circuit that this instance is probing. */
  let probed: OpenCircuit | undefined;
  let known: { circuit: OpenCircuit | undefined; readAt: number } | undefined;
  const after = (milliseconds: number) => new Date(now().getTime() + milliseconds).toISOString();

  async function current(): Promise<OpenCircuit | undefined> {
    if (known === undefined || now().getTime() - known.readAt >= cacheMs)
      known = { circuit: await table.get(key), readAt: now().getTime() };
    return known.circuit;
  }

  async function open(since: string, pauseSeconds: number): Promise<void> {
    const circuit = { since, closedUntil: after(pauseSeconds * 1000), pauseSeconds };
    failures = 0;
    clients.clear();
    await table.open(key, circuit);
    known = { circuit, readAt: now().getTime() };
    await onChange("opened", since);
  }

  return {
    /** Reads the stored state, unless it was read a moment ago. */
    async refresh(): Promise<void> {
      await current();
    },

    /** Whether a message may be sent now. */
    async admit(): Promise<Admission> {
      const circuit = await current();
      if (circuit === undefined) return { admitted: true, isProbe: false };
      const at = now().toISOString();
      const refused = { admitted: false, since: circuit.since } as const;
      if (at < circuit.closedUntil) return refused;
      // Another message is probing already: otherwise thousands would write this one item at once.
      const isProbed = circuit.probeUntil !== undefined && at < circuit.probeUntil;
      if (isProbed || !(await table.takeProbe(key, at, after(probeMs)))) {
        // When the probe ends, what was read is out of date.
        known = undefined;
        return refused;
      }
      probed = circuit;
      await onChange("probing", circuit.since);
      return { admitted: true, isProbe: true };
    },

    /** Reports a message whose answer shows that all is well. */
    async succeeded({ isProbe }: { isProbe: boolean }): Promise<void> {
      failures = 0;
      clients.clear();
      if (!isProbe || probed === undefined) return;
      const { since } = probed;
      await table.close(key);
      known = { circuit: undefined, readAt: now().getTime() };
      await onChange("closed", since);
    },

    /** Reports a message of this client that failed in a way that counts for the circuit. */
    async failed(client: string, { isProbe }: { isProbe: boolean }): Promise<void> {
      failures += 1;
      clients.add(client);
      if (isProbe && probed !== undefined)
        await open(probed.since, Math.min(probed.pauseSeconds * 2, firstPauseSeconds * longestPauseFactor));
      else if (failures >= failuresToOpen && clients.size >= clientsToOpen && known?.circuit === undefined)
        await open(now().toISOString(), firstPauseSeconds);
    },
  };
}
export type Circuit = ReturnType<typeof createCircuit>;
