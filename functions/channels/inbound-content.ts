/** What a customer answered, as it is told: what a channel's reader found, and no more than queues and topics take. */
import type { InboundContent } from "../domain/message/queued-receipt.ts";

/** WhatsApp's people may write a novel. */
const mostCharacters = 10_000;
const mostCharactersOfDetails = 8_000;

type Found = { [Name in keyof InboundContent]?: InboundContent[Name] | undefined };

/** Undefined where it has no id: nobody could tell it from its repetition. */
export function contentOf({
  id,
  type,
  text,
  payload,
  details,
  answersId,
}: Found): InboundContent | undefined {
  if (id === undefined || type === undefined) return undefined;
  const hasDetails = details !== undefined && JSON.stringify(details).length <= mostCharactersOfDetails;
  return {
    id,
    type,
    ...(text ? { text: text.slice(0, mostCharacters).toWellFormed() } : {}),
    ...(payload === undefined ? {} : { payload: payload.slice(0, mostCharacters).toWellFormed() }),
    ...(hasDetails ? { details } : {}),
    ...(answersId === undefined ? {} : { answersId }),
  };
}
