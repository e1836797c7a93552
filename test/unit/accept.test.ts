/** What accepting a message does at once, and what is left where a part of it fails. */
import { beforeEach, expect, it, vi } from "vitest";
import type { Message } from "../../functions/domain/message/message.ts";
import { together } from "../../functions/shared/together.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

const message = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"] };
const key = (name: string) => ({ "idempotency-key": name });
const optedOut = [{ sms: { state: "opted-out", at: "2025-12-31T00:00:00.000Z" } }];

it("what could be sent at no moment leaves its key free", async () => {
  const { post } = createIngestInProcess();
  const withoutAddress = await post("/messages", { ...message, to: { fbMessengerId: "anna" } }, key("k"));
  expect(withoutAddress.status).toBe(422);
  expect((await post("/messages", message, key("k"))).status).toBe(201);
});

it("what is refused at this moment keeps its key, for the same content", async () => {
  const read = vi.fn(async () => [] as object[]).mockResolvedValueOnce(optedOut);
  const { post, messages } = createIngestInProcess({ consents: { read: read as never } });
  expect((await post("/messages", message, key("k"))).status).toBe(422);
  expect(messages.size).toBe(0);
  const other = await post("/messages", { ...message, body: "Another" }, key("k"));
  expect(other).toMatchObject({ status: 422, body: { errors: [{ code: "reused" }] } });
  expect((await post("/messages", message, key("k"))).status).toBe(201);
});

it("a repeated request lists the message, whose first try may have died before", async () => {
  const add = vi.fn(async () => {}).mockRejectedValueOnce(new Error("throttled"));
  const { post } = createIngestInProcess({ lists: { add } });
  const listed = { ...message, reference: "order-1" };
  const first = await post("/messages", listed, key("k"));
  const second = await post("/messages", listed, key("k"));
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.headers).toMatchObject({ "idempotency-replayed": "true" });
  expect(add).toHaveBeenCalledTimes(2);
  expect(add.mock.calls[1]).toEqual(add.mock.calls[0]);
});

it("a message whose profile could not be written is stored, and started by the repeated request alone", async () => {
  const merge = vi.fn(async () => {}).mockRejectedValueOnce(new Error("down"));
  const start = vi.fn(async (_: Message) => {});
  const profiles = { get: async () => undefined, merge } as never;
  const { post, messages } = createIngestInProcess({ profiles, start });
  const withProfile = { ...message, to: { ...message.to, profileId: "anna" } };
  expect((await post("/messages", withProfile, key("k"))).status).toBe(500);
  expect(start).not.toHaveBeenCalled();
  expect((await post("/messages", withProfile, key("k"))).status).toBe(201);
  expect(messages.size).toBe(1);
  expect(start).toHaveBeenCalledTimes(1);
});

it("works at once fail with the first error of their list, when all have ended", async () => {
  const slow = Promise.withResolvers<number>();
  let isOver = false;
  const works = together([slow.promise, Promise.reject(new Error("second"))]).finally(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  slow.reject(new Error("first"));
  await expect(works).rejects.toThrow("first");
  expect(await together([Promise.resolve(1), "two"])).toEqual([1, "two"]);
});
