/** The project's pages, and the fenced examples in them, as a reader would copy them. */
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

export interface Block {
  language: string;
  text: string;
  /** Of its first fence. */
  line: number;
}

export interface Page {
  /** From the root of the project. */
  path: string;
  text: string;
  blocks: readonly Block[];
}

/** What is installed or made here holds pages of others. */
const notOurs = ["node_modules", ".build", "cdk.out", "coverage", "test-results"];

export const pages: readonly Page[] = globSync("**/*.md", {
  cwd: root,
  exclude: notOurs.map((folder) => `**/${folder}/**`),
})
  .sort()
  .map((path) => {
    const text = readFileSync(resolve(root, path), "utf8");
    return { path, text, blocks: blocksIn(text) };
  });

export function pageAt(path: string): Page {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page;
}

function blocksIn(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: text = "", index }) => ({
    language,
    text,
    line: page.slice(0, index).split("\n").length,
  }));
}

export interface Command {
  command: string;
  line: number;
  /** The JSON that the page shows as its answer, in a block of its own right below. */
  answer?: Block;
}

/** The commands of a page's shell blocks: without comments, and each with all of its lines. */
export function commandsOf({ blocks }: Page): Command[] {
  return blocks.flatMap((block, index) => {
    if (block.language !== "sh") return [];
    const commands = commandsIn(block);
    const last = commands.at(-1);
    const answer = answerBelow(block, blocks[index + 1]);
    if (last !== undefined && answer !== undefined) last.answer = answer;
    return commands;
  });
}

const lastLine = ({ text, line }: Block) => line + text.split("\n").length;
const answerBelow = (block: Block, next: Block | undefined) =>
  next?.language === "json" && next.line === lastLine(block) + 1 ? next : undefined;

/** JSON that is not the answer to a command. */
export function looseJsonOf(page: Page): Block[] {
  const answers = new Set(commandsOf(page).map(({ answer }) => answer));
  return page.blocks.filter((block) => block.language === "json" && !answers.has(block));
}

export function commandsIn({ text, line }: Block): Command[] {
  const commands: Command[] = [];
  let command = "";
  for (const [index, each] of text.trimEnd().split("\n").entries()) {
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
