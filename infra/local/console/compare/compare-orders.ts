/**
 * What an order of channels reaches, how fast and for how much: one message to each of 200 simulated customers, by the service's
 * own rules. Each order meets the same customers with the same luck. Pure; shown on the console page.
 */
import Big from "big.js";
import { channelById, channels } from "../../../../functions/channels/registry.ts";
import { type Course, courseOf } from "../../../../functions/domain/reporting/course.ts";
import type { DeploymentFacts } from "../../../../functions/shared/environment.ts";
import type { OrderResult } from "../contract.ts";
import { fateOf, makeCustomers, type SimulatedCustomer } from "./customers.ts";

export const simulatedCustomers = 200;
/** All that a customer may be registered with: whom a seed makes must not depend on the orders that are compared. */
const channelIds = channels.map(({ id }) => id);
const round = "compared";
/** What each customer is sent: WhatsApp takes a text alone only within 24 hours of the customer's last message. */
export const content = {
  body: "An offer",
  channelOptions: { whatsApp: { template: { name: "offer", language: "en" } } },
};

export type Facts = Pick<DeploymentFacts, "prices" | "windows" | "absentChannels">;

/** `order`: channel ids, best first; those that are absent from the deployment are skipped, as the service does. */
export function tryOrder(order: readonly string[], seed: number, facts: Facts): OrderResult {
  const customers = makeCustomers(simulatedCustomers, seed, channelIds);
  return resultOf(
    order,
    customers.map((customer) => courseFor(customer, order, facts)),
  );
}

export const courseFor = (
  customer: SimulatedCustomer,
  order: readonly string[],
  { prices, windows, absentChannels }: Facts,
): Course => {
  const { profileId: _, ...to } = customer.to;
  return courseOf(
    { rules: order.map((channel) => ({ channel, until: "delivered" })), to, content },
    (channel) => fateOf(customer, channel, round),
    { channels: channelById, missingAccounts: absentChannels, windows },
    prices,
  );
};

function resultOf(order: readonly string[], courses: readonly Course[]): OrderResult {
  const reached = courses.flatMap(({ reached: one }) => one ?? []);
  const seconds = reached.map(({ afterSeconds }) => afterSeconds).sort((a, b) => a - b);
  const sumOf = (amounts: readonly string[]) => amounts.reduce((sum, amount) => sum.plus(amount), new Big(0));
  const usd = sumOf(courses.map((course) => course.usd));
  return {
    order: [...order],
    customers: courses.length,
    reached: reached.length,
    readers: courses.filter(({ isRead }) => isRead).length,
    reachedAfterSeconds: seconds,
    reachedBy: order.map((channel) => ({
      channel,
      customers: reached.filter(({ by }) => by === channel).length,
    })),
    usd: usd.toFixed(),
    usdPerMessage: usd.div(Math.max(courses.length, 1)).toFixed(),
    savedUsd: sumOf(courses.map(({ savedUsd }) => savedUsd)).toFixed(),
    unpriced: courses.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
}
