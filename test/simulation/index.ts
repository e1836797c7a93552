/** `npm run simulate -- --seeds 1000`: so many simulated messages, each by its seed; a seed that breaks is printed with its log. */
import { parseArgs } from "node:util";
import { startTables } from "../unit/fixtures/routing-in-process.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    first: { type: "string", default: "1" },
    seed: { type: "string" },
  },
});
// What fails is logged, each time.
for (const level of ["info", "warn", "error"] as const) console[level] = () => {};
const print = (line: string) => process.stdout.write(`${line}\n`);
const [first, count] =
  values.seed === undefined ? [Number(values.first), Number(values.seeds)] : [Number(values.seed), 1];
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  print("npm run simulate -- [--seeds 1000] [--first 1], or --seed N for one seed and its log");
  process.exit(2);
}

const twiceEvery = 10;
const tables = await startTables();
const sum = { faults: 0, sends: 0, broken: 0, differing: 0 };
try {
  for (let seed = first; seed < first + count; seed++) {
    const one = await simulate(tables, seed);
    sum.faults += one.faults;
    sum.sends += one.sends;
    if (values.seed !== undefined) print([...one.log, `log ${one.hash}`].join("\n"));
    // It is the same run again, or a seed would be worth nothing when it breaks.
    const again = count === 1 || seed % twiceEvery === 0 ? await simulate(tables, seed) : one;
    if (again.hash !== one.hash) {
      sum.differing += 1;
      const place = one.log.findIndex((line, index) => line !== again.log[index]);
      print(`seed ${seed} is not the same run again:\n  ${one.log[place]}\n  ${again.log[place]}`);
    }
    if (one.broken.length > 0) {
      sum.broken += 1;
      print(`seed ${seed}: ${one.broken.join("; ")}\n  again: npm run simulate -- --seed ${seed}`);
    }
    if ((seed - first + 1) % 100 === 0) print(`… ${seed - first + 1} of ${count}`);
  }
} finally {
  await tables.stop();
}
print(
  `${count} seeds, every tenth twice: ${sum.sends} sends, ${sum.faults} faults, ${sum.broken} broken, ${sum.differing} not the same again`,
);
process.exit(sum.broken + sum.differing > 0 ? 1 : 0);
