/**
 * The state "Undeliverable", the last before "Message failed": records that no channel reached the customer (or that the
 * message expired), and returns the execution's error and cause. Called by the state machine.
 */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { type HopInput, undeliverable } from "../domain/message/execution-input.ts";
import type { Message } from "../domain/message/message.ts";
import { traceOf } from "../domain/outcome/trace.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";
import { previousHop } from "./previous-hop.ts";

export interface Verdict {
  error: "Undeliverable" | "MessageExpired";
  cause: string;
}

export function createUndeliverable(messages: MessagesTable, now: () => Date) {
  return async (hop: HopInput): Promise<Verdict> => {
    const at = now().toISOString();
    const stored = await messages.get(hop.messageId);
    // An expired hop comes here straight from its own state (Catch of `MessageExpired`), so `hop` is still that channel's.
    const isExpired = hop.channel !== undeliverable || (stored?.expiresOn ?? "~") <= at;
    const message =
      stored &&
      (await messages.finish(hop.messageId, isExpired ? "expired" : "undeliverable", at, {
        previous: previousHop(hop),
        leftChannels: channelsBefore(hop.channel, stored),
      }));
    if (message === undefined)
      return { error: "Undeliverable", cause: `message ${hop.messageId} is not in the table` };
    const reasons = traceOf(message).channels.map(({ channel, outcome, reason, error }) => {
      const why = reason ?? (error && [error.name, error.code].filter(Boolean).join(" "));
      return `${channel} ${outcome}${why ? ` (${why})` : ""}`;
    });
    return {
      error: message.outcome === "expired" ? "MessageExpired" : "Undeliverable",
      cause: reasons.join("; "),
    };
  };
}

/** The route's channels before this one; all of them at the end of the route. */
function channelsBefore(channel: string, { route }: Message): string[] {
  const channels = route.map((hop) => hop.channel);
  return channel === undeliverable ? channels : channels.slice(0, channels.indexOf(channel));
}

const run = lazily(() =>
  createUndeliverable(createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE")), () => new Date()),
);
export const handler = (hop: HopInput): Promise<Verdict> => run()(hop);
