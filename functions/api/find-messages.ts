/**
 * `GET /messages` and `GET /profiles/{profileId}/messages`: the client's own messages, newest first, by a profile, an address, a
 * reference, or how they ended.
 */
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { profileId as profileIdSchema } from "../domain/customer/profile.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { orThrow, validate } from "../http/validate.ts";
import { withPhoneNumber } from "../ingest/phone-numbers.ts";
import { environment } from "../shared/environment.ts";
import { deployedHash, type KeyedHash } from "../storage/keyed-hash.ts";
import { createMessageLists } from "../storage/message-lists.ts";
import { createMessagesTable } from "../storage/messages-table.ts";
import { criterionOf, type FindDependencies } from "./find/criterion.ts";
import { createCursors } from "./find/cursor.ts";
import { findPage } from "./find/page.ts";
import { messagesQuery, profileQuery } from "./find/query.ts";

const pathParameters = v.object({ profileId: profileIdSchema });

/** They sort before and after every time: a time begins with a digit. */
const [first, last] = ["0", ":"];

export function createFindMessages(dependencies: FindDependencies, hash: KeyedHash) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const isOfProfile = event.routeKey !== "GET /messages";
    const { from = first, to, limit, cursor, ...ways } = query(event, isOfProfile);
    const [way = ["", ""]] = Object.entries(ways);
    const cursors = createCursors(hash, [client, event.routeKey, way, from, to]);
    const before = cursor === undefined ? (to === undefined ? last : `${to}~`) : await cursors.read(cursor);
    const { items, goOnBefore } = await findPage(
      client,
      criterionOf(client, way, dependencies),
      { from, before, limit },
      isOfProfile,
      dependencies,
    );
    return json(200, {
      messages: items,
      ...(goOnBefore === undefined ? {} : { next: await cursors.write(goOnBefore) }),
    });
  };
}

function query({ queryStringParameters = {}, pathParameters: inPath }: HttpEvent, isOfProfile: boolean) {
  if (!isOfProfile) {
    const asWritten = validate(messagesQuery, queryStringParameters);
    const { phoneNumber, ...query } = orThrow(withPhoneNumber(asWritten, {}, "phoneNumber"));
    return { ...query, ...(phoneNumber === undefined ? {} : { phoneNumber }) };
  }
  const { profileId } = validate(pathParameters, inPath);
  return { ...validate(profileQuery, queryStringParameters), profileId };
}

export const handler = httpHandler(() => {
  const dynamoDb = createDynamoDb();
  const hash = deployedHash();
  return guarded(
    { scope: "read" },
    createFindMessages(
      {
        messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
        lists: createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), hash),
      },
      hash,
    ),
  );
});
