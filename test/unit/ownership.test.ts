/** Another client's message is as good as none: each function that names a message asks for its owner. */
import { expect, it } from "vitest";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { ownMessage } from "../../functions/http/own-message.ts";
import type { MessagesTable } from "../../functions/storage/messages-table.ts";

const stored = { messageId: "m1", client: "shop" };
const messages = {
  get: async (messageId: string) => (messageId === stored.messageId ? stored : undefined),
} as unknown as MessagesTable;
const asked = (client: string, messageId: string) =>
  ownMessage(messages, {
    pathParameters: { messageId },
    requestContext: { authorizer: { lambda: { client } } },
  } as unknown as HttpEvent).catch((error: unknown) => error);

it("a message is given to its own client", async () => {
  expect(await asked("shop", "m1")).toBe(stored);
});

it("another client gets the same answer as for a message that never existed", async () => {
  const other = await asked("other", "m1");
  expect(other).toMatchObject({ status: 404 });
  expect(other).toEqual(await asked("shop", "m2"));
});
