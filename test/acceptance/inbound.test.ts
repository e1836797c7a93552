/** What customers answer, from outside: by their phones, in Meta's own form, to the webhook of the client that wrote to them. */
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import {
  advanceClock,
  arrivedAt,
  type ChannelId,
  type Customer,
  newCustomer,
  onPhone,
  postedFrom,
  webhook,
} from "./service.ts";

async function clientAndCustomer(channel: ChannelId, addresses: Partial<Customer> = {}) {
  const [key, receiver] = [await newKey(), await startReceiver()];
  const customer = { ...newCustomer(), ...addresses };
  await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.inbound", "consent.changed"] });
  const send = async (body: string): Promise<string> => {
    const message = { to: customer, body, rules: [channel], metadata: { order: body } };
    const { messageId } = (await key.call("POST", "/messages", message)).body;
    await eventually(
      "the message",
      () => arrivedAt(customer, channel),
      (messages) => messages.some((one) => one.body === body),
    );
    return messageId;
  };
  const answers = (count: number) =>
    eventually(
      `${count} answers`,
      async () => receiver.events(),
      (events) => events.length >= count,
    );
  return { key, customer, send, answers };
}

describe.each(["whatsApp", "fbMessenger", "sms", "rcs"] as const)("a customer's answer by %s", (channel) => {
  it("an answer is delivered to the client as an event of the message that it answers, or else of the last message", async () => {
    const { key, customer, send, answers } = await clientAndCustomer(channel);
    const [first, second] = [await send("One"), await send("Two")];
    const [one] = await arrivedAt(customer, channel);
    await onPhone(customer, channel, "messages", { body: "Ja, größer!" });
    await answers(1);
    await onPhone(customer, channel, "messages", { body: "No", answers: one?.providerMessageId });
    const events = await answers(2);
    const common = { client: key.client, channel };
    expect(events).toMatchObject([
      {
        type: "message.inbound",
        subject: second,
        data: { ...common, matchedBy: "latest", content: { type: "text", text: "Ja, größer!" } },
      },
      {
        type: "message.inbound",
        subject: first,
        data: { ...common, matchedBy: "answer", content: { text: "No" }, metadata: { order: "One" } },
      },
    ]);
  });
});

it("a suggestion that the customer taps in RCS is an event with its payload", async () => {
  const { customer, send, answers } = await clientAndCustomer("rcs");
  const messageId = await send("One");
  await onPhone(customer, "rcs", "messages", { body: "Yes", payload: "confirm:1" });
  expect(await answers(1)).toMatchObject([
    {
      subject: messageId,
      data: { channel: "rcs", content: { type: "button", text: "Yes", payload: "confirm:1" } },
    },
  ]);
});

it("an answer that Meta's webhook posts twice is one event", async () => {
  const { customer, send, answers } = await clientAndCustomer("whatsApp");
  await send("One");
  const from = customer.phoneNumber.replace("+", "");
  const timestamp = `${Math.floor(Date.parse(await advanceClock(0)) / 1000)}`;
  const message = { from, id: `wamid.${from}`, timestamp, type: "text", text: { body: "Yes" } };
  const posted = JSON.stringify({ entry: [{ changes: [{ value: { messages: [message] } }] }] });
  for (const _ of ["once", "again"]) expect((await webhook("whats-app", posted)).status).toBe(200);
  const events = await answers(2);
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
});

it.each([
  // https://github.com/chatwoot/chatwoot/issues/14048
  { country: "Mexico", prefix: "+5255" },
  { country: "Brazil", prefix: "+55519" },
  { country: "Argentina", prefix: "+5411" },
])("a customer in $country answers from another form of the number, and is known", async ({ prefix }) => {
  const phoneNumber = `${prefix}${newCustomer().phoneNumber.slice(-8)}`;
  const { customer, send, answers } = await clientAndCustomer("whatsApp", { phoneNumber });
  const [first, second] = [await send("One"), await send("Two")];
  const [one] = await arrivedAt(customer, "whatsApp");
  await onPhone(customer, "whatsApp", "messages", { body: "Sí" });
  await answers(1);
  await onPhone(customer, "whatsApp", "messages", { body: "No", answers: one?.providerMessageId });
  expect(await answers(2)).toMatchObject([
    { subject: second, data: { matchedBy: "latest" } },
    { subject: first, data: { matchedBy: "answer" } },
  ]);
});

it("a Flow's answer has its fields, a customer's wish to stop marketing is an event, and answers to another number are left out", async () => {
  const { customer, send, answers } = await clientAndCustomer("whatsApp");
  const messageId = await send("One");
  for (const name of [
    "message-to-other-number",
    "status-of-other-number",
    "message-group",
    "field-standby",
    "message-flow-answer",
    "field-user-preferences",
  ])
    await postedFrom(customer, "whatsApp", `whatsApp-${name}`);
  expect((await answers(2)).toSorted((a, b) => a.type.localeCompare(b.type))).toMatchObject([
    { type: "consent.changed", subject: messageId, data: { category: "marketing", state: "opted-out" } },
    {
      type: "message.inbound",
      subject: messageId,
      data: { content: { type: "interactive", payload: '{"flow_token":"unused","size":"M"}' } },
    },
  ]);
});
