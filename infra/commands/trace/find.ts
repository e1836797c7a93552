/** Finds messages by id, phone number, profile or reference. */
import type { Client, Schemas } from "../../../functions/api/client/client.ts";
import { CommandError } from "../command-line.ts";

export type Found = Schemas["FoundMessage"];

const looksLikeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const looksLikeNumber = /^\+?[\d\s().-]{6,31}$/;
const mostShown = 10;

/** The trace of a message. @throws {CommandError} if the API returns none */
export async function readTrace(client: Client, messageId: string): Promise<Schemas["Trace"] | undefined> {
  const { data, error } = await client.GET("/messages/{messageId}", { params: { path: { messageId } } });
  if (data !== undefined) return data;
  if (error.status === 404) return undefined;
  throw refused(error);
}

/** Newest first. Tries id, phone number, profile and reference in turn, until one finds something. */
export async function findMessages(client: Client, what: string): Promise<Pick<Found, "messageId">[]> {
  if (looksLikeId.test(what) && (await readTrace(client, what))) return [{ messageId: what }];
  const ways = [
    ...(looksLikeNumber.test(what) ? [{ phoneNumber: what }] : []),
    ...(what.length <= 256 ? [{ profileId: what }] : []),
    ...(what.length <= 100 ? [{ reference: what }] : []),
  ];
  for (const way of ways) {
    const { data, error } = await client.GET("/messages", {
      params: { query: { ...way, limit: mostShown } },
    });
    // 400 only means that it is not a phone number.
    if (error !== undefined && error.status !== 400) throw refused(error);
    if (data !== undefined && data.messages.length > 0) return data.messages;
  }
  return [];
}

function refused({ status, title }: Schemas["Problem"]): CommandError {
  const remedy =
    status === 401 || status === 403 ? ": API_KEY must hold a key of this API with the scope read" : "";
  return new CommandError(`the API responds with ${status} (${title})${remedy}`);
}
