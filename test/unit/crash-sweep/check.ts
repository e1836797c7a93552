/** What must hold at the end of a story, whatever befell its functions. Pure. */

import { furthestOf } from "../../../functions/domain/outcome/receipt-changes.ts";
import { type Outcome, traceOf } from "../../../functions/domain/outcome/trace.ts";
import { outcomeFaults, routeFaults } from "../../storm/check.ts";
import { windowSeconds } from "./story.ts";
import type { Ending } from "./world.ts";

/** What is wrong; nothing, where all is well. `isStalled`: a function went on when its hop was long over. */
export function faultsOf(ending: Ending, isStalled: boolean): string[] {
  const { story, stored, execution, sent, reported, deadLetters } = ending;
  if (stored === undefined) return ["it was never accepted"];
  const faults: string[] = [];
  const check = (isWell: boolean, what: string) => {
    if (!isWell) faults.push(what);
  };
  check(stored.finishedAt !== undefined, "it is not finished");
  // Cancelled before it could start, it needs none.
  check(
    execution === undefined ? stored.outcome === "cancelled" : execution !== "RUNNING",
    `its execution is ${execution}`,
  );
  check(
    sent.every(({ at }) => at >= (stored.sendAt ?? "")),
    "it was sent before its time",
  );
  check(ending.notAccepted.length === 0, `it was parked, though it is right: ${ending.notAccepted}`);
  check(deadLetters.length === 0, `receipts ended dead: ${JSON.stringify(deadLetters)}`);

  const order = stored.route.map(({ channel }) => channel);
  const channelsOf = sent.map(({ channel }) => channel);
  check(new Set(channelsOf).size === channelsOf.length, `sent twice by one channel: ${channelsOf}`);
  if (!isStalled) {
    const places = channelsOf.map((channel) => order.indexOf(channel));
    check(
      places.every((place, index) => index === 0 || place > (places[index - 1] ?? -1)),
      `out of order: ${channelsOf}`,
    );
    check(
      sent.every(({ at }) => at <= (stored.finishedAt ?? "")),
      "it was sent after it was finished",
    );
    faults.push(...earlyFallbacks(ending));
  }
  for (const { channel, outcome } of traceOf(stored).channels)
    faults.push(...outcomeLies(channel, outcome, ending));
  for (const { channel, status } of reported) {
    const furthest = furthestOf(stored.attempts[channel] ?? {});
    if (status === "delivered")
      check(furthest === "delivered" || furthest === "read", `lost that ${channel} delivered`);
    if (status === "read") check(furthest === "read", `lost that ${channel} was read`);
  }
  faults.push(
    ...[...routeFaults(stored), ...outcomeFaults(stored, story.cancelledAfterMs !== undefined)].map(
      ({ what }) => what,
    ),
  );
  return faults;
}

/** The window begins before the send, and these stories move time in steps. */
const mostBeforeSendSeconds = 4;

/** A provider that has the message, and has not said no, has its whole window. */
function earlyFallbacks({ sent, reported }: Ending): string[] {
  return sent.slice(1).flatMap(({ channel, at }, index) => {
    const before = sent[index];
    if (!before || reported.some((word) => word.channel === before.channel && word.status === "failed"))
      return [];
    const waited = Date.parse(at) - Date.parse(before.at);
    return waited >= (windowSeconds - mostBeforeSendSeconds) * 1000
      ? []
      : [`${channel} was tried ${waited} ms after ${before.channel} had taken it`];
  });
}

function outcomeLies(channel: string, outcome: Outcome, { sent, reported }: Ending): string[] {
  const isSent = sent.some((one) => one.channel === channel);
  const words = reported.filter((word) => word.channel === channel).map(({ status }) => status);
  const may: Outcome[] = isSent
    ? ["sent", "timedOut", "unknown", "trying"]
    : ["skipped", "notTried", "failed", "unknown"];
  if (words.includes("failed")) may.push("failed");
  if (words.includes("delivered") || words.includes("read")) may.push("delivered");
  if (words.includes("read")) may.push("read");
  return may.includes(outcome)
    ? []
    : [
        `the trace says ${outcome} of ${channel}, which ${isSent ? `took it and said ${words.join(", ") || "nothing"}` : "never had it"}`,
      ];
}
