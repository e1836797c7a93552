/**
 * A channel's circuit breaker. Several failures in a row that concern the whole channel open it, for every instance of the
 * function: hops then fail at once, instead of each waiting for the provider to fail. After a pause one message at a time
 * probes: the first that the provider takes closes the circuit, one that fails opens it for twice as long.
 */

import { ChannelMisconfigured, OutcomeUnknown, ProviderUnavailable } from "../channels/errors.ts";
import type { CircuitsTable, OpenCircuit } from "../storage/circuits-table.ts";

/** Consecutive failures in one instance of the function: occasional failures never add up to this. */
const failuresToOpen = 5;
const firstPauseSeconds = 30;
const longestPauseSeconds = 600;
/** How long an instance keeps what it last read. */
const cacheMs = 5000;
/** The function's timeout: a probe has ended by then. */
const probeMs = 60_000;

export type Admission = { admitted: true; isProbe: boolean } | { admitted: false; since: string };
export type CircuitEvent = "opened" | "closed" | "probing";

export interface CircuitDependencies {
  channel: string;
  table: CircuitsTable;
  now: () => Date;
  onChange: (event: CircuitEvent, since: string) => Promise<void>;
}

export function createCircuit({ channel, table, now, onChange }: CircuitDependencies) {
  let failures = 0;
  /** The circuit that this instance probes. */
  let probed: OpenCircuit | undefined;
  let known: { circuit: OpenCircuit | undefined; readAt: number } | undefined;
  const after = (milliseconds: number) => new Date(now().getTime() + milliseconds).toISOString();

  async function current(): Promise<OpenCircuit | undefined> {
    if (known === undefined || now().getTime() - known.readAt >= cacheMs)
      known = { circuit: await table.get(channel), readAt: now().getTime() };
    return known.circuit;
  }

  async function open(since: string, pauseSeconds: number): Promise<void> {
    const circuit = { since, closedUntil: after(pauseSeconds * 1000), pauseSeconds };
    await table.open(channel, circuit);
    known = { circuit, readAt: now().getTime() };
    await onChange("opened", since);
  }

  return {
    /** Whether a hop may send now. Throws where DynamoDB fails. */
    async admit(): Promise<Admission> {
      const circuit = await current();
      if (circuit === undefined) return { admitted: true, isProbe: false };
      const at = now().toISOString();
      const refused = { admitted: false, since: circuit.since } as const;
      if (at < circuit.closedUntil) return refused;
      // Another instance probes. Checked before the write: otherwise thousands of hops would write to one item at once.
      const isProbed = circuit.probeUntil !== undefined && at < circuit.probeUntil;
      if (isProbed || !(await table.takeProbe(channel, at, after(probeMs)))) {
        // The probe may end at any moment: read the table again for the next hop.
        known = undefined;
        return refused;
      }
      probed = circuit;
      await onChange("probing", circuit.since);
      return { admitted: true, isProbe: true };
    },

    /**
     * Takes the result of a send; undefined: the provider took it. An error that concerns only the message shows that the
     * channel is up. Throws where DynamoDB fails.
     */
    async report(error: unknown, { isProbe }: { isProbe: boolean }): Promise<void> {
      const circuit = isProbe ? probed : undefined;
      if (!concernsTheChannel(error)) {
        failures = 0;
        if (circuit === undefined) return;
        await table.close(channel);
        known = { circuit: undefined, readAt: now().getTime() };
        await onChange("closed", circuit.since);
        return;
      }
      failures += 1;
      if (circuit !== undefined)
        await open(circuit.since, Math.min(circuit.pauseSeconds * 2, longestPauseSeconds));
      else if (failures >= failuresToOpen && known?.circuit === undefined)
        await open(now().toISOString(), firstPauseSeconds);
    },
  };
}
export type Circuit = ReturnType<typeof createCircuit>;

const concernsTheChannel = (error: unknown): boolean =>
  error instanceof ProviderUnavailable ||
  error instanceof ChannelMisconfigured ||
  error instanceof OutcomeUnknown;
