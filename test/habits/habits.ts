/** `npm run habits`: what rules by purpose are worth, beside every fixed order of the channels, with simulated customers. */
import { SingleBar } from "cli-progress";
import { channelById } from "../../functions/channels/registry.ts";
import { readArguments, runCommand, UsageError, wholeNumber } from "../../infra/commands/command-line.ts";
import { textTable } from "../../infra/commands/text-table.ts";
import { startTables } from "../unit/fixtures/routing-in-process.ts";
import { type Comparison, compare, isWorthIt, type Result } from "./compare.ts";

const help = `npm run habits -- [--customers 200] [--seed 1] [--known 3] [--channels sms,fbMessenger,whatsApp,appMessaging]

Sends --known messages to each of so many simulated customers on each channel, through the real functions, so that their habits
are known; then one more by every fixed order of the channels, by prefer: "cost" and by prefer: "engagement".
The same seed makes the same customers with the same luck.

Exit status: 0 where engagement reaches more readers than any fixed order, and cost costs less than any that reaches as many; 1.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    customers: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    known: { type: "string", default: "3" },
    // Every order of six channels would be 720.
    channels: { type: "string", default: "sms,fbMessenger,whatsApp,appMessaging" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not known`);
  const customers = wholeNumber("--customers", values.customers, 1, 10_000);
  const seed = wholeNumber("--seed", values.seed, 0, 2 ** 31 - 1);
  const known = wholeNumber("--known", values.known, 0, 100);
  const ids = values.channels.split(",");
  const unknown = ids.find((id) => !channelById.has(id));
  if (unknown !== undefined) throw new UsageError(`--channels names "${unknown}", which is no channel`);
  const orders = ids.reduce((count, _, index) => count * (index + 1), 1);
  const bar = new SingleBar({ format: "{bar} {value}/{total} messages", stream: process.stderr });
  bar.start(customers * (known * ids.length + orders + 2), 0);
  const tables = await startTables();
  try {
    const comparison = await compare(tables, {
      customers,
      seed,
      channels: ids,
      known,
      onProgress: (messages) => bar.update(messages),
    });
    bar.stop();
    console.log(table(comparison, customers));
    return isWorthIt(comparison) ? 0 : 1;
  } finally {
    bar.stop();
    await tables.stop();
  }
});

function table({ fixed, cost, engagement }: Comparison, customers: number): string {
  const byReaders = fixed.toSorted((a, b) => b.readers - a.readers);
  const rows = [engagement, cost, ...byReaders].map(({ order, reached, readers, usd }: Result) => [
    order,
    `${reached}/${customers}`,
    String(readers),
    usd,
  ]);
  return textTable(["ORDER", "REACHED", "READERS", "USD"], rows);
}
