/** All messages of a reference end by one call, from outside. */
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, arrivedAt, final, newCustomer, setPhone } from "./service.ts";

it("an order that is paid: no further channel of its messages is tried, and the trace and the events say why", async () => {
  const [key, other, receiver] = [await newKey(), await newKey(), await startReceiver()];
  await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.resolved"] });
  const customers = [newCustomer(), newCustomer()];
  const ids: string[] = [];
  for (const customer of customers) {
    await setPhone(customer, "fbMessenger", { delivers: false });
    const { body } = await key.call("POST", "/messages", {
      to: customer,
      body: "Please pay",
      rules: [{ channel: "fbMessenger", fallbackAfter: 60 }, "sms"],
      reference: "order-1",
    });
    ids.push(body.messageId);
  }
  const traceOf = async (id: string) => (await key.call("GET", `/messages/${id}`)).body;
  for (const id of ids)
    await eventually(
      "sent",
      () => traceOf(id),
      ({ status }) => status === "sent",
    );

  const request = { reference: "order-1", reason: "paid" };
  expect((await other.call("POST", "/messages/resolve", request)).body).toMatchObject({ count: 0 });
  for (let again = 0; again < 2; again += 1) {
    const { status, body } = await key.call("POST", "/messages/resolve", request);
    expect([status, body.count, body.resolved.sort()]).toEqual([200, 2, ids.toSorted()]);
  }
  await advanceClock(120_000);
  for (const id of ids)
    expect(await traceOf(id)).toMatchObject({
      status: "resolved",
      reason: "paid",
      channels: [{ channel: "fbMessenger" }, { channel: "sms", outcome: "notTried" }],
    });
  for (const customer of customers) expect(await arrivedAt(customer, "sms")).toEqual([]);
  const listed = await key.call("GET", "/messages?status=resolved");
  expect(listed.body.messages).toHaveLength(2);
  const events = await eventually(
    "2 events",
    async () => receiver.events(),
    (all) => all.length === 2,
  );
  expect(events).toMatchObject(
    ids.map(() => ({
      type: "message.resolved",
      data: { status: "resolved", reason: "paid", reference: "order-1" },
    })),
  );
  // What comes after it is another matter.
  const later = await key.call("POST", "/messages", {
    to: customers[0],
    body: "Thank you",
    rules: ["sms"],
    reference: "order-1",
  });
  const trace = await eventually(
    "the end",
    () => traceOf(later.body.messageId),
    ({ status }) => final.includes(status),
  );
  expect(trace.status).toBe("delivered");
});
