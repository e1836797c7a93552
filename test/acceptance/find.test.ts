/** Finding messages, from outside: by what a person has in hand, with what came of them; and sending one again. */
import { expect, it } from "vitest";
import { run } from "../unit/commands/command.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { api, apiKey, call, final, newCustomer, onPhone, setPhone } from "./service.ts";

type Key = Awaited<ReturnType<typeof newKey>>;

const find = async (key: Key, query: Record<string, string>, path = "/messages") => {
  const { status, body } = await key.call("GET", `${path}?${new URLSearchParams(query)}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as { messages: Record<string, unknown>[]; next?: string };
};
const idsOf = ({ messages }: { messages: Record<string, unknown>[] }) => messages.map((one) => one.messageId);
const ended = (key: Key, messageId: string, statuses = final) =>
  eventually(
    statuses.join(" or "),
    async () => (await key.call("GET", `/messages/${messageId}`)).body,
    ({ status }) => statuses.includes(status),
  );
const send = async (key: Key, message: object): Promise<string> => {
  const { status, body } = await key.call("POST", "/messages", { body: "Hello Anna", ...message });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.messageId;
};

it("a message is found by the number, the profile and the reference, with what came of each channel", async () => {
  const key = await newKey();
  const { phoneNumber } = newCustomer();
  const profileId = `anna ${phoneNumber}@example.com`;
  await setPhone({ ...newCustomer(), phoneNumber }, "whatsApp", { registered: false });
  const rules = ["whatsApp", "sms"];
  const messageId = await send(key, { to: { profileId, phoneNumber }, rules, reference: "order 1" });
  const { status, reference, cost, saved, finishedAt } = await ended(key, messageId);
  expect([status, reference]).toEqual(["delivered", "order 1"]);

  const found = {
    direction: "out",
    messageId,
    createdAt: expect.any(String),
    finishedAt,
    to: { profileId, phoneNumber: `…${phoneNumber.slice(-4)}` },
    reference,
    status,
    channels: [
      { channel: "whatsApp", outcome: "failed" },
      { channel: "sms", outcome: "delivered" },
    ],
    cost,
    saved,
  };
  const ways: Record<string, string>[] = [{ phoneNumber }, { profileId }, { reference: "order 1" }];
  const reading = await newKey({ client: key.client, scopes: ["read"] });
  for (const way of ways) expect(await find(reading, way)).toEqual({ messages: [found] });

  const other = await newKey();
  for (const way of ways) expect(await find(other, way)).toEqual({ messages: [] });
  const sending = await newKey({ client: key.client, scopes: ["send"] });
  expect((await sending.call("GET", "/messages?reference=order%201")).status).toBe(403);
});

it("pages follow one another, and a cursor is good for its request alone", async () => {
  const key = await newKey();
  const customer = newCustomer();
  const batch = Array.from({ length: 5 }, (_, index) => ({
    to: { phoneNumber: customer.phoneNumber },
    body: `Hello ${index}`,
    rules: ["sms"],
    reference: "campaign",
  }));
  const { results } = (await key.call("POST", "/messages/batch", batch)).body;
  const sent = results.map((one: { messageId: string }) => one.messageId);
  const pages: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await find(key, { reference: "campaign", limit: "2", ...(cursor ? { cursor } : {}) });
    pages.push(...idsOf(page));
    cursor = page.next;
    if (cursor !== undefined) {
      const { status, body } = await key.call("GET", `/messages?reference=another&cursor=${cursor}`);
      expect([status, body.errors[0].path]).toEqual([400, "cursor"]);
    }
  } while (cursor !== undefined);
  expect(pages.toSorted()).toEqual(sent.toSorted());
  for (const messageId of sent) await ended(key, messageId);
  expect(idsOf(await find(key, { phoneNumber: customer.phoneNumber })).toSorted()).toEqual(sent.toSorted());
});

it("a conversation has the customer's answers in between, and events have the reference", async () => {
  const [key, receiver] = [await newKey(), await startReceiver()];
  await key.call("PUT", "/webhook", { url: receiver.url });
  const customer = newCustomer();
  const profileId = customer.fbMessengerId;
  const messageId = await send(key, { to: { ...customer, profileId }, rules: ["sms"], reference: "7" });
  await ended(key, messageId);
  await onPhone(customer, "sms", "messages", { body: "Yes, please" });
  const path = `/profiles/${profileId}/messages`;
  const { messages } = await eventually(
    "the answer",
    () => find(key, {}, path),
    (page) => page.messages.length === 2,
  );
  expect(messages).toMatchObject([
    { direction: "in", channel: "sms", answers: messageId },
    { direction: "out", messageId },
  ]);
  expect(JSON.stringify(messages)).not.toContain("Yes");
  const events = await eventually(
    "the events",
    async () => receiver.events(),
    (events) => events.some(({ type }) => type === "message.inbound"),
  );
  for (const { data } of events) expect(data).toMatchObject({ reference: "7" });
  expect(await find(await newKey(), {}, path)).toEqual({ messages: [] });

  expect((await key.call("DELETE", `/profiles/${profileId}`)).status).toBe(204);
  expect(await find(key, {}, path)).toEqual({ messages: [] });
});

it("a redacted message is found no more by what it held", async () => {
  const key = await newKey();
  const { phoneNumber } = newCustomer();
  const ways: Record<string, string>[] = [{ phoneNumber }, { profileId: phoneNumber }, { reference: "r" }];
  const to = { profileId: phoneNumber, phoneNumber };
  const messageId = await send(key, { to, rules: ["sms"], reference: "r" });
  await ended(key, messageId);
  expect((await key.call("POST", `/messages/${messageId}/redact`)).status).toBe(200);
  for (const way of ways) expect(await find(key, way)).toEqual({ messages: [] });
  expect(await ended(key, messageId)).not.toHaveProperty("reference");
});

it("a failed message is listed as failed, and can be sent again, once for each key", async () => {
  const key = await newKey();
  const customer = newCustomer();
  await setPhone(customer, "sms", { registered: false });
  const message = { to: customer, rules: ["sms"], metadata: { order: "1" }, reference: "again" };
  const first = await send(key, message);
  await ended(key, first, ["failed"]);
  await eventually(
    "the list of what failed",
    () => find(key, { status: "failed" }),
    (page) => idsOf(page).includes(first),
  );

  await setPhone(customer, "sms", { registered: true });
  const headers = { "idempotency-key": "resend-1" };
  const again = await key.call("POST", `/messages/${first}/resend`, undefined, headers);
  expect([again.status, again.headers.get("location")]).toEqual([201, `/messages/${again.body.messageId}`]);
  expect(again.body.messageId).not.toBe(first);
  const repeated = await key.call("POST", `/messages/${first}/resend`, undefined, headers);
  expect([repeated.status, repeated.body]).toEqual([201, again.body]);
  const second = await ended(key, again.body.messageId);
  expect(second).toMatchObject({
    status: "delivered",
    resendOf: first,
    reference: "again",
    metadata: { order: "1" },
  });
  expect(idsOf(await find(key, { reference: "again" }))).toEqual([second.messageId, first]);

  const refused = await key.call("POST", `/messages/${second.messageId}/resend`);
  expect([refused.status, refused.body.errors[0].code]).toEqual([409, "not_failed"]);
  expect((await key.call("POST", `/messages/${second.messageId}/resend?force=true`)).status).toBe(201);
  expect((await (await newKey()).call("POST", `/messages/${first}/resend`)).status).toBe(404);
});

it("what waits, or is redacted, is not sent again", async () => {
  const key = await newKey();
  const customer = newCustomer();
  await setPhone(customer, "sms", { delivers: false });
  const messageId = await send(key, { to: customer, rules: ["sms"] });
  const resend = () => key.call("POST", `/messages/${messageId}/resend?force=true`);
  const codeOf = async () => (await resend()).body.errors[0].code;
  expect(await codeOf()).toBe("not_finished");
  await key.call("DELETE", `/messages/${messageId}`);
  await key.call("POST", `/messages/${messageId}/redact`);
  expect(await codeOf()).toBe("redacted");
});

it("a person at the terminal finds Anna's message by her number, and sees why it went by SMS", async () => {
  const customer = newCustomer();
  await setPhone(customer, "whatsApp", { registered: false });
  const { body } = await call("POST", "/messages", {
    to: { phoneNumber: customer.phoneNumber },
    body: "Hello Anna",
    rules: ["whatsApp", "sms"],
  });
  const trace = (args: string[]) =>
    run("trace", [...args, "--api", api], { environment: { API_KEY: apiKey } });
  // By the id at once, whose try may not have come yet; watched until it is over.
  const watched = await trace([body.messageId, "--watch"]);
  expect(watched, watched.stderr).toMatchObject({ status: 0, stderr: "" });
  const found = await trace([customer.phoneNumber]);
  expect(found, found.stderr).toMatchObject({ status: 0 });
  for (const { stdout } of [watched, found]) {
    expect(stdout).toContain(`${body.messageId}, accepted at `);
    expect(stdout).toMatch(/whatsApp failed: NotRegistered 131026/);
    expect(stdout).toMatch(/sms delivered/);
    expect(stdout).toMatch(/^delivered after .* cost \$/m);
  }
  const unknown = await trace(["+447000000000"]);
  expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining("there is no message") });
});
