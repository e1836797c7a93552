/**
 * The bill: every unit that AWS would bill for one message, counted on the local run and priced. Once with many messages on
 * their way, as in a deployment that has a million to send, and once one at a time, so that nothing is shared between them
 * that a busy deployment shares (a batch from a queue or a stream): the most that a message can cost.
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
const million = 1_000_000;

/** One message each 10 seconds by an API key: 30 share an answer of the authorizer, which is kept for 5 minutes. */
const messagesAnAuthorizer = 30;
const authorizerShare: Usage = scaleUsage(
  { lambdaRequests: 1, lambdaGbSeconds: (0.25 * assumedMs.other) / 1000, dynamoDbReadUnits: 0.5 },
  1 / messagesAnAuthorizer,
);

/** How many messages are counted. */
export interface BillSize {
  oneAtATime: number;
  atOnce: number;
}

export interface Bill {
  name: string;
  /** Of one message, Lambda at the assumed durations. */
  usage: Usage;
  /** Of a million messages, in dollars. */
  perMillion: number;
  perMillionAtMeasuredDurations: number;
  perMillionWithEndTransition: number;
}

const goal = 60;

/** Each way in, and each channel that may be the first. */
const flows = [
  ["sms", "POST /messages"],
  ["sms", "POST /messages/batch"],
  ["sms", "the SQS queue"],
  ["fbMessenger", "POST /messages"],
  ["whatsApp", "POST /messages"],
  ["appMessaging", "POST /messages"],
] as const;

/** The same SMS by End User Messaging, where customers can answer, and where they cannot. */
const byEndUserMessaging = [
  ["by End User Messaging", { smsProviders: "endUserMessaging" }],
  ["…, one way", { smsProviders: "endUserMessaging", smsTwoWay: "false" }],
] as const;

export async function bill(
  size: BillSize,
): Promise<{ sections: Section[]; bills: ReadonlyMap<string, Bill> }> {
  const counter = new UsageCounter();
  const others: Bill[] = [];
  for (const [name, settings] of byEndUserMessaging) {
    const system = await startBenchSystem(counter, settings);
    counter.watch(system);
    try {
      const [counted] = await billsOfFlow(system, counter, size.atOnce, [["sms", "POST /messages"]]);
      if (counted) others.push({ ...counted, name });
    } finally {
      await system.stop();
    }
  }
  const system = await startBenchSystem(counter);
  counter.watch(system);
  try {
    const inFlow = [...(await billsOfFlow(system, counter, size.atOnce, flows)), ...others];
    const bills = new Map<string, Bill>();
    for (const scenario of scenarios) {
      await run(system, oneByOne(system), scenario, warmUp, 1);
      await counter.take();
      await run(system, oneByOne(system), scenario, size.oneAtATime, 1);
      bills.set(scenario.id, billOf(scenario.name, await counter.take(), size.oneAtATime));
    }
    const within = inFlow.filter(({ perMillion }) => perMillion <= goal).map(({ name }) => name);
    return {
      sections: [
        section(`Dollars a million, ${size.atOnce} messages at once`, inFlow, [
          `prices: AWS ${priceTable.region}, ${priceTable.date}; what SNS and Meta charge for a message is apart`,
          `Lambda at assumed durations: ${assumedMs.channel} ms a send, ${assumedMs.other} ms elsewhere and ${assumedMs.each} ms for each further message of a batch`,
          `goal: at most ${dollars(goal)} where the first channel delivers; reached: ${within.join(", ") || "none"}`,
          "not counted: a poll of an empty queue ($0.26 a queue and month), reads of secrets (every 15 minutes), and KMS",
        ]),
        section(
          "Dollars a million, one message at a time",
          [...bills.values()],
          [
            `${size.oneAtATime} messages each, by POST /messages: nothing is shared, the most a message can cost`,
          ],
        ),
      ],
      bills,
    };
  } finally {
    await system.stop();
  }
}

async function billsOfFlow(
  system: BenchSystem,
  counter: UsageCounter,
  atOnce: number,
  wanted: readonly (typeof flows)[number][],
): Promise<Bill[]> {
  const ways = [oneByOne(system), batch(system), queue(system)];
  const bills: Bill[] = [];
  for (const [id, name] of wanted) {
    const way = ways.find((one) => one?.name === name);
    if (way === undefined) continue;
    const scenario = scenarioOf(id);
    await run(system, way, scenario, atOnce, atOnce);
    await counter.take();
    await run(system, way, scenario, atOnce, atOnce);
    bills.push(billOf(`${scenario.name}, ${way.short}`, await counter.take(), atOnce));
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
  const share = (counted: Usage) => addUsage(scaleUsage(counted, 1 / messages), authorizerShare);
  const usage = share({ ...whole, lambdaGbSeconds: assumedGbSeconds });
  const perMillion = totalCost(usage) * million;
  return {
    name,
    usage,
    perMillion,
    perMillionAtMeasuredDurations: totalCost(share(whole)) * million,
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
        "total, Lambda as long as on this machine",
        ({ perMillionAtMeasuredDurations }) => perMillionAtMeasuredDurations,
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

/** Units of one message: as many digits as say something. */
const count = (value: number) =>
  value === 0 ? "0" : value >= 0.1 ? String(Number(value.toFixed(2))) : value.toExponential(1);
