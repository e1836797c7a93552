/**
 * What the commands share: options, exit statuses (0 done, 1 not or not all done, 2 wrong usage) and errors that name cause
 * and remedy. Only bugs print a stack trace.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { explainError } from "./explain-error.ts";

/** Wrong usage: exit status 2. */
export class UsageError extends Error {}
/** The environment prevents it; the message says what to do: exit status 1. */
export class CommandError extends Error {}

/** Runs `main`, which returns the exit status; with `--help` only prints the help. */
export async function runCommand(help: string, main: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return;
  }
  try {
    process.exitCode = await main(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usageIn(help)}\n--help says more.`);
      process.exitCode = 2;
      return;
    }
    console.error(error instanceof CommandError ? error.message : explainError(error));
    process.exitCode = 1;
  }
}

/** The help's first paragraph. */
const usageIn = (help: string) => help.split("\n\n")[0];

/** Node's `parseArgs`. @throws {UsageError} for arguments that do not fit */
export function readArguments<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

export function wholeNumber(option: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  const range = `${least.toLocaleString("en")} to ${most.toLocaleString("en")}`;
  throw new UsageError(`${option} is "${given}": it must be a whole number from ${range}`);
}
