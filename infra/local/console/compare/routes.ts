/** The console's route for the comparison of orders. Mounted by server.ts. */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import { channelById } from "../../../../functions/channels/registry.ts";
import { check } from "../check.ts";
import { type Facts, tryOrder } from "./compare-orders.ts";

const order = v.pipe(
  v.string(),
  v.transform((text) => text.split(",")),
  v.check((ids) => ids.every((id) => channelById.has(id)), "must name channels of this deployment"),
  v.check((ids) => new Set(ids).size === ids.length, "must name each channel once"),
);
const query = v.object({
  order: v.pipe(
    v.union([v.array(v.string()), v.string()]),
    v.transform((given) => [given].flat()),
    v.array(order),
    v.maxLength(2, "must be given at most twice"),
  ),
  seed: v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)),
});

export function compareRoutes(server: FastifyInstance, facts: () => Facts): void {
  server.get("/api/comparison", (request) => {
    const { order: orders, seed } = check(query, request.query);
    return orders.map((one) => tryOrder(one, seed, facts()));
  });
}
