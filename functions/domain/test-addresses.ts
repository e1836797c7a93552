/**
 * The test addresses: what becomes of a message to each, on every channel. For messages of a test key the table answers in place
 * of the provider (functions/hop/test-message.ts, functions/events/queue-test-receipts.ts); the phones of the local run behave by
 * it until they are set otherwise. Pure.
 */
import type { AppDevice, Status } from "./channel.ts";

export interface TestOutcome {
  /** For people. */
  what: string;
  /** The error of the send, by its name (functions/channels/errors.ts); absent: it is taken. */
  answer?: "NotRegistered" | "ProviderUnavailable" | "OutcomeUnknown" | "WindowClosed";
  /** What is reported of a message that was taken, or may have been. A status that a channel never reports is left out. */
  later: readonly { status: Status | "failed"; afterSeconds: number }[];
}

/** By the number at the end of the address. */
export const testOutcomes: Readonly<Record<string, TestOutcome>> = {
  "0000": { what: "delivered at once", later: [{ status: "delivered", afterSeconds: 0 }] },
  "0001": { what: "not registered: refused at once", answer: "NotRegistered", later: [] },
  "0002": { what: "taken, and never heard of again", later: [] },
  "0003": { what: "taken, and refused after 2 seconds", later: [{ status: "failed", afterSeconds: 2 }] },
  "0004": { what: "slow: delivered after a minute", later: [{ status: "delivered", afterSeconds: 60 }] },
  "0005": {
    what: "delivered at once and read",
    later: [
      { status: "delivered", afterSeconds: 0 },
      { status: "read", afterSeconds: 0 },
    ],
  },
  "0006": { what: "the provider is not available", answer: "ProviderUnavailable", later: [] },
  "0007": {
    what: "the provider's answer is lost, and it is delivered",
    answer: "OutcomeUnknown",
    later: [{ status: "delivered", afterSeconds: 0 }],
  },
  "0008": {
    what: "Meta's window is closed: a template is delivered, text is refused",
    answer: "WindowClosed",
    later: [{ status: "delivered", afterSeconds: 0 }],
  },
};

/**
 * Nobody's numbers: Ofcom's and the North American plan's for fiction, which libphonenumber takes for valid ones (Ofcom's mobile
 * ones, +44 7700 900…, it does not). No provider gives an id or a token `test-…`.
 * https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
 * https://www.nationalnanpa.com/number_resource_info/555_numbers.html
 * example.com is nobody's: https://www.rfc-editor.org/rfc/rfc2606#section-3
 */
const forms = [
  /^\+44207946(00\d\d)$/,
  /^\+120255501(\d\d)$/,
  /^test-(\d{4})$/,
  /^test-(\d{4})@example\.com$/,
];
/** The number at its end; undefined where it is no test address. Of several devices the first that takes it decides. */
export function testNumberOf(address: string | readonly AppDevice[]): string | undefined {
  if (typeof address === "string") return numberIn(address);
  const numbers = address.map(({ token }) => numberIn(token));
  if (numbers.includes(undefined)) return undefined;
  return numbers.find((number) => number && testOutcomes[number]?.answer === undefined) ?? numbers[0];
}

function numberIn(text: string): string | undefined {
  for (const form of forms) {
    const number = form.exec(text)?.[1]?.padStart(4, "0");
    if (number !== undefined && Object.hasOwn(testOutcomes, number)) return number;
  }
  return undefined;
}
