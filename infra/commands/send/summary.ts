/** The summary at the end of a run. Pure. */
import type { Counts } from "./journal.ts";

export function summarize(
  { read, accepted, refused, bad, skipped }: Readonly<Counts>,
  failuresPath: string,
  noun: string,
): string {
  const parts = [
    `${count(read)} read`,
    `${count(accepted)} accepted`,
    `${count(refused)} refused`,
    `${count(bad)} bad`,
    `${count(skipped)} skipped, sent before`,
  ];
  const failures =
    refused + bad > 0
      ? `\nThe ${noun} that were not accepted are in ${failuresPath}, with the reasons: correct them, and send that file.`
      : "";
  return `${parts.join(", ")}${failures}`;
}

/** `path`: undefined for standard input. `script`: the command of npm. */
export function resumeCommand(
  script: "send" | "consents",
  path: string | undefined,
  args: readonly string[],
): string {
  const keys =
    script === "send"
      ? "within 24 hours no message is accepted twice"
      : "a consent that is sent twice counts once";
  return path === undefined
    ? `Stopped before the end. To go on, give it the same input again: ${keys}.`
    : `Stopped before the end. To go on: npm run ${script} -- ${args.map(quote).join(" ")}\n(${keys}; ${path}.sent keeps how far it came)`;
}

const count = (value: number) => value.toLocaleString("en");

const quote = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
