/** `npm start`: the whole system on one machine. Sends the example message, prints its trace as it happens, and serves. */
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type Schemas } from "../../functions/api/client/client.ts";
import { CommandError, readArguments, runCommand, UsageError } from "../commands/command-line.ts";
import { ensureAssembly } from "./assembly.ts";
import { ensurePage } from "./console/build-page.ts";
import { explainStart } from "./start-error.ts";
import { type System, startSystem } from "./system.ts";

const help = `npm start -- [--once | --json] [--open]

The whole system on this machine, from the template that is deployed. It sends one message, prints its trace as it happens, and
serves until Ctrl-C.

--once    ends after that message, with status 0 where it was delivered
--json    prints one line when it is ready, {"api","aws","carrier","console","apiKey"}, and sends nothing
--open    opens the console page in the browser
Ports: API_PORT (3000), AWS_PORT (4566), CARRIER_PORT (3001), CONSOLE_PORT (3002); 0 picks a free one.`;

const example: Schemas["Message"] = {
  body: "Fallback routing send",
  to: { profileId: "anna@example.com", phoneNumber: "447123123123" },
  rules: ["fbMessenger", "sms"],
};

const reachedStatuses = ["sent", "delivered", "read"];
async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    once: { type: "boolean" },
    json: { type: "boolean" },
    open: { type: "boolean" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals.join(" ")}" means nothing here`);
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
  const system = await startSystem({
    assembly,
    ports,
    page,
    onLog: (functionName, line) => {
      // Metrics go to CloudWatch: here `npm run report` draws them.
      if (!values.json && !line.startsWith('{"_aws"')) console.error(`[${functionName}] ${line}`);
    },
  });
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, async () => {
      if (stopping) process.exit(1);
      stopping = true;
      await system.stop();
      process.exit(0);
    });

  const { api, aws, carrier, console: consolePage, apiKey } = system;
  if (values.open) await openInBrowser(consolePage);
  if (values.json) {
    console.log(JSON.stringify({ api, aws, carrier, console: consolePage, apiKey }));
    return 0;
  }
  say(
    `\n  console       ${consolePage}   (open it in a browser)\n  API           ${api}   (Authorization: Bearer ${apiKey})\n  AWS endpoint  ${aws}   (AWS_ENDPOINT_URL)\n  carrier       ${carrier}/carrier\n`,
  );
  const reached = await sendExample(system, say);
  if (values.once) {
    await system.stop();
    return reached ? 0 : 1;
  }
  say("Serving until you press Ctrl-C.");
  return 0;
}

/** A machine without a browser, or without a screen, serves all the same. */
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

async function sendExample({ api, apiKey }: System, say: (line: string) => void): Promise<boolean> {
  const { GET, POST } = createClient({ baseUrl: api, apiKey, tries: 1 });
  say(`POST /messages ${JSON.stringify(example)}`);
  const { data: accepted, response } = await POST("/messages", { body: example });
  if (accepted === undefined) {
    say(`refused with ${response.status}`);
    return false;
  }
  const path = { messageId: accepted.messageId };
  say(`${response.status} ${path.messageId}`);
  const said = new Set<string>();
  for (;;) {
    const { data: current, error } = await GET("/messages/{messageId}", { params: { path } });
    if (error) throw new Error(`GET /messages/${path.messageId} answers ${error.status}: ${error.title}`);
    for (const line of describe(current))
      if (!said.has(line)) {
        said.add(line);
        say(`  ${line}`);
      }
    if (current.finishedAt !== undefined) {
      say(`  message ${current.status}`);
      return reachedStatuses.includes(current.status);
    }
    await pause(50);
  }
}

const describe = ({ channels }: Schemas["Trace"]) =>
  channels
    .filter(({ outcome }) => outcome !== "notTried")
    .map(({ channel, outcome, reason, providerMessageId, error }) => {
      const why =
        reason ??
        (error && `${error.name}: ${error.message}`) ??
        (providerMessageId && `provider's id ${providerMessageId}`);
      return `${channel} ${outcome}${why ? `: ${why}` : ""}`;
    });

await runCommand(help, (args) =>
  main(args).catch((error: unknown) => {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    // What stands in the way of starting says itself what to do.
    throw new CommandError(explainStart(error), { cause: error });
  }),
);
