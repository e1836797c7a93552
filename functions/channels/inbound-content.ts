/** A customer's answer as it is published: what a channel's reader found, within the limits of queues and topics. */
import type { InboundContent } from "../domain/message/queued-receipt.ts";

/** On WhatsApp people may write very long texts. */
const mostCharacters = 10_000;
const mostCharactersOfDetails = 8_000;

type Found = { [Name in keyof InboundContent]?: InboundContent[Name] | undefined };

/** Undefined where it has no id: a repetition could not be recognized. */
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
