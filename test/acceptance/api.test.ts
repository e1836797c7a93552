/** The HTTP API: what it takes, what it refuses, and what it says of it. */
import { describe, expect, it } from "vitest";
import { arrivedAt, call, final, newCustomer, send, until } from "./service.ts";

const message = () => ({ to: newCustomer(), body: "Hello", rules: ["sms"] });

describe("what POST /messages refuses", () => {
  it.each([
    { what: "an unknown channel", change: { rules: ["sms", "pigeon"] }, path: "rules[1]" },
    { what: "a channel twice", change: { rules: ["sms", "whatsApp", "sms"] }, path: "rules[2]" },
    { what: "no channel", change: { rules: [] }, path: "rules" },
    { what: "rules that are a text", change: { rules: "sms" }, path: "rules" },
    {
      what: "an unknown field of a rule",
      change: { rules: [{ channel: "sms", after: 1 }] },
      path: "rules[0].after",
    },
    {
      what: "a window of 0 seconds",
      change: { rules: [{ channel: "sms", fallbackAfter: 0 }] },
      path: "rules[0].fallbackAfter",
    },
    {
      what: "a window over a week",
      change: { rules: [{ channel: "sms", fallbackAfter: 604_801 }] },
      path: "rules[0].fallbackAfter",
    },
    {
      what: "a window of half a second",
      change: { rules: [{ channel: "sms", fallbackAfter: 1.5 }] },
      path: "rules[0].fallbackAfter",
    },
    {
      what: "an until that the channel does not report",
      change: { rules: [{ channel: "sms", until: "read" }] },
      path: "rules[0].until",
    },
    { what: "nothing to send", change: { body: undefined }, path: "body" },
    { what: "an empty body", change: { body: "" }, path: "body" },
    { what: "a body that is a number", change: { body: 7 }, path: "body" },
    { what: "a body too long for the channel", change: { body: "x".repeat(1601) }, path: "body" },
    {
      what: "a custom body too long",
      change: { customBody: { sms: "x".repeat(1601) } },
      path: "customBody.sms",
    },
    {
      what: "a custom body for an unknown channel",
      change: { customBody: { pigeon: "coo" } },
      path: "customBody.pigeon",
    },
    { what: "a bad phone number", change: { to: { phoneNumber: "12" } }, path: "to.phoneNumber" },
    {
      what: "a phone number of letters",
      change: { to: { phoneNumber: "+44CALLME" } },
      path: "to.phoneNumber",
    },
    { what: "no address at all", change: { to: {} }, path: "to" },
    {
      what: "a device of an unknown platform",
      change: { to: { appDevices: [{ platform: "nokia", token: "t" }] } },
      path: "to.appDevices[0].platform",
    },
    { what: "a past expiresOn", change: { expiresOn: "2020-01-01T00:00:00Z" }, path: "expiresOn" },
    { what: "an expiresOn that is not a time", change: { expiresOn: "tomorrow" }, path: "expiresOn" },
    { what: "an unknown field", change: { text: "Hello" }, path: "text" },
    {
      what: "an unknown option of a channel",
      change: { channelOptions: { sms: { colour: "red" } } },
      path: "channelOptions.sms.colour",
    },
    {
      what: "a sender id with a space",
      change: { channelOptions: { sms: { from: "My Shop" } } },
      path: "channelOptions.sms.from",
    },
    { what: "too much metadata", change: { metadata: { note: "x".repeat(5000) } }, path: "metadata" },
  ])("a request with $what is refused with the field $path", async ({ change, path }) => {
    const { status, headers, body } = await send({ ...message(), ...change });
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
    for (const error of body.errors)
      expect(error).toMatchObject({ code: expect.any(String), message: expect.stringMatching(/\S/) });
  });

  it("a request whose texts are just short enough is accepted", async () => {
    const rules = [{ channel: "sms", fallbackAfter: 604_800, until: "sent" }];
    expect((await send({ ...message(), rules, body: "x".repeat(1600) })).status).toBe(201);
  });

  it.each(["", "{", "[]", "null", '"text"'])("the body %j is refused", async (text) => {
    expect((await call("POST", "/messages", text)).status).toBe(400);
  });

  it("a message without a channel that can be tried is answered 422 with the reason of each channel", async () => {
    const { status, body } = await send({
      to: { email: "anna@example.com" },
      body: "Hello",
      rules: ["fbMessenger", "sms"],
    });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      {
        path: "rules[0]",
        code: "no_address",
        message: "fbMessenger: no fbMessengerId in `to` or the profile",
      },
      { path: "rules[1]", code: "no_address", message: "sms: no phoneNumber in `to` or the profile" },
    ]);
  });

  it("a caller without an API key, or with a wrong one, is refused with 401 or 403", async () => {
    expect((await call("POST", "/messages", message(), { authorization: "" })).status).toBe(401);
    expect((await call("POST", "/messages", message(), { authorization: "Bearer wrong" })).status).toBe(403);
  });
});

