/** `npm run bench`: the service beside what it is measured by, in one run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { readArguments, runCommand, UsageError, wholeNumber } from "../../infra/commands/command-line.ts";
import { type Bill, bill } from "./bill.ts";
import { coldStart } from "./cold-start.ts";
import { designs } from "./designs.ts";
import { latency } from "./latency.ts";
import { listing } from "./listing.ts";
import { outage } from "./outage.ts";
import { priceTable } from "./prices.ts";
import { printSections, type Section } from "./report.ts";
import { scale } from "./scale.ts";
import { schedules } from "./schedules.ts";
import { throughput } from "./throughput.ts";

const parts = [
  "bill",
  "latency",
  "cold-start",
  "throughput",
  "outage",
  "scale",
  "listing",
  "designs",
] as const;
type Part = (typeof parts)[number];
/** How much is counted and measured. */
const whole = {
  bill: { oneAtATime: 20, atOnce: 100 },
  coldStarts: 9,
  messages: 1000,
  largest: 10_000,
  listed: 100_000,
  customer: 1000,
};
const quick = {
  bill: { oneAtATime: 3, atOnce: 20 },
  coldStarts: 3,
  messages: 100,
  largest: 100,
  listed: 1000,
  customer: 20,
};

const help = `npm run bench -- [PART …] [--quick] [--largest N] [--out FILE]

Counts and measures the service: what a million messages are billed, how long one is under way, cold starts, throughput, a provider that is down,
scale, and other designs beside it.
Named parts run alone: ${parts.join(", ")}. Takes some minutes; progress goes to standard error.

  --quick        counts and measures less
  --bundles A,B  cold starts of these bundles alone, e.g. authorizer,ingest,channel-sms
  --largest N    the most messages of the scale (10,000; with --quick 100)
  --out FILE     the results as JSON; test-results/bench.json without it

Exit status: 0 done, 1 failed, 2 wrong usage.`;

let billed: { sections: Section[]; bills: ReadonlyMap<string, Bill> } | undefined;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    out: { type: "string", default: "test-results/bench.json" },
    largest: { type: "string" },
    bundles: { type: "string" },
    quick: { type: "boolean", default: false },
  });
  const wanted = positionals.length === 0 ? [...parts] : positionals.map(partOf);
  const size = { ...(values.quick ? quick : whole), bundles: values.bundles?.split(",") };
  if (values.largest !== undefined) size.largest = wholeNumber("--largest", values.largest, 10, 1_000_000);
  const results: Partial<Record<Part, Section[]>> = {};
  for (const part of wanted) {
    console.error(`… ${part}`);
    results[part] = await run(part, size);
    // After each: a part that fails takes none of the others with it.
    write(values.out, values.quick, results);
  }
  console.log(printSections(Object.values(results).flat()));
  console.log(`\nwritten to ${values.out}`);
  return 0;
});

function write(file: string, isQuick: boolean, results: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: availableParallelism(), quick: isQuick, prices: priceTable, results }, null, 2)}\n`,
  );
}

async function run(part: Part, size: typeof whole & { bundles: string[] | undefined }): Promise<Section[]> {
  switch (part) {
    case "bill":
      billed ??= await bill(size.bill);
      return billed.sections;
    case "latency":
      return [await latency()];
    case "cold-start":
      return [await coldStart(size.coldStarts, size.bundles)];
    case "throughput":
      return [await throughput(size.messages)];
    case "outage":
      return [await outage(size.messages / 2)];
    case "scale":
      return scale(size.largest, size.customer);
    case "listing":
      return [await listing(size.listed)];
    case "designs":
      billed ??= await bill(size.bill);
      return [designs(billed.bills), schedules()];
  }
}

function partOf(name: string): Part {
  const found = parts.find((part) => part === name);
  if (found === undefined)
    throw new UsageError(`there is no part "${name}": the parts are ${parts.join(", ")}`);
  return found;
}
