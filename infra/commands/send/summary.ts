/** What is said at the end of a run. Pure. */
import type { Counts } from "./journal.ts";

export function summarize(
  { read, accepted, refused, bad, skipped }: Readonly<Counts>,
  failuresPath: string,
): string {
  const parts = [
    `${count(read)} read`,
    `${count(accepted)} accepted`,
    `${count(refused)} refused`,
    `${count(bad)} bad`,
    `${count(skipped)} skipped as sent before`,
  ];
  const failures =
    refused + bad > 0
      ? `\nWhat was not accepted is in ${failuresPath}, with the reasons: correct it, and send that file.`
      : "";
  return `${parts.join(", ")}${failures}`;
}

/** `path`: nothing for standard input. */
export function resumeCommand(path: string | undefined, args: readonly string[]): string {
  const keys = "within 24 hours nothing that was accepted is sent twice";
  return path === undefined
    ? `Stopped before the end. To go on, give it the same input again: ${keys}.`
    : `Stopped before the end. To go on: npm run send -- ${args.map(quote).join(" ")}\n(${keys}; ${path}.sent knows how far it came)`;
}

const count = (value: number) => value.toLocaleString("en");

const quote = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
