/** Idempotency: what means the same is the same content, and an answer that repeats another says so. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const message = {
  to: { phoneNumber: "+447123980001" },
  rules: ["sms"] as unknown,
  body: "Café",
  expiresOn: "2026-02-01T12:00:00Z",
};
const key = (name: string) => ({ "idempotency-key": name });
const replayed = "idempotency-replayed";

it.each([
  ["the same", {}],
  ["the number without +", { to: { phoneNumber: "447123980001" } }],
  ["the number with spaces", { to: { phoneNumber: "+44 7123 980001" } }],
  ["the same instant in another zone", { expiresOn: "2026-02-01T14:00+02:00" }],
  ["null for what is absent", { title: null, to: { ...message.to, fbMessengerId: null } }],
  ["rules written in full", { rules: { channels: [{ channel: "sms" }] } }],
  ["an accent of its own", { body: "Cafe\u0301" }],
])("%s is the same content under one key", async (_, change) => {
  const { post, messages } = createIngestInProcess();
  const first = await post("/messages", message, key("k"));
  const again = await post("/messages", { ...message, ...change }, key("k"));
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect([first.headers[replayed], again.headers[replayed]]).toEqual([undefined, "true"]);
  expect(messages.size).toBe(1);
});

it.each([
  ["another number", { to: { phoneNumber: "+447123980002" } }],
  ["another instant", { expiresOn: "2026-02-01T12:00:00+02:00" }],
  ["another text", { body: "Cafe" }],
  ["other rules", { rules: ["sms", "whatsApp"] }],
  ["another window", { rules: [{ channel: "sms", fallbackAfter: 60 }] }],
])("%s is other content", async (_, change) => {
  const { post } = createIngestInProcess();
  await post("/messages", message, key("k"));
  expect(await post("/messages", { ...message, ...change }, key("k"))).toMatchObject({ status: 422 });
});

it("a message that an earlier version stored is found again", async () => {
  const { post, messages, keys } = createIngestInProcess();
  const { body } = await post("/messages", message, key("k"));
  // As version 0.2 made it: of the JSON as it came, with sorted names.
  const json =
    '{"body":"Café","expiresOn":"2026-02-01T12:00:00Z","rules":["sms"],"to":{"phoneNumber":"+447123980001"}}';
  const fingerprint = createHash("sha256").update(json).digest("base64url");
  for (const [id, one] of messages) messages.set(id, { ...one, fingerprint });
  for (const [name, one] of keys) keys.set(name, { ...one, fingerprint });
  expect((await post("/messages", message, key("k"))).body).toEqual(body);
});

it("an answer after the message could no longer be sent is a repetition too", async () => {
  const { post, setNow } = createIngestInProcess();
  const first = await post("/messages", message, key("k"));
  setNow("2026-03-01T00:00:00Z");
  const again = await post("/messages", message, key("k"));
  expect([again.status, again.headers[replayed], again.body]).toEqual([201, "true", first.body]);
});

it("the header Idempotency-Key of a batch gives every item a key", async () => {
  const { post, messages } = createIngestInProcess();
  const batch = [message, { ...message, body: "Two", idempotencyKey: "own" }, { rules: ["sms"] }];
  const answers = [];
  for (let tries = 0; tries < 3; tries += 1) answers.push(await post("/messages/batch", batch, key("b")));
  expect(messages.size).toBe(2);
  expect(answers.map(({ body }) => body)).toEqual(Array(3).fill(answers[0]?.body));
  expect(answers.map(({ headers }) => headers[replayed])).toEqual([undefined, "true", "true"]);
  // An item's own key holds in every batch; the others belong to theirs.
  await post("/messages/batch", batch, key("c"));
  expect(messages.size).toBe(3);
});

it("other content in the place of an item of the same batch is refused alone", async () => {
  const { post } = createIngestInProcess();
  await post("/messages/batch", [message, message], key("b"));
  const { body, headers } = await post(
    "/messages/batch",
    [message, { ...message, body: "Other" }, message],
    key("b"),
  );
  expect(body.results).toMatchObject([{ status: 201 }, { status: 422 }, { status: 201 }]);
  expect(headers[replayed]).toBeUndefined();
});

it("a batch's key that is none is refused", async () => {
  const { faultsOf } = createIngestInProcess();
  expect(await faultsOf("/messages/batch", [message], key("a b"))).toEqual([
    "Idempotency-Key invalid must have 1 to 255 visible ASCII characters",
  ]);
});

it.each(["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])(
  "the queue's attribute %s is the key, in any case",
  async (name) => {
    const { deliver, messages, parked } = createIngestInProcess();
    for (let tries = 0; tries < 3; tries += 1)
      await deliver(JSON.stringify(message), { [name]: "k", CLIENT: "other" });
    expect([messages.size, parked]).toEqual([1, []]);
    expect([...messages.values()]).toMatchObject([{ client: "other" }]);
  },
);
