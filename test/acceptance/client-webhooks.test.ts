/** A client's webhook, from outside: what it receives, signed, also after it was down; and the addresses that it may not have. */
import type { IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, vi } from "vitest";
import { eventually } from "./eventually.ts";
import { type Key, newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, type Customer, newCustomer, onPhone } from "./service.ts";

/** By the library. The system's clock may have been moved, and the verifier wants the signature to be of these minutes. */
function verified(secret: string, headers: IncomingHttpHeaders, body: string): void {
  const given = {
    "webhook-id": String(headers["webhook-id"]),
    "webhook-timestamp": String(headers["webhook-timestamp"]),
    "webhook-signature": String(headers["webhook-signature"]),
  };
  vi.useFakeTimers({ toFake: ["Date"], now: Number(given["webhook-timestamp"]) * 1000 });
  try {
    expect(new Webhook(secret).verify(body, given)).toMatchObject({ id: given["webhook-id"] });
  } finally {
    vi.useRealTimers();
  }
}

async function sendWith(key: Key): Promise<string> {
  const message = { to: newCustomer(), body: "Told of", rules: ["sms"], metadata: { order: "7" } };
  return (await key.call("POST", "/messages", message)).body.messageId;
}

describe("a webhook subscription", () => {
  it("each change is delivered once, with a signature that the Standard Webhooks library verifies", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    const put = await key.call("PUT", "/webhook", { url: receiver.url });
    expect([put.status, put.body]).toEqual([
      200,
      { url: receiver.url, status: "active", secret: expect.stringMatching(/^whsec_/) },
    ]);
    expect((await key.call("GET", "/webhook")).body).toEqual({ url: receiver.url, status: "active" });
    const messageId = await sendWith(key);
    await eventually(
      "both events",
      async () => receiver.accepted,
      (events) => events.length === 2,
    );
    for (const { headers, body } of receiver.accepted) {
      verified(put.body.secret, headers, body);
      expect(() => verified(put.body.secret, headers, `${body} `)).toThrow();
    }
    const events = receiver.events().toSorted((a, b) => a.data.sequence - b.data.sequence);
    expect(events.map(({ type, subject }) => [type, subject])).toEqual([
      ["message.sent", messageId],
      ["message.delivered", messageId],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    expect(receiver.accepted.map(({ body }) => body).join()).not.toContain("Told of");
  });

  it("events of the types that the subscription asks for are delivered after the receiver was down for a day", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.delivered"] });
    receiver.status = 503;
    const sent = await Promise.all([sendWith(key), sendWith(key), sendWith(key)]);
    await eventually(
      "calls of each",
      async () => receiver.calls,
      (calls) => calls >= 3,
    );
    await advanceClock(24 * 3600 * 1000 - 120_000);
    receiver.status = 204;
    // The longest pause is a quarter of an hour.
    await advanceClock(1_200_000);
    const events = receiver.events().map(({ subject, type }) => `${type} ${subject}`);
    expect(events.sort()).toEqual(sent.map((messageId) => `message.delivered ${messageId}`).sort());
  });

  it("events are delivered in the order of their sequence, each once by its id, after a receiver was down for a day with more changes", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    const { body: put } = await key.call("PUT", "/webhook", { url: receiver.url });
    receiver.status = 503;
    const send = async (customer: Customer): Promise<string> => {
      const message = { to: customer, body: "Told of", rules: ["whatsApp"] };
      const { messageId } = (await key.call("POST", "/messages", message)).body;
      await eventually(
        "delivered",
        () => key.call("GET", `/messages/${messageId}`),
        ({ body }) => body.status === "delivered",
      );
      return messageId;
    };
    const customers = Array.from({ length: 5 }, newCustomer);
    const sent = await Promise.all(customers.map(send));
    await eventually(
      "calls that fail",
      async () => receiver.calls,
      (calls) => calls >= 3,
    );
    await advanceClock(12 * 3600 * 1000);
    // Read half a day later, while their other events wait.
    for (const customer of customers) await onPhone(customer, "whatsApp", "read");
    await advanceClock(12 * 3600 * 1000 - 300_000);
    receiver.status = 204;
    await advanceClock(1_200_000);
    const events = receiver.events();
    for (const messageId of sent) {
      const own = events.filter(({ subject }) => subject === messageId);
      expect(own.map(({ type }) => type)).toEqual(["message.sent", "message.delivered", "message.read"]);
      const sequences = own.map(({ data }) => data.sequence);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    }
    for (const { headers, body } of receiver.accepted) verified(put.secret, headers, body);
  });

  it("a receiver that answers 410 switches the subscription off, and a PUT switches it on again", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    await key.call("PUT", "/webhook", { url: receiver.url });
    receiver.status = 410;
    await sendWith(key);
    const statusIs = (status: string) =>
      eventually(
        status,
        () => key.call("GET", "/webhook"),
        ({ body }) => body.status === status,
      );
    await statusIs("off");
    const { body } = await key.call("PUT", "/webhook", { url: receiver.url });
    expect(body).toEqual({ url: receiver.url, status: "active" });
    expect((await key.call("DELETE", "/webhook")).status).toBe(204);
    expect((await key.call("GET", "/webhook")).status).toBe(404);
  });

  it("a new secret is made when the client asks for one", async () => {
    const key = await newKey();
    const url = "https://shop.example/";
    const { body: first } = await key.call("PUT", "/webhook", { url });
    const { body: second } = await key.call("PUT", "/webhook", { url, rotateSecret: true });
    expect(second.secret).toMatch(/^whsec_/);
    expect(second.secret).not.toBe(first.secret);
  });

  it.each([
    "http://93.184.215.14/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
  ])("the URL %s is refused", async (url) => {
    const { status, body } = await (await newKey()).call("PUT", "/webhook", { url });
    expect([status, body.errors]).toMatchObject([400, [{ path: "url", code: "unsafe_address" }]]);
  });

  it("a delivery does not follow a redirect", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    await key.call("PUT", "/webhook", { url: receiver.url });
    receiver.status = 302;
    await sendWith(key);
    await eventually(
      "the failure",
      () => key.call("GET", "/webhook"),
      ({ body }) => body.status === "failing",
    );
  });
});
