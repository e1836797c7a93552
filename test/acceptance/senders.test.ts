/** Senders as they really are, through the whole system: what arrives on the phone, and what is refused. */
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { apiKey, arrivedAt, ask, call, final, newCustomer, send, until } from "./service.ts";

const sms = (body: string, more: object = {}) => ({ to: newCustomer(), rules: ["sms"], body, ...more });
const textAt = async ({ to }: ReturnType<typeof sms>) => JSON.stringify(await arrivedAt(to, "sms"));

it("a cut emoji is refused with its field, and the messages after it arrive", async () => {
  const hostile = JSON.stringify(sms("Alice: ready X")).replace("X", "\\ud83c");
  for (const path of ["/messages", "/messages/plan"])
    expect(await call("POST", path, hostile)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "body", code: "not_unicode" }] },
    });
  const next = sms("Bob: ready 🎉");
  const { body } = await send(next);
  expect(await until(body.messageId, final)).toMatchObject({ status: "delivered" });
  expect(await textAt(next)).toContain("Bob: ready 🎉");
});

it("accents of their own arrive as one character, and look-alikes where they are asked for", async () => {
  const unicodeConversion = { convertUnicodeToGsm: true };
  const message = sms("Cafe\u0301, it’s open", { channelOptions: { sms: { unicodeConversion } } });
  const { body } = await send(message);
  expect(body.plan.hops).toMatchObject([{ sms: { parts: 1, encoding: "GSM-7" } }]);
  await until(body.messageId, final);
  expect(await textAt(message)).toContain("Café, it's open");
});

it.each(["application/json", "application/octet-stream"])("gzip of the type %s is taken", async (type) => {
  const message = sms("Café");
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": type, "content-encoding": "gzip" };
  const response = await ask("/messages", {
    method: "POST",
    headers,
    body: gzipSync(JSON.stringify(message)),
  });
  expect(response.status).toBe(201);
  await until(((await response.json()) as { messageId: string }).messageId, final);
  expect(await textAt(message)).toContain("Café");
});

it.each([
  [
    "Latin-1 that says so",
    "application/json; charset=iso-8859-1",
    Buffer.from('{"body":"é"}', "latin1"),
    415,
  ],
  ["Latin-1", "application/json", Buffer.from('{"body":"é"}', "latin1"), 400],
  ["UTF-16", "application/json", Buffer.from("\ufeff{}", "utf16le"), 415],
])("%s is refused in words", async (_, type, body, status) => {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": type };
  const response = await ask("/messages", { method: "POST", headers, body });
  expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(/UTF-8|utf-8/)]);
});

it("a batch that is sent three times under one key is sent once, and says so", async () => {
  const message = sms("Once");
  const headers = { "idempotency-key": `batch-${message.to.fbMessengerId}` };
  const answers = [];
  for (let tries = 0; tries < 3; tries += 1)
    answers.push(await call("POST", "/messages/batch", [message], headers));
  expect(answers.map(({ headers: of }) => of.get("idempotency-replayed"))).toEqual([null, "true", "true"]);
  await until(answers[0]?.body.results[0].messageId, final);
  expect(await arrivedAt(message.to, "sms")).toHaveLength(1);
});
