/**
 * The bill: every unit that AWS would bill for one message, counted on the local run and priced. Messages go one at a time,
 * so nothing is shared between them that a busy deployment would share (a batch from a queue, an authorizer's answer).
 */
import { type BenchSystem, newCustomer, startBenchSystem } from "./bench-system.ts";
import { assumedMs, type Counted, UsageCounter } from "./count-usage.ts";
import {
  addUsage,
  cost,
  priceOf,
  priceTable,
  scaleUsage,
  totalCost,
  type Usage,
  unitName,
  units,
} from "./prices.ts";
import { dollars, type Section } from "./report.ts";
import { messageTo, type Scenario, scenarioOf, scenarios } from "./scenarios.ts";
import { batch, oneByOne, queue, type WayIn } from "./ways-in.ts";

const warmUp = 3;
const measured = 20;
const inOneBatch = 100;
const million = 1_000_000;

/** One message each 10 seconds by an API key: 30 share an answer of the authorizer, which is kept for 5 minutes. */
const messagesAnAuthorizer = 30;
const authorizerShare: Usage = scaleUsage(
  { lambdaRequests: 1, lambdaGbSeconds: (0.25 * assumedMs.other) / 1000, dynamoDbReadUnits: 0.5 },
  1 / messagesAnAuthorizer,
);

export interface Bill {
  name: string;
  /** Of one message. */
  usage: Usage;
  /** Of a million messages, in dollars. */
  perMillion: number;
  perMillionAtAssumedDurations: number;
  perMillionWithEndTransition: number;
}

const goal = 60;

export async function bill(): Promise<{ sections: Section[]; bills: ReadonlyMap<string, Bill> }> {
  const counter = new UsageCounter();
  const system = await startBenchSystem(counter);
  counter.watch(system);
  try {
    const one = oneByOne(system);
    const bills = new Map<string, Bill>();
    for (const scenario of scenarios) {
      await run(system, one, scenario, warmUp, 1);
      await counter.take();
      await run(system, one, scenario, measured, 1);
      bills.set(scenario.id, billOf(scenario.name, await counter.take(), measured));
    }
    const ways = await billsByWay(system, counter);
    return {
      sections: [
        section(
          "Dollars a million messages",
          [...bills.values()],
          [
            `prices: AWS ${priceTable.region}, ${priceTable.date}; what SNS and Meta charge for a message is apart`,
            `counted over ${measured} messages each, sent one at a time: the most a message can cost`,
            `goal: at most ${dollars(goal)} where the first channel delivers, of which $50.00 are the 2 states`,
            `not counted: a poll of an empty queue ($0.26 a queue and month), reads of secrets (every 15 minutes), and KMS`,
          ],
        ),
        waysSection(ways),
      ],
      bills,
    };
  } finally {
    await system.stop();
  }
}

async function billsByWay(system: BenchSystem, counter: UsageCounter): Promise<(Bill | string)[]> {
  const ways: (WayIn | string)[] = [
    oneByOne(system),
    batch(system) ?? "POST /messages/batch: this deployment has none",
    queue(system) ?? "the SQS queue: this deployment has none",
  ];
  const bills: (Bill | string)[] = [];
  for (const way of ways) {
    if (typeof way === "string") {
      bills.push(way);
      continue;
    }
    await run(system, way, scenarioOf("whatsApp"), inOneBatch, inOneBatch);
    await counter.take();
    await run(system, way, scenarioOf("whatsApp"), inOneBatch, inOneBatch);
    bills.push(billOf(way.name, await counter.take(), inOneBatch));
  }
  return bills;
}

async function run(
  system: BenchSystem,
  way: WayIn,
  scenario: Scenario,
  count: number,
  atOnce: number,
): Promise<void> {
  for (let sent = 0; sent < count; sent += atOnce) {
    const customers = Array.from({ length: atOnce }, () => newCustomer(scenario.phones));
    for (const customer of customers) await system.setPhones(customer);
    await way.send(customers.map((customer) => messageTo(customer, scenario)));
    if (scenario.silentSeconds !== undefined) {
      await system.quiet();
      await system.clock.advance(scenario.silentSeconds * 1000);
    }
    await system.settled();
  }
}

export function billOf(name: string, { usage: whole, assumedGbSeconds }: Counted, messages: number): Bill {
  const usage = addUsage(scaleUsage(whole, 1 / messages), authorizerShare);
  const perMillion = totalCost(usage) * million;
  const assumedMore = assumedGbSeconds / messages - (whole.lambdaGbSeconds ?? 0) / messages;
  return {
    name,
    usage,
    perMillion,
    perMillionAtAssumedDurations: perMillion + assumedMore * priceOf("lambdaGbSeconds") * million,
    perMillionWithEndTransition: perMillion + priceOf("stateTransitions") * million,
  };
}

function section(title: string, bills: readonly Bill[], notes: string[]): Section {
  const used = units.filter((unit) => bills.some(({ usage }) => (usage[unit] ?? 0) > 0));
  const row = (name: string, value: (bill: Bill) => number) => [
    name,
    ...bills.map((one) => dollars(value(one))),
  ];
  return {
    title,
    columns: bills.map(({ name }) => name),
    rows: [
      ...used.map((unit) => [
        unitName(unit),
        ...bills.map(
          ({ usage }) => `${count(usage[unit] ?? 0)} ${dollars(cost(usage, unit) * million).padStart(7)}`,
        ),
      ]),
      row("total", ({ perMillion }) => perMillion),
      row(
        `total, Lambda at ${assumedMs.channel} ms a send and ${assumedMs.other} ms elsewhere`,
        ({ perMillionAtAssumedDurations }) => perMillionAtAssumedDurations,
      ),
      row(
        "total, if the end of an execution is billed as a state",
        ({ perMillionWithEndTransition }) => perMillionWithEndTransition,
      ),
    ],
    notes,
    figures: bills,
  };
}

function waysSection(ways: readonly (Bill | string)[]): Section {
  const bills = ways.filter((one) => typeof one !== "string");
  const absent = ways.filter((one) => typeof one === "string");
  return section(`Dollars a million, ${inOneBatch} messages at a time (WhatsApp)`, bills, absent);
}

/** Units of one message: as many digits as say something. */
const count = (value: number) =>
  value === 0 ? "0" : value >= 0.1 ? String(Number(value.toFixed(2))) : value.toExponential(1);
