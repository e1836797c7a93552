/**
 * `npm run fuzz`: thousands of requests made from the API's document against the whole local system. Every answer must be one
 * that the document promises and no server error, and what does not fit the document must be refused. Status 1 where not.
 */
import { readArguments, runCommand, UsageError, wholeNumber } from "../../infra/commands/command-line.ts";
import { checkOutcomes } from "./check-outcomes.ts";
import { describeErrors, describeFindings, summary } from "./report.ts";
import { fuzz, startFuzzSystem } from "./system.ts";

const help = `npm run fuzz -- [--requests 5000] [--seed N]

Sends so many requests, valid, nearly valid and hostile, to the whole system on this machine and holds every answer against
/openapi.json. The same seed and number make the same requests; without one it is another each time, and printed.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    requests: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not known`);
  const requests = wholeNumber("--requests", values.requests, 1, 1_000_000);
  const seed = wholeNumber("--seed", values.seed, 0, 2 ** 31 - 1);
  console.error(`… seed ${seed}`);
  const system = await startFuzzSystem((step) => console.error(`… ${step}`));
  try {
    const outcome = await fuzz(system, seed, requests, (count) => {
      if (count % 1_000 === 0) console.error(`… ${count.toLocaleString("en")} answers`);
    });
    console.log(summary(outcome, seed));
    const after = await checkOutcomes(system, outcome.accepted);
    if (outcome.findings.length === 0 && after.length === 0) return 0;
    console.error(
      `\n${after.join("\n")}\n${describeFindings(outcome.findings)}\n\n${describeErrors(system.errors)}\n\nThe same again: npm run fuzz -- --requests ${requests} --seed ${seed}`,
    );
    return 1;
  } finally {
    await system.stop();
  }
});
