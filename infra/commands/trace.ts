/** `npm run trace`: what happened to a message, found by its id, a phone number, a profile or a reference. */
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient, type Schemas } from "../../functions/api/client/client.ts";
import { channelById } from "../../functions/channels/registry.ts";
import { shareable } from "../local/console/page/share.ts";
import { readArguments, runCommand, UsageError } from "./command-line.ts";
import { localApi } from "./local-run.ts";
import { printable } from "./text-table.ts";
import { findMessages, readTrace } from "./trace/find.ts";
import { endOf, eventsOf, headOf, isReached } from "./trace/timeline.ts";

const help = `npm run trace -- ID|PHONE|PROFILE|REFERENCE [--watch] [--html FILE] [--local | --api URL]

Shows what happened to a message: each step with its time, why a channel failed, and the cost. Of several messages to a
customer, or with a reference, it shows the newest and lists the others.

  --watch            waits for new steps until the message is finished
  --html FILE        also writes it to a file that can be passed on: without personal data, for any browser
  --local            the local run on this machine (npm start, API_PORT)
  --api URL          the API, as in the stack's output ApiUrl; the key in the environment: API_KEY, with the scope read

Exit status: 0 the customer was reached, 1 not, or there is no such message, 2 wrong usage, 3 it is not known yet.`;

const lookEveryMs = 500;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    watch: { type: "boolean", default: false },
    html: { type: "string" },
    local: { type: "boolean", default: false },
    api: { type: "string" },
  });
  const [what, ...more] = positionals;
  if (!what || more.length > 0)
    throw new UsageError("give one message id, phone number, profile or reference");
  const { api, apiKey } = target(values, process.env);
  const client = createClient({ baseUrl: api.replace(/\/+$/, ""), apiKey, tries: 2 });
  const [newest, ...others] = await findMessages(client, what);
  if (newest === undefined) {
    console.error(`there is no message with the id, phone number, profile or reference ${printable(what)}`);
    return 1;
  }
  const trace = await show(client, newest.messageId, values.watch);
  if (trace === undefined) return 1;
  if (values.html !== undefined) await writePage(values.html, trace);
  if (others.length > 0) console.log(`Earlier: ${others.map(({ messageId }) => messageId).join(", ")}`);
  const isOver = isReached(trace);
  return isOver === undefined ? 3 : isOver ? 0 : 1;
});

/** With `isWatched`, prints new steps until the message is finished. */
async function show(
  client: Client,
  messageId: string,
  isWatched: boolean,
): Promise<Schemas["Trace"] | undefined> {
  const said = new Set<string>();
  for (;;) {
    const trace = await readTrace(client, messageId);
    if (trace === undefined) return undefined;
    for (const line of [headOf(trace), ...eventsOf(trace)]) {
      if (!said.has(line)) console.log(line);
      said.add(line);
    }
    if (!isWatched || trace.finishedAt !== undefined) {
      for (const line of endOf(trace)) console.log(line);
      return trace;
    }
    await pause(lookEveryMs);
  }
}

async function writePage(file: string, trace: Schemas["Trace"]): Promise<void> {
  const nameOf = (channel: string) => channelById.get(channel)?.name ?? channel;
  // The API does not report the windows.
  writeFileSync(file, shareable(trace, { nameOf, windows: new Map(), now: Date.now() }));
}

function target(
  { local, api }: { local: boolean; api?: string },
  environment: NodeJS.ProcessEnv,
): { api: string; apiKey: string } {
  if (local === (api !== undefined)) throw new UsageError("name one API: --local or --api URL");
  if (api === undefined) return localApi(environment);
  if (!/^https?:\/\/./.test(api)) throw new UsageError(`--api is "${api}": it must be a URL, https://…`);
  if (!environment.API_KEY) throw new UsageError("API_KEY is not set: set it to an API key");
  return { api, apiKey: environment.API_KEY };
}
