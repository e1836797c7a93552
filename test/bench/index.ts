/**
 * `npm run bench`: the service beside what it is measured by, in one run. Parts by name run alone
 * (`npm run bench -- bill cold-start`). `--quick` counts and measures less, `--out` names the JSON file, `--largest` the most messages of the scale.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type Bill, bill } from "./bill.ts";
import { coldStart } from "./cold-start.ts";
import { designs } from "./designs.ts";
import { priceTable } from "./prices.ts";
import { printSections, type Section } from "./report.ts";
import { scale } from "./scale.ts";
import { throughput } from "./throughput.ts";

const parts = ["bill", "cold-start", "throughput", "scale", "designs"] as const;
type Part = (typeof parts)[number];
/** How much is counted and measured. */
const whole = {
  bill: { oneAtATime: 20, atOnce: 100 },
  coldStarts: 9,
  messages: 1000,
  largest: 10_000,
  customer: 1000,
};
const quick = {
  bill: { oneAtATime: 3, atOnce: 20 },
  coldStarts: 3,
  messages: 100,
  largest: 100,
  customer: 20,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: "test-results/bench.json" },
    largest: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const wanted = positionals.length === 0 ? [...parts] : positionals.map(partOf);
const size = values.quick ? quick : whole;
const largest = values.largest === undefined ? size.largest : Number(values.largest);
if (!Number.isInteger(largest) || largest < 10) throw new Error("--largest: a whole number, at least 10");

const results: Partial<Record<Part, Section[]>> = {};
let billed: { sections: Section[]; bills: ReadonlyMap<string, Bill> } | undefined;
for (const part of wanted) {
  console.error(`… ${part}`);
  results[part] = await run(part);
  // After each: a part that fails takes none of the others with it.
  write();
}
console.log(printSections(Object.values(results).flat()));
console.log(`\nwritten to ${values.out}`);

function write(): void {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(
    values.out,
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: availableParallelism(), quick: values.quick, prices: priceTable, results }, null, 2)}\n`,
  );
}

async function run(part: Part): Promise<Section[]> {
  switch (part) {
    case "bill":
      billed ??= await bill(size.bill);
      return billed.sections;
    case "cold-start":
      return [await coldStart(size.coldStarts)];
    case "throughput":
      return [await throughput(size.messages)];
    case "scale":
      return scale(largest, size.customer);
    case "designs":
      billed ??= await bill(size.bill);
      return [designs(billed.bills)];
  }
}

function partOf(name: string): Part {
  const found = parts.find((part) => part === name);
  if (found === undefined) throw new Error(`there is no part ${name}: the parts are ${parts.join(", ")}`);
  return found;
}
