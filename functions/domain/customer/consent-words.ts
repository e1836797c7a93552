/**
 * The words by which customers stop messages, resume them and ask for help. A word counts only if it is all that they wrote, in
 * upper or lower case: "please stop calling my flat" is no opt-out. Pure.
 */
export type Keyword = "stop" | "start" | "help";

interface Words {
  keyword: Keyword;
  words: readonly string[];
  /** On which channels it counts: on WhatsApp and RCS people chat, and "Cancel" or "End" may answer a question. */
  channels: readonly string[];
}

const written = ["sms", "whatsApp", "rcs"];

/**
 * English and French, as the carriers of the USA and Canada demand, and STOP wherever it is the word in other languages too.
 * AWS: https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html (also UNSTOP and START)
 * Twilio: https://help.twilio.com/articles/223134027 (STOPALL, REVOKE, START, INFO) and, for French,
 * https://www.twilio.com/docs/proxy/opt-out-keywords. Its YES is left out: it answers questions.
 * Norway: https://help.brevo.com/hc/en-us/articles/208723209 (UNSUB)
 */
const table: readonly Words[] = [
  {
    keyword: "stop",
    words: ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "UNSUB", "OPTOUT", "OPT-OUT", "OPT OUT"],
    channels: written,
  },
  { keyword: "stop", words: ["ARRET", "ARRETE", "ARRETT"], channels: written },
  { keyword: "stop", words: ["CANCEL", "END", "QUIT", "REMOVE", "REVOKE", "TD"], channels: ["sms"] },
  { keyword: "start", words: ["START", "UNSTOP"], channels: written },
  { keyword: "help", words: ["HELP", "INFO"], channels: written },
];

const keywords: ReadonlyMap<string, Keyword> = new Map(
  table.flatMap(({ keyword, words, channels }) =>
    channels.flatMap((channel) => words.map((word) => [`${channel} ${word}`, keyword] as const)),
  ),
);

/** The keyword that the text stands for on this channel, e.g. `Stop!` or `arrêt`; undefined where it is none. */
export function keywordIn(channel: string, text: string | undefined): Keyword | undefined {
  if (text === undefined || text.length > 40) return undefined;
  const word = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "")
    .replace(/\s+/g, " ")
    .toUpperCase();
  return keywords.get(`${channel} ${word}`);
}
