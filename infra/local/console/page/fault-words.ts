/** What can be wrong at a provider, in words for people. */
export const faultWords: Readonly<Record<string, string>> = {
  throttled: "is over its rate limit",
  unavailable: "is down",
  rejected: "rejects messages",
  "lost-answer": "takes messages, its answer is lost",
  "fails-later": "takes messages, then reports a failure",
};
