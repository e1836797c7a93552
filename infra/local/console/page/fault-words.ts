/** What can be wrong at a provider, in words for people: the faults that every channel has, and the answers of the catalogue. */
import type { Answer, Phone } from "../contract.ts";

export const faultWords: Readonly<Record<string, string>> = {
  throttled: "is over its rate limit",
  unavailable: "is down",
  rejected: "rejects messages",
  "lost-answer": "takes messages, its answer is lost",
  "fails-later": "takes messages, then reports a failure",
};

/** What an answer is about, as headings of a list. */
const headings: Readonly<Record<string, string>> = {
  customer: "About the customer",
  thread: "About the conversation",
  request: "About the message",
  template: "About the template",
  identity: "About our number, page or app",
  account: "About our account",
  provider: "About the provider",
};

export interface AnswerGroup {
  heading: string;
  answers: { name: string; label: string }[];
}

/** The answers of a channel on one occasion, grouped by what they are about. */
export function groupsOf(
  answers: readonly Answer[],
  channel: string,
  occasion: "sync" | "later",
): AnswerGroup[] {
  const offered = answers.filter((one) => one.channel === channel && one.when.includes(occasion));
  return Object.entries(headings)
    .map(([subject, heading]) => ({
      heading,
      answers: offered
        .filter(({ about }) => about === subject)
        .map(({ name, what }) => ({ name, label: `${codeOf(name)}: ${what}` })),
    }))
    .filter((group) => group.answers.length > 0);
}

/** The provider's own code: the name without its channel. */
const codeOf = (name: string) => name.slice(name.indexOf("-") + 1);

/** What is wrong at a phone; undefined where nothing is. */
export function faultOf(
  { fault, answer, laterAnswer }: Pick<Phone, "fault" | "answer" | "laterAnswer">,
  answers: readonly Answer[],
): string | undefined {
  if (fault !== null) return faultWords[fault] ?? fault;
  const words = (name: string) => {
    const what = answers.find((one) => one.name === name)?.what;
    return what === undefined ? codeOf(name) : `${codeOf(name)} (${what})`;
  };
  const parts = [
    ...(answer === null ? [] : [`answers ${words(answer)}`]),
    ...(laterAnswer === null ? [] : [`tells later ${words(laterAnswer)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", and ");
}
