/** A deployment with other providers: SMS by End User Messaging, and by SNS where it refuses; WhatsApp by AWS. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient, type Schemas } from "../../functions/api/client/client.ts";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { socialPhoneNumberId } from "../../infra/local/carrier/social-messaging.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";
import { eventually } from "./eventually.ts";

let system: System;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  const assembly = await ensureAssembly(() => {}, {
    smsProviders: ["endUserMessaging", "sns"],
    whatsAppProvider: "aws",
    whatsAppPhoneNumberId: socialPhoneNumberId,
  });
  const page = await ensurePage(() => {});
  const ports = { api: 0, aws: 0, carrier: 0, console: 0 };
  system = await startSystem({ assembly, page, ports, warn: () => {} });
  client = createClient({ baseUrl: system.api, apiKey: system.apiKey });
  // It synthesizes the stack once more.
}, 300_000);
afterAll(() => system?.stop());

let customers = 0;
const newNumber = () => {
  customers += 1;
  return `+4471231299${String(customers).padStart(2, "0")}`;
};

// biome-ignore lint/suspicious/noExplicitAny: the carrier answers phones of any channel.
async function carrier(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${system.carrier}/carrier/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
const phoneAt = (channel: string, number: string) => `${channel}/${encodeURIComponent(number)}`;
const arrivedAt = async (channel: string, number: string): Promise<{ body: string }[]> =>
  (await carrier("GET", phoneAt(channel, number))).messages;

async function send(message: Omit<Schemas["Message"], "to">, phoneNumber: string) {
  const body = { ...message, to: { phoneNumber } } as Schemas["Message"];
  const { data, error } = await client.POST("/messages", { body });
  return { messageId: data?.messageId ?? "", error };
}
const until = (messageId: string, outcome: string) =>
  eventually(
    `the outcome ${outcome}`,
    async () => (await client.GET("/messages/{messageId}", { params: { path: { messageId } } })).data,
    (trace) => trace?.channels.some((one) => one.outcome === outcome) === true,
  );

it("an SMS goes by End User Messaging, whose event brings the price", async () => {
  const number = newNumber();
  const options = { from: "pool-0123456789abcdef0123456789abcdef" };
  const { messageId } = await send(
    { body: "Hello", rules: ["sms"], maxCost: "0.1", channelOptions: { sms: options } },
    number,
  );
  expect((await until(messageId, "delivered"))?.channels).toMatchObject([
    { channel: "sms", provider: "endUserMessaging", cost: { usd: "0.00881", source: "provider" } },
  ]);
  expect(await arrivedAt("sms", number)).toMatchObject([{ body: "Hello" }]);
});

it("where it refuses, SNS sends in the same hop, and the trace names both", async () => {
  const number = newNumber();
  await carrier("PUT", phoneAt("sms", number), { answer: "sms-eum-ThrottlingException" });
  const { messageId } = await send({ body: "Hello", rules: ["sms"] }, number);
  const trace = await until(messageId, "delivered");
  expect(trace?.channels).toMatchObject([
    {
      channel: "sms",
      provider: "sns",
      refusals: [{ provider: "endUserMessaging", name: "Throttled" }],
      cost: { source: "provider" },
    },
  ]);
  expect(trace?.channels[0]?.events?.filter(({ status }) => status === "claimed")).toHaveLength(1);
  expect(await arrivedAt("sms", number)).toHaveLength(1);
});

it("where nobody knows whether it took the message, SNS is not asked, and its event is the answer", async () => {
  const number = newNumber();
  await carrier("PUT", phoneAt("sms", number), { fault: "lost-answer", times: 1, delayMs: 30_000 });
  const { messageId } = await send({ body: "Hello", rules: ["sms"] }, number);
  await until(messageId, "unknown");
  await system.clock.advance(31_000);
  await until(messageId, "delivered");
  expect(await arrivedAt("sms", number)).toHaveLength(1);
});

it("a customer who answers STOP gets no more SMS from the client", async () => {
  const number = newNumber();
  const { messageId } = await send({ body: "Hello", rules: ["sms"] }, number);
  await until(messageId, "delivered");
  await carrier("POST", `${phoneAt("sms", number)}/messages`, { body: "STOP" });
  const { error } = await eventually(
    "the refusal",
    () => send({ body: "Hello again", rules: ["sms"] }, number),
    (again) => again.error !== undefined,
  );
  expect(error).toMatchObject({ status: 422, errors: [{ code: "opted_out" }] });
});

it("WhatsApp goes by AWS, and Meta's reports come by its topic: there is no webhook", async () => {
  const number = newNumber();
  await carrier("PUT", phoneAt("whatsApp", number), { reads: true });
  const { messageId } = await send({ body: "Hello", rules: ["whatsApp"] }, number);
  expect((await until(messageId, "read"))?.channels).toMatchObject([
    { channel: "whatsApp", providerMessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  expect(await arrivedAt("whatsApp", number)).toMatchObject([{ body: "Hello" }]);
  const posted = await fetch(`${system.api}/webhooks/whats-app`, { method: "POST", body: "{}" });
  expect(posted.status).toBe(404);
});

it("a text that Meta refuses later is followed by its template, and a number without WhatsApp by SMS", async () => {
  const number = newNumber();
  await carrier("PUT", phoneAt("whatsApp", number), { window: "closed" });
  const template = { name: "order_update", language: "en" };
  // A customer who wrote not long ago, as far as is known: the text goes first.
  await carrier("POST", `${phoneAt("whatsApp", number)}/messages`, { body: "Hi" });
  await carrier("PUT", phoneAt("whatsApp", number), { window: "closed" });
  const { messageId } = await send(
    { body: "Hello", rules: ["whatsApp"], channelOptions: { whatsApp: { template } } },
    number,
  );
  await until(messageId, "delivered");
  expect(await arrivedAt("whatsApp", number)).toMatchObject([{ body: "template:order_update(en)" }]);

  const other = newNumber();
  await carrier("PUT", phoneAt("whatsApp", other), { registered: false });
  const next = await send({ body: "Hello", rules: ["whatsApp", "sms"] }, other);
  expect((await until(next.messageId, "delivered"))?.channels).toMatchObject([
    { channel: "whatsApp", outcome: "failed", error: { name: "NotRegistered", code: "131026" } },
    { channel: "sms", outcome: "delivered", provider: "endUserMessaging" },
  ]);
});
