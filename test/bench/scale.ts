/**
 * Scale: whether what one message costs, and how long it takes, stays the same while there are more of them: messages in
 * all, messages to one customer (Messenger's watermarks name every message before them), messages in one batch.
 */
import * as v from "valibot";
import { type BenchSystem, type Customer, newCustomer, startBenchSystem } from "./bench-system.ts";
import { type Counted, UsageCounter } from "./count-usage.ts";
import { scaleUsage, totalCost } from "./prices.ts";
import { dollars, median, milliseconds, percentile, ratio, type Section } from "./report.ts";
import { messageTo, type Scenario, scenarioOf } from "./scenarios.ts";
import { accepted, batch, type WayIn } from "./ways-in.ts";

const inFlight = 8;
const million = 1_000_000;
const batchSizes = [1, 10, 100, 1000, 5000];
const apartMs = 10 * 60_000;
const inOneBurst = 50;
const probes = 10;

interface Measure {
  name: string;
  perMillion: number;
  readUnits: number;
  writeUnits: number;
  p50?: number;
  p99?: number;
}

export async function scale(largest: number, toOneCustomer: number): Promise<Section[]> {
  const counter = new UsageCounter();
  const system = await startBenchSystem(counter);
  counter.watch(system);
  try {
    const sms = scenarioOf("sms");
    await many(system, sms, 50);
    await system.settled();
    await counter.take();
    const byCount: Measure[] = [];
    for (let count = 10; count <= largest; count *= 10) {
      const times = await many(system, sms, count);
      await system.settled();
      byCount.push(measureOf(`${count.toLocaleString("en")} messages`, await counter.take(), count, times));
    }
    const way = batch(system);
    return [
      section("Scale: messages in all (SMS)", byCount, [
        `${inFlight} in flight; the counting takes its share of the time; Lambda is priced at the assumed durations`,
      ]),
      await oneCustomer(system, counter, toOneCustomer),
      way
        ? await batches(system, counter, way, largest)
        : {
            ...section("Scale: messages in a batch", [], ["POST /messages/batch: this deployment has none"]),
          },
    ];
  } finally {
    await system.stop();
  }
}

/** New customers' messages; those of one who got a thousand before, ten minutes apart; those of one who gets many at once. */
async function oneCustomer(
  system: BenchSystem,
  counter: UsageCounter,
  toOneCustomer: number,
): Promise<Section> {
  const scenario = scenarioOf("fbMessenger");
  const measures: Measure[] = [];
  const probe = async (name: string, customerOf: () => Customer, afterMs: number) => {
    await one(system, scenario, newCustomer());
    await system.settled();
    await counter.take();
    const times: number[] = [];
    for (let sent = 0; sent < probes; sent++) {
      times.push(await one(system, scenario, customerOf()));
      await system.settled();
      await system.clock.advance(afterMs);
    }
    measures.push(measureOf(name, await counter.take(), probes, times));
  };
  const known = newCustomer();
  const hurried = newCustomer();
  await probe("the first to a customer", () => newCustomer(), apartMs);
  for (let sent = 0; sent < toOneCustomer; sent++) {
    await one(system, scenario, known);
    await system.clock.advance(apartMs);
  }
  await probe(
    `after ${toOneCustomer.toLocaleString("en")}, each 10 minutes after the last`,
    () => known,
    apartMs,
  );
  for (let sent = 0; sent < inOneBurst; sent++) await one(system, scenario, hurried);
  await probe(`after ${inOneBurst} in the same minute`, () => hurried, 0);
  return section("Scale: messages to one customer (Messenger)", measures, [
    "a receipt names a time: it looks through the messages of the five minutes before the last such time",
  ]);
}

async function batches(
  system: BenchSystem,
  counter: UsageCounter,
  way: WayIn,
  largest: number,
): Promise<Section> {
  const measures: Measure[] = [];
  for (const size of batchSizes.filter((one) => one <= largest)) {
    const messages = Array.from({ length: size }, () => messageTo(newCustomer(), scenarioOf("sms")));
    const start = performance.now();
    await way.send(messages);
    const took = performance.now() - start;
    await system.settled();
    measures.push(measureOf(`a batch of ${size.toLocaleString("en")}`, await counter.take(), size, [took]));
  }
  return section("Scale: messages in a batch", measures, ["p50 is the time of the one request"]);
}

async function one(system: BenchSystem, scenario: Scenario, customer: Customer) {
  const start = performance.now();
  const answer = await system.post("/messages", messageTo(customer, scenario));
  return (await system.endOf(v.parse(accepted, answer).messageId)) - start;
}

async function many(
  system: BenchSystem,
  scenario: Scenario,
  count: number,
  customerOf = () => newCustomer(),
): Promise<number[]> {
  const times: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) times.push(await one(system, scenario, customerOf()));
    }),
  );
  return times;
}

/** Lambda at the assumed durations: at full speed an invocation here waits for a sandbox, and Lambda has more of them. */
function measureOf(name: string, counted: Counted, messages: number, times: number[]): Measure {
  const whole = { ...counted.usage, lambdaGbSeconds: counted.assumedGbSeconds };
  const usage = scaleUsage(whole, 1 / messages);
  return {
    name,
    perMillion: totalCost(usage) * million,
    readUnits: usage.dynamoDbReadUnits ?? 0,
    writeUnits: usage.dynamoDbWriteUnits ?? 0,
    p50: median(times),
    p99: percentile(times, 0.99),
  };
}

function section(title: string, measures: Measure[], notes: string[]): Section {
  const first = measures[0];
  return {
    title,
    columns: ["$ a million", "of the first row", "read units", "write units", "p50", "p99"],
    rows: measures.map(({ name, perMillion, readUnits, writeUnits, p50 = 0, p99 = 0 }) => [
      name,
      dollars(perMillion),
      ratio(perMillion / (first?.perMillion ?? perMillion)),
      readUnits.toFixed(2),
      writeUnits.toFixed(2),
      milliseconds(p50),
      milliseconds(p99),
    ]),
    notes,
    figures: measures,
  };
}