describe("a message", () => {
  it("a message that is sent twice under one Idempotency-Key, even twice at once, is one message", async () => {
    const one = message();
    const key = { "idempotency-key": `key-${one.to.fbMessengerId}` };
    const answers = await Promise.all([send(one, key), send(one, key), send(one, key)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.messageId)).size).toBe(1);
    await until(answers[0]?.body.messageId, final);
    expect(await arrivedAt(one.to, "sms")).toHaveLength(1);
    const changed = await send({ ...one, body: "Something else" }, key);
    expect(changed.status).toBe(422);
    expect(changed.body.errors[0]).toMatchObject({ path: "Idempotency-Key", code: "reused" });
  });

  it("a message has its own text on each channel, with its merge fields filled, and keeps its metadata", async () => {
    const customer = newCustomer();
    const profileId = `profile-${customer.fbMessengerId}`;
    await call("PUT", `/profiles/${profileId}`, { firstName: "Anna", phoneNumber: customer.phoneNumber });
    const { body } = await send({
      to: { profileId },
      body: "Hello",
      customBody: { sms: "Hi {{profile.firstName}}{{profile.nothing}}!" },
      rules: ["fbMessenger", "sms"],
      metadata: { order: "1234", for: "{{profile.firstName}}" },
    });
    expect(await until(body.messageId, final)).toMatchObject({
      status: "delivered",
      metadata: { order: "1234", for: "Anna" },
      channels: [
        {
          channel: "fbMessenger",
          outcome: "skipped",
          code: "no_address",
          reason: "no fbMessengerId in `to` or the profile",
        },
        { outcome: "delivered" },
      ],
    });
    expect((await arrivedAt(customer, "sms")).map(({ body: text }) => text)).toEqual(["Hi Anna!"]);
  });

  it("the addresses of a message are added to the profile that it names", async () => {
    const customer = newCustomer();
    const profileId = `profile-${customer.fbMessengerId}`;
    await send({
      to: { profileId, phoneNumber: customer.phoneNumber.slice(1) },
      body: "Hello",
      rules: ["sms"],
    });
    await send({
      to: { profileId, appDevices: customer.appDevices, loyaltyCard: "77" },
      body: "Hello",
      rules: ["sms"],
    });
    expect((await call("GET", `/profiles/${profileId}`)).body).toEqual({
      profileId,
      phoneNumber: customer.phoneNumber,
      appDevices: customer.appDevices,
      loyaltyCard: "77",
    });
  });

  it("GET with an unknown messageId is answered 404", async () => {
    expect((await call("GET", "/messages/no-such-message")).status).toBe(404);
  });
});

describe("POST /messages/plan", () => {
  it("a plan shows what a message would do, with SMS parts and cost, and sends and stores nothing", async () => {
    const customer = newCustomer();
    const { status, body } = await call("POST", "/messages/plan", {
      to: { phoneNumber: customer.phoneNumber },
      body: "ü".repeat(200),
      rules: ["appMessaging", { channel: "sms", fallbackAfter: 60 }, "whatsApp"],
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      category: "transactional",
      to: { phoneNumber: customer.phoneNumber, country: "GB" },
      hops: [
        {
          channel: "sms",
          timeoutSeconds: 60,
          until: "delivered",
          sms: { parts: 2, encoding: "GSM-7" },
          estimatedCost: "0.07756",
        },
        { channel: "whatsApp", timeoutSeconds: 300, until: "delivered", estimatedCost: "0" },
      ],
      cost: { expected: "0.0710966667", cheapest: "0", dearest: "0.07756" },
      skipped: [
        { channel: "appMessaging", code: "no_address", reason: "no appDevices in `to` or the profile" },
      ],
    });
    expect(await arrivedAt(customer, "sms")).toEqual([]);
  });
});

describe("profiles", () => {
  it("a profile can be put, read and deleted", async () => {
    const path = `/profiles/${encodeURIComponent(`anna+${newCustomer().fbMessengerId}@example.com`)}`;
    expect((await call("GET", path)).status).toBe(404);
    expect((await call("PUT", path, { fbMessengerId: "1", firstName: "Anna" })).status).toBe(200);
    expect((await call("GET", path)).body).toMatchObject({ fbMessengerId: "1", firstName: "Anna" });
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  it("a profile with an invalid address is refused", async () => {
    const { status, body } = await call("PUT", "/profiles/p1", { phoneNumber: "12", nested: { a: 1 } });
    expect(status).toBe(400);
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual(["phoneNumber", "nested"]);
  });
});
