/** The circuits of a channel, configured by the function's environment; their changes are logged and counted. */
import type { createDynamoDb } from "../aws/dynamodb.ts";
import { environment } from "../shared/environment.ts";
import { log } from "../shared/log.ts";
import { emitCount } from "../shared/metrics.ts";
import { createCircuitsTable } from "../storage/circuits-table.ts";
import type { CircuitEvent } from "./circuit-breaker.ts";
import { type Circuits, createCircuits } from "./circuits.ts";

const circuitMetrics = {
  opened: "CircuitOpened",
  closed: "CircuitClosed",
  probing: "CircuitProbed",
} as const satisfies Readonly<Record<CircuitEvent, string>>;

export const circuitsOf = (dynamoDb: ReturnType<typeof createDynamoDb>, channel: string): Circuits =>
  createCircuits({
    channel,
    table: createCircuitsTable(dynamoDb, environment("CIRCUITS_TABLE")),
    now: () => new Date(),
    onChange: async (event, since, key) => {
      log("WARN", `circuit ${event}`, { channel, circuit: key, since });
      await emitCount(circuitMetrics[event], { channel });
    },
  });
