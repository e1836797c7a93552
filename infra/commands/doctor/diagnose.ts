/** Runs the checks: reads what they need, each thing once, and judges it. What cannot be read is a finding too. */
import { explainError } from "../explain-error.ts";
import { type Check, checks } from "./checks.ts";
import type { Finding, Subject } from "./finding.ts";
import { type Answers, type ReadName, reads } from "./reads.ts";

export interface Diagnosis {
  name: string;
  findings: Finding[];
}

export async function* diagnose(subject: Subject, all: readonly Check[] = checks): AsyncGenerator<Diagnosis> {
  const read = new Map<ReadName, Promise<unknown>>();
  const answerTo = (name: ReadName): Promise<unknown> => {
    const answer = read.get(name) ?? reads[name].read(subject);
    read.set(name, answer);
    return answer;
  };
  for (const check of all)
    if (check.concerns?.(subject) ?? true)
      yield { name: check.name, findings: await findingsOf(check, subject, answerTo) };
}

async function findingsOf(
  { needs, judge }: Check,
  subject: Subject,
  answerTo: (name: ReadName) => Promise<unknown>,
): Promise<Finding[]> {
  const answers: [ReadName, unknown][] = [];
  for (const name of needs) {
    try {
      answers.push([name, await answerTo(name)]);
    } catch (error) {
      const actions = Object.keys(reads[name].permissions).join(", ");
      return [
        {
          what: `could not be read${actions === "" ? "" : ` (${actions})`}: ${explainError(error)}`,
          remedy: "where it is a permission, give these credentials the least policy that the doctor needs",
          command: "npm run doctor -- --policy",
        },
      ];
    }
  }
  return judge(Object.fromEntries(answers) as Answers, subject);
}
