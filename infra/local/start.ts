/** `npm start`: the whole system on one machine. Sends two example messages, prints why each channel was used or not, and serves. */
import { CommandError, readArguments, runCommand, UsageError } from "../commands/command-line.ts";
import { ensureAssembly } from "./assembly.ts";
import { ensurePage } from "./console/build-page.ts";
import { stopOnSignals } from "./ending.ts";
import { sendExamples } from "./example.ts";
import { logEndedMessages } from "./message-lines.ts";
import { explainStart } from "./start-error.ts";
import { type System, startSystem } from "./system.ts";

const help = `npm start -- [--once | --json | --watch] [--open]

Runs the whole system on this machine, from the same template as a deployment. It sends two messages, prints the
outcome of each channel and why, and serves until Ctrl-C.

--once    ends after these messages, with status 0 if both were delivered
--json    prints one line when it is ready, {"api","aws","carrier","console","apiKey"}, and sends nothing
--watch   as \`npm run dev\`: loads changes of functions and infra, and keeps tables, queues and phones
--open    opens the console page in the browser
Ports: API_PORT (3000), AWS_PORT (4566), CARRIER_PORT (3001), CONSOLE_PORT (3002); 0 selects a free port.`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    once: { type: "boolean" },
    json: { type: "boolean" },
    watch: { type: "boolean" },
    open: { type: "boolean" },
  });
  if (positionals.length > 0) throw new UsageError(`unknown argument "${positionals.join(" ")}"`);
  let system: System | undefined;
  let isServing = false;
  stopOnSignals(async () => {
    await system?.stop();
    return isServing ? 0 : 1;
  });
  const say = values.json ? () => {} : (line: string) => console.log(line);
  const ports = {
    api: port("API_PORT", 3000),
    aws: port("AWS_PORT", 4566),
    carrier: port("CARRIER_PORT", 3001),
    console: port("CONSOLE_PORT", 3002),
  };
  const progress = (step: string) => say(`… ${step}`);
  const [assembly, page] = await Promise.all([ensureAssembly(progress), ensurePage(progress)]);
  say("… starting the system");
  system = await startSystem({
    assembly,
    ports,
    page,
    onLog: (functionName, line) => {
      // Metrics are for CloudWatch; locally `npm run report` shows them.
      if (!values.json && !line.startsWith('{"_aws"')) console.error(`[${functionName}] ${line}`);
    },
  });
  const { api, aws, carrier, console: consolePage, apiKey } = system;
  if (values.open) await openInBrowser(consolePage);
  if (values.json) {
    isServing = true;
    console.log(JSON.stringify({ api, aws, carrier, console: consolePage, apiKey }));
    return 0;
  }
  say(
    `\n  console       ${consolePage}   (open it in a browser)\n  API           ${api}   (Authorization: Bearer ${apiKey})\n  AWS endpoint  ${aws}   (AWS_ENDPOINT_URL)\n  carrier       ${carrier}/carrier\n`,
  );
  const { isReached, messageId } = await sendExamples(system, say);
  if (values.once) {
    await system.stop();
    return isReached ? 0 : 1;
  }
  if (messageId !== undefined)
    say(`\nThe whole trace: curl ${api}/messages/${messageId} -H 'Authorization: Bearer ${apiKey}'`);
  if (values.watch) {
    const { reloadOnChange } = await import("./dev/index.ts");
    await reloadOnChange(system, assembly, say);
    say("Watching functions and infra.");
  }
  isServing = true;
  logEndedMessages(system, say);
  say(
    "Serving until you press Ctrl-C. Each finished message is a line here; npm run trace -- ID --local shows all of it.",
  );
  return 0;
}

/** Without a browser or a screen it serves nevertheless. */
async function openInBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  const cannot = () => console.error(`no browser could be opened here: open ${url} yourself`);
  await open(url).then((browser) => browser.once("error", cannot), cannot);
}

function port(variable: string, fallback: number): number {
  const value = process.env[variable];
  if (value === undefined || value === "") return fallback;
  if (/^\d+$/.test(value) && Number(value) < 65536) return Number(value);
  throw new UsageError(`${variable} is "${value}": set it to a port number, or to 0 for a free one`);
}

await runCommand(help, (args) =>
  main(args).catch((error: unknown) => {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    // The error's message says what to do.
    throw new CommandError(explainStart(error), { cause: error });
  }),
);
