/** What a customer answered, as it is told: what a channel's reader found, and no more text than queues and topics take. */
import * as v from "valibot";
import type { InboundContent } from "../domain/message/queued-receipt.ts";

/** WhatsApp's people may write a novel. */
const mostCharacters = 10_000;

type Found = { [Name in keyof InboundContent]?: InboundContent[Name] | undefined };

/** Undefined where it has no id: nobody could tell it from its repetition. */
export function contentOf({ id, type, text, payload, answersId }: Found): InboundContent | undefined {
  if (id === undefined || type === undefined) return undefined;
  return {
    id,
    type,
    ...(text ? { text: text.slice(0, mostCharacters).toWellFormed() } : {}),
    ...(payload === undefined ? {} : { payload }),
    ...(answersId === undefined ? {} : { answersId }),
  };
}

/** Parts of an answer: one that cannot be read is left out, and the rest counts. */
export const word = v.fallback(v.optional(v.string()), undefined);
export const part = /* @__NO_SIDE_EFFECTS__ */ <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.fallback(v.optional(v.looseObject(entries)), undefined);
