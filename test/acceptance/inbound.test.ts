/** What customers answer, from outside: by their phones, in Meta's own form, to the webhook of the client that wrote to them. */
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, arrivedAt, type ChannelId, newCustomer, onPhone, webhook } from "./service.ts";

async function clientAndCustomer(channel: ChannelId) {
  const [key, receiver, customer] = [await newKey(), await startReceiver(), newCustomer()];
  await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.inbound"] });
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

describe.each(["whatsApp", "fbMessenger", "sms"] as const)("a customer's answer by %s", (channel) => {
  it("an answer is delivered to the client as an event of the message that it answers, or else of the last message", async () => {
    const { key, customer, send, answers } = await clientAndCustomer(channel);
    const [first, second] = [await send("One"), await send("Two")];
    const [one] = await arrivedAt(customer, channel);
    await onPhone(customer, channel, "messages", { body: "Ja, größer!" });
    await answers(1);
    await onPhone(customer, channel, "messages", { body: "No", answers: one?.providerMessageId });
    const told = await answers(2);
    const common = { client: key.client, channel };
    expect(told).toMatchObject([
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

it("an answer that Meta's webhook posts twice is one event", async () => {
  const { customer, send, answers } = await clientAndCustomer("whatsApp");
  await send("One");
  const from = customer.phoneNumber.replace("+", "");
  const timestamp = `${Math.floor(Date.parse(await advanceClock(0)) / 1000)}`;
  const message = { from, id: `wamid.${from}`, timestamp, type: "text", text: { body: "Yes" } };
  const posted = JSON.stringify({ entry: [{ changes: [{ value: { messages: [message] } }] }] });
  for (const _ of ["once", "again"]) expect((await webhook("whats-app", posted)).status).toBe(200);
  const told = await answers(2);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
});
