/** `npm run move`: what will be otherwise for messages that a company sends to the Omnichannel API today. Nothing is sent. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { differencesOf } from "../../functions/api/omnichannel/differences.ts";
import { channelById } from "../../functions/channels/registry.ts";
import { CommandError, runCommand, UsageError } from "./command-line.ts";

const help = `npm run move -- check FILE|FOLDER

Reads bodies of POST …/messages and …/messages/batch: lines of JSON, a HAR file, or a folder of JSON files.
Says for each what will be otherwise and why. It knows neither profiles nor stored rules nor accounts.

Exit status: 0 all is as it was, 1 something is not, 2 wrong usage.`;

const har = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        request: v.object({
          method: v.string(),
          url: v.string(),
          postData: v.optional(v.object({ text: v.optional(v.string()) })),
        }),
      }),
    ),
  }),
});

function bodiesIn(path: string): unknown[] {
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => bodiesIn(join(path, name)));
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  const parsed = (() => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return text.split("\n").flatMap((line): unknown[] => (line.trim() === "" ? [] : [JSON.parse(line)]));
    }
  })();
  return parsed.flatMap((one) => {
    const sent = v.safeParse(har, one);
    if (!sent.success) return one;
    return sent.output.log.entries.flatMap(({ request: { method, url, postData } }): unknown =>
      method === "POST" && /\/messages(\/batch)?(\?|$)/.test(url) && postData?.text
        ? JSON.parse(postData.text)
        : [],
    );
  });
}

await runCommand(help, async ([action, path, ...more]) => {
  if (action !== "check" || path === undefined || more.length > 0)
    throw new UsageError("say check and a file");
  let bodies: unknown[];
  try {
    bodies = bodiesIn(path);
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  let others = 0;
  for (const [index, body] of bodies.entries()) {
    const differences = differencesOf(body, channelById, new Date());
    if (differences.length > 0) others += 1;
    for (const one of differences) console.log(`${index + 1}: ${one}`);
  }
  console.log(`${bodies.length} messages, ${others} of them with something otherwise`);
  return others > 0 ? 1 : 0;
});
