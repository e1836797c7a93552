/**
 * `npm run storm`: thousands of messages through the whole local system while providers fail, receipts come in any order and
 * functions are killed, all by a plan that the seed makes; then every message is accounted for. Status 1 where one is not.
 */
import { SingleBar } from "cli-progress";
import { readArguments, runCommand, UsageError, wholeNumber } from "../../infra/commands/command-line.ts";
import { gatherEvidence } from "./evidence.ts";
import { makePlan } from "./plan.ts";
import { describeBroken, makeReport, summary } from "./report.ts";
import { runStorm } from "./run.ts";
import { startStormSystem } from "./system.ts";

const lineEvery = 1_000;

const help = `npm run storm -- [--messages 10000] [--seed 1]

Sends so many messages through the whole system on this machine while carriers fail, receipts come twice, late, in any order
or never, and functions are killed; then checks that each message ended, once, with a true trace.
The same seed and number of messages make the same plan.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    messages: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not known`);
  const messages = wholeNumber("--messages", values.messages, 1, 1_000_000);
  const seed = wholeNumber("--seed", values.seed, 0, 2 ** 31 - 1);

  const plan = makePlan(seed, messages);
  const system = await startStormSystem((step) => console.error(`… ${step}`));
  const progress = createProgress(messages);
  try {
    const name = String(seed);
    const observed = await runStorm({ system, plan, name, onProgress: progress.ended });
    progress.stop();
    const report = makeReport(await gatherEvidence(system, plan, observed, name), observed);
    console.log(summary(report));
    const trouble = describeBroken(report);
    if (trouble === "") return 0;
    console.error(
      `\n${trouble}\nThe same plan again: npm run storm -- --messages ${messages} --seed ${seed}`,
    );
    return 1;
  } finally {
    progress.stop();
    await system.stop();
  }
});

function createProgress(total: number): { ended: (messages: number) => void; stop: () => void } {
  if (!process.stderr.isTTY) {
    let next = lineEvery;
    const ended = (messages: number) => {
      for (; messages >= next; next += lineEvery)
        console.error(`… ${next.toLocaleString("en")} of ${total.toLocaleString("en")} messages have ended`);
    };
    return { ended, stop: () => {} };
  }
  const bar = new SingleBar({
    stream: process.stderr,
    format: "{bar} {percentage}% | {value} of {total} messages have ended | {eta_formatted} left",
  });
  bar.start(total, 0);
  return { ended: (messages) => bar.update(messages), stop: () => bar.stop() };
}
