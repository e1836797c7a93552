/** The fenced examples of the README, as a reader would copy them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const readme = readFileSync(resolve(root, "README.md"), "utf8");

export interface Block {
  language: string;
  text: string;
  line: number;
}

export const blocks: readonly Block[] = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
  ({ 1: language = "", 2: text = "", index }) => ({
    language,
    text,
    line: readme.slice(0, index).split("\n").length,
  }),
);

/** The commands of a shell block: without comments, and each with all of its lines. */
export function commandsIn({ text, line }: Block): { command: string; line: number }[] {
  const commands: { command: string; line: number }[] = [];
  let command = "";
  for (const [index, each] of text.split("\n").entries()) {
    command += command === "" ? each : `\n${each}`;
    const quotes = command.match(/'/g)?.length ?? 0;
    if (quotes % 2 === 1 || each.endsWith("\\")) continue;
    const bare = command.replace(/(^|\s)#\s.*$/, "").trim();
    if (bare !== "")
      commands.push({ command: bare, line: line + 1 + index - (command.split("\n").length - 1) });
    command = "";
  }
  return commands;
}

/** What `…` leaves out fits anything; everything else is as it stands. */
export function withGaps(value: unknown, expect: { stringMatching: (pattern: RegExp) => unknown }): unknown {
  if (Array.isArray(value)) return value.map((item) => withGaps(item, expect));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withGaps(item, expect)]));
  if (typeof value !== "string" || !value.includes("…")) return value;
  const parts = value.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return expect.stringMatching(new RegExp(`^${parts.join(".*")}$`));
}
