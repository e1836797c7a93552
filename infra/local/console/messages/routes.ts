/** The console's own routes about messages: the list with its search, and the record of one. Mounted by server.ts. */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import { check } from "../check.ts";
import type { MessageList } from "./list.ts";
import type { PublishedEvents } from "./published-events.ts";
import { recordOf } from "./record.ts";
import type { MessageSource } from "./source.ts";

const listQuery = v.object({
  search: v.optional(v.string(), ""),
  status: v.optional(v.string(), ""),
  channel: v.optional(v.string(), ""),
  after: v.optional(v.string()),
  limit: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(500)), "30"),
});
const idParameter = v.object({ messageId: v.string() });

export interface MessageSources {
  list: MessageList;
  publishedEvents: Pick<PublishedEvents, "of">;
  get: MessageSource["get"];
}

export function messageRoutes(server: FastifyInstance, { list, publishedEvents, get }: MessageSources): void {
  server.get("/api/list", (request) => {
    const { after, ...filter } = check(listQuery, request.query);
    return list.page({ ...filter, after });
  });
  server.get("/api/records/:messageId", async (request, reply) => {
    const { messageId } = check(idParameter, request.params);
    const message = await get(messageId);
    if (message === undefined) return reply.code(404).send({ message: "there is no such message" });
    return recordOf(message, publishedEvents.of(messageId));
  });
}
