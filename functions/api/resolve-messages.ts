/**
 * `POST /messages/resolve`: what the messages of a reference are about was settled by other means (an order was paid), so each
 * that is still open ends like a cancelled one, and one that was only sent is not resumed. A repeated call ends what a failed one
 * left, and returns the same.
 */
import pMap from "p-map";
import { isToResolve, statusOf } from "../domain/outcome/trace.ts";
import { type HttpEvent, type HttpResult, json, readJson } from "../http/handler.ts";
import { validate } from "../http/validate.ts";
import type { KeyedHash } from "../storage/keyed-hash.ts";
import type { MessageLists } from "../storage/message-lists.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import { type EndDependencies, endMessage } from "./end-message.ts";
import { criterionOf } from "./find/criterion.ts";
import { createCursors } from "./find/cursor.ts";
import { findPage } from "./find/page.ts";
import { resolveRequest } from "./resolve-request.ts";

export interface ResolveDependencies extends EndDependencies {
  messages: Pick<MessagesTable, "get" | "readListed" | "finish" | "resolveSent">;
  lists: Pick<MessageLists, "read">;
  hash: KeyedHash;
}

/** The most messages of one call. */
const mostMessages = 500;
const atOnce = 20;
/** They sort before and after every time: a time begins with a digit. */
const [first, last] = ["0", ":"];

export function createResolveMessages(dependencies: ResolveDependencies) {
  const { messages, now } = dependencies;
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const { reference, reason, cursor } = validate(resolveRequest, readJson(event));
    const cursors = createCursors(dependencies.hash, [client, event.routeKey, reference]);
    const { items, goOnBefore } = await findPage(
      client,
      criterionOf(client, ["reference", reference], dependencies),
      { from: first, before: cursor === undefined ? last : await cursors.read(cursor), limit: mostMessages },
      false,
      dependencies,
    );
    const found = items.flatMap((item) => (item.direction === "out" && isToResolve(item) ? [item] : []));
    const resolve = async ({ messageId }: { messageId: string }) => {
      const message = await endMessage(messageId, "resolved", dependencies, reason);
      if (message?.outcome === "reached" && statusOf(message) === "sent")
        await messages.resolveSent(messageId, now().toISOString());
      return message;
    };
    const ended = await pMap(found, resolve, { concurrency: atOnce });
    const resolved = ended.flatMap((message) => (message?.outcome === "resolved" ? [message.messageId] : []));
    return json(200, {
      reference,
      count: resolved.length,
      resolved,
      ...(goOnBefore === undefined ? {} : { next: await cursors.write(goOnBefore) }),
    });
  };
}
