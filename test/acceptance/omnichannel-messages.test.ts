/** Requests of the Omnichannel API, from outside: what its clients send today, and what they are answered. */
import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../functions/api/omnichannel/records.ts";
import { routes } from "../../functions/api/omnichannel/routes.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import {
  advanceClock,
  apiKey,
  arrivedAt,
  type ChannelId,
  call,
  final,
  newCustomer,
  onPhone,
  setPhone,
  traceOf,
  until,
} from "./service.ts";

const post = (message: object) => call("POST", "/cpaas/messages", message);
const phoneOf = ({ phoneNumber }: { phoneNumber: string }) => ({ phoneNumber: phoneNumber.slice(1) });

it("needs for each route the scope that its table names", async () => {
  const key = await newKey({ scopes: [] });
  for (const [route, scope] of Object.entries(routes)) {
    const [method = "", path = ""] = route.split(" ");
    const answer = await key.call(method, `/cpaas${path.replace(/\{\w+\}/g, "x")}`);
    expect([route, answer.status, answer.body.title]).toEqual([
      route,
      403,
      `the API key lacks the scope ${scope}`,
    ]);
  }
});

describe("a message of the Omnichannel API", () => {
  it("is answered 201 with its echo, by both paths and by HTTP Basic", async () => {
    const given = { body: "Hello", to: phoneOf(newCustomer()), rules: ["sms"] };
    const basic = `Basic ${Buffer.from(`me:${apiKey}`).toString("base64")}`;
    for (const path of ["/cpaas/messages", "/apispaces/11164198-3f3f/messages"]) {
      const sent = await call("POST", path, given, { authorization: basic });
      expect(sent.status).toBe(201);
      expect(sent.body).toMatchObject({ ...given, statusDetails: { channelId: "sms", channel: "sms" } });
    }
  });

  it("is sent without channels that are not here, and has failed where none is left", async () => {
    const skipping = await post({ body: "Hello", to: phoneOf(newCustomer()), rules: ["viber", "sms"] });
    expect([skipping.status, skipping.body.statusDetails.channel]).toEqual([201, "sms"]);
    const none = await post({ body: "Hello", to: { email: "a@b.example" }, rules: ["viber", "push", "sms"] });
    expect([none.status, none.body.status]).toEqual([201, "failed"]);
    expect((await call("GET", `/cpaas/messages/${none.body.messageId}`)).body).toEqual(none.body);
  });

  it("is cut where it is too long, and says what is otherwise", async () => {
    const customer = newCustomer();
    const sent = await post({
      body: "y".repeat(2000),
      to: phoneOf(customer),
      rules: ["sms"],
      expiresOn: "2020-01-01T00:00:00Z",
      channelOptions: { sms: { from: "My Shop" } },
    });
    expect(sent.status).toBe(201);
    const paths = sent.body.warnings.map(({ path }: { path: string }) => path);
    expect(paths.sort()).toEqual(["body", "channelOptions.sms.from", "expiresOn"]);
    const trace = await until(sent.body.messageId, final);
    expect(trace.metadata.omnichannel.warnings).toHaveLength(3);
    expect((await arrivedAt(customer, "sms"))[0]?.body).toBe("y".repeat(1600));
  });

  it("is sent with the others of a batch, or none of them where one is not valid", async () => {
    const customer = newCustomer();
    const good = { body: "Hello", to: phoneOf(customer), rules: ["sms"] };
    const refused = await call("POST", "/cpaas/messages/batch", [good, { ...good, body: 2 }]);
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, "[1].body"]);
    expect(await arrivedAt(customer, "sms")).toEqual([]);
    const sent = await call("POST", "/cpaas/messages/batch", [good, good]);
    expect([sent.status, sent.body.map(({ index }: { index: number }) => index)]).toEqual([202, [0, 1]]);
  });
});

const pathsOf = (warnings: { path: string }[] = []) => warnings.map(({ path }) => path);

/** Sent to a new customer by one channel, ended there, and what arrived. */
async function delivered(message: object, channel: ChannelId = "sms") {
  const customer = newCustomer();
  const { fbMessengerId, email } = customer;
  const to = { ...phoneOf(customer), fbMessengerId, email };
  const sent = await post({ rules: [channel], body: "Hi", to, ...message });
  expect(sent.status).toBe(201);
  const trace = await until(sent.body.messageId, final, 1000);
  const texts = (await arrivedAt(customer, channel)).map(({ body }) => body);
  return { customer, sent: sent.body, trace, texts, warned: pathsOf(sent.body.warnings) };
}

describe("what a message of the Omnichannel API asks for", () => {
  const sms = (options: object) => ({ channelOptions: { sms: options } });
  const conversion = { convertUnicodeToGsm: true, customReplacements: [{ from: "°", to: " degrees" }] };
  const link = "https://a.example/b";
  it.each<[string, object, string, string[]]>([
    ["a sender with letters", sms({ from: "MyShop" }), "Hi", []],
    ["a sender with spaces", sms({ from: "My Shop" }), "Hi", ["channelOptions.sms.from"]],
    ["Unicode", { body: "Grüße €", ...sms({ allowUnicode: true }) }, "Grüße €", []],
    [
      "Unicode as GSM-7",
      { body: "It’s 5°", ...sms({ unicodeConversion: conversion }) },
      "It's 5 degrees",
      [],
    ],
    ["links as they are", { body: link, shortenLinks: "off" }, link, []],
    ["marked links", { body: `@${link}`, shortenLinks: "marked" }, link, ["shortenLinks"]],
    ["a text of the channel's own", { customBody: { sms: "Own" } }, "Own", []],
    ["a custom body", { customBody: { sms: { message: "Own", from: "MyShop" } } }, "Own", []],
    ["a part", { messageParts: [{ type: "text/plain", data: "Part" }], body: undefined }, "Part", []],
    ["a template", { templateId: "welcome" }, "Hi", ["templateId"]],
    ["overrides", { overrides: { appMessaging: {} } }, "Hi", ["overrides"]],
    [
      "media",
      { messageParts: [{ type: "image/png", url: "https://a.example/b.png" }] },
      "Hi",
      ["messageParts[0]"],
    ],
  ])("goes out by SMS: %s", async (_, message, text, warned) => {
    expect(await delivered(message)).toMatchObject({ texts: [text], warned, trace: { status: "delivered" } });
  });

  const url = "https://a.example/b.png";
  const quickReply = { content_type: "text", title: "Red", payload: "RED" };
  it.each<[string, ChannelId, object, string, string[], object?]>([
    [
      "Messenger's type and tag",
      "fbMessenger",
      { channelOptions: { fbMessenger: { messagingType: "RESPONSE", messageTag: "ACCOUNT_UPDATE" } } },
      "Hi",
      ["channelOptions.fbMessenger.messageTag"],
    ],
    [
      "Graph's message",
      "fbMessenger",
      { customBody: { fbMessenger: { text: "Pick", quick_replies: [quickReply], metadata: "x" } } },
      "Pick",
      ["customBody.fbMessenger.metadata"],
      { suggestions: [{ text: "Red", payload: "RED" }] },
    ],
    [
      "Graph's attachment",
      "fbMessenger",
      { customBody: { fbMessenger: { attachment: { type: "image", payload: { url } } } } },
      "",
      [],
      { media: url },
    ],
    [
      "a part that is an image, by WhatsApp",
      "whatsApp",
      { messageParts: [{ type: "image/png", url }] },
      "Hi",
      [],
      { media: url },
    ],
    [
      "a part that is an image, by RCS",
      "rcs",
      { messageParts: [{ type: "image/png", url }] },
      "Hi",
      [],
      { card: true, media: url },
    ],
    [
      "WhatsApp's number and preview",
      "whatsApp",
      { channelOptions: { whatsApp: { phoneNumber: "447700900000", enableUrlPreview: true } } },
      "Hi",
      ["channelOptions.whatsApp.phoneNumber"],
    ],
    [
      "another agent of RCS",
      "rcs",
      { channelOptions: { rcs: { agentId: "other" } } },
      "Hi",
      ["channelOptions.rcs.agentId"],
    ],
  ])("goes out by its channel: %s", async (_, channel, message, text, warned, rich) => {
    const found = await delivered(message, channel);
    expect(found).toMatchObject({ texts: [text], warned });
    expect((await arrivedAt(found.customer, channel))[0]?.rich).toEqual(rich);
  });

  it("goes out as a template of WhatsApp, where its window is closed", async () => {
    const customer = newCustomer();
    await setPhone(customer, "whatsApp", { window: "closed" });
    const template = { name: "order_update", language: { code: "en" } };
    const part = { type: "whatsapp/template", channels: ["whatsApp"], data: { template } };
    const message = { to: phoneOf(customer), rules: ["whatsApp"], body: "Hi", messageParts: [part] };
    const { body } = await post(message);
    expect((await until(body.messageId, final)).status).toBe("delivered");
    expect((await arrivedAt(customer, "whatsApp"))[0]?.body).toContain("order_update");
  });

  it("has its merge fields filled from the profile, nested ones too", async () => {
    const id = newCustomer().fbMessengerId;
    const profile = { id, firstName: "Ann", address: { city: "London" } };
    expect((await call("POST", "/cpaas/profiles", profile)).status).toBe(201);
    const customer = newCustomer();
    const { body } = await post({
      to: { ...phoneOf(customer), profileId: id },
      rules: ["sms"],
      body: "{{profile.firstName}} of {{profile.address.city}}{{profile.none}}",
    });
    await until(body.messageId, final);
    expect((await arrivedAt(customer, "sms"))[0]?.body).toBe("Ann of London");
  });

  it("waits for deliverAfter, and is found by its clientRef or conversationId", async () => {
    const key = await newKey();
    const now = Date.parse(await advanceClock(0));
    const deliverAfter = new Date(now + 3_600_000).toISOString();
    const customer = newCustomer();
    const custom = { body: "Later", deliverAfter, clientRef: "order 7" };
    const message = { to: phoneOf(customer), rules: ["sms"], customBody: { sms: custom } };
    const { body } = await key.call("POST", "/cpaas/messages", message);
    const found = await key.call("GET", "/messages?reference=order%207");
    expect(found.body.messages.map(({ messageId }: { messageId: string }) => messageId)).toEqual([
      body.messageId,
    ]);
    await advanceClock(3_500_000);
    expect(await arrivedAt(customer, "sms")).toEqual([]);
    await advanceClock(200_000);
    expect((await arrivedAt(customer, "sms")).map(({ body: text }) => text)).toEqual(["Later"]);
  });

  it("goes by a stored rule set", async () => {
    const key = await newKey();
    const [customer, body] = [newCustomer(), "Hi"];
    const message = { to: phoneOf(customer), ruleSet: "usual", body };
    const refused = await key.call("POST", "/cpaas/messages", message);
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, "ruleSet"]);
    await key.call("PUT", "/rules/usual", ["fbMessenger", "sms"]);
    const sent = await key.call("POST", "/cpaas/messages", message);
    expect([sent.status, sent.body.ruleSet, sent.body.statusDetails.channel]).toEqual([201, "usual", "sms"]);
  });

  it("goes where the customer opted in alone, where opt-ins are required", async () => {
    const id = newCustomer().fbMessengerId;
    await call("POST", "/cpaas/profiles", { id });
    const to = { ...phoneOf(newCustomer()), profileId: id };
    // By the time of the answer it may be on its way.
    const reaches = async () => {
      const { body } = await post({ to, rules: ["whatsApp", "sms"], body: "Hi", requireOptIn: true });
      return body.status === "failed" ? undefined : body.statusDetails.channel;
    };
    expect(await reaches()).toBeUndefined();
    const path = `/cpaas/profiles/${id}/optin`;
    expect((await call("PUT", path, { channels: ["sms"] })).status).toBe(200);
    expect(await reaches()).toBe("sms");
    expect((await call("DELETE", `${path}?channel=sms`)).status).toBe(200);
    expect(await reaches()).toBeUndefined();
  });

  it("is refused where it is none of theirs", async () => {
    const to = phoneOf(newCustomer());
    for (const [given, path] of [
      [{ to, body: "Hi" }, ""],
      [{ rules: ["sms"], body: "Hi" }, "to"],
      [{ to, rules: ["sms"], body: 2 }, "body"],
      [{ to, rules: ["sms"], body: "Hi", shortenLinks: "yes" }, "shortenLinks"],
      [{ to, rules: ["sms"], customBody: { sms: "a" }, channelOptions: { sms: { from: "Shop" } } }, ""],
    ] as const) {
      const { status, body } = await post(given);
      expect([status, body.errors[0].path]).toEqual([400, path]);
    }
  });
});

describe("what became of a message of the Omnichannel API", () => {
  it("is told by each of their statuses", async () => {
    const expectStatus = async (messageId: string, status: string, channel?: string) => {
      const shown = (await call("GET", `/cpaas/messages/${messageId}`)).body;
      expect([shown.status, shown.statusDetails.channel]).toEqual([status, channel]);
    };
    const { sent } = await delivered({}, "whatsApp");
    await expectStatus(sent.messageId, "delivered", "whatsApp");
    const customer = newCustomer();
    await setPhone(customer, "sms", { registered: false });
    const { body } = await post({ to: phoneOf(customer), body: "Hi", rules: ["sms"] });
    await until(body.messageId, final);
    await expectStatus(body.messageId, "failed", "sms");
    const fallen = newCustomer();
    await setPhone(fallen, "whatsApp", { registered: false });
    const { body: fellBack } = await post({ to: phoneOf(fallen), body: "Hi", rules: ["whatsApp", "sms"] });
    await until(fellBack.messageId, final);
    await expectStatus(fellBack.messageId, "delivered", "sms");
    expect((await call("GET", "/cpaas/messages/none")).status).toBe(404);
    expect((await (await newKey()).call("GET", `/cpaas/messages/${sent.messageId}`)).status).toBe(404);
  });

  it("is reported from outside by a posted status", async () => {
    const customer = newCustomer();
    await setPhone(customer, "whatsApp", { delivers: false });
    const { body } = await post({ to: phoneOf(customer), body: "Hi", rules: ["whatsApp"] });
    await until(body.messageId, ["sent"]);
    const report = (status: string, given: object) =>
      call("POST", `/cpaas/messages/${body.messageId}/statuses/${status}`, given);
    expect((await report("delivered", { channel: "sms" })).status).toBe(400);
    expect((await report("lost", { channel: "whatsApp" })).status).toBe(400);
    expect((await report("read", { channel: "whatsApp" })).status).toBe(200);
    expect((await until(body.messageId, ["read"])).status).toBe("read");
    const failing = newCustomer();
    await setPhone(failing, "whatsApp", { delivers: false });
    const second = await post({ to: phoneOf(failing), body: "Hi", rules: ["whatsApp", "sms"] });
    await until(second.body.messageId, ["sent"]);
    const reason = { channel: "whatsApp", failureReason: "no such chat" };
    await call("POST", `/cpaas/messages/${second.body.messageId}/statuses/failed`, reason);
    const trace = await until(second.body.messageId, ["delivered"], 1000);
    expect(trace.channels[0].error.message).toBe("no such chat");
  });

  it("can be redacted when it has ended, and deleted at any time, which does not stop it", async () => {
    const customer = newCustomer();
    await setPhone(customer, "sms", { delayMs: 60_000 });
    const message = { to: phoneOf(customer), body: "Dear Ann", rules: ["sms"], conversationId: "c" };
    const [first, second] = [await post(message), await post(message)];
    const path = `/cpaas/messages/${first.body.messageId}`;
    expect((await call("PATCH", path, { redact: true })).status).toBe(409);
    expect((await call("DELETE", `/cpaas/messages/${second.body.messageId}`)).status).toBe(204);
    await advanceClock(120_000);
    expect((await arrivedAt(customer, "sms")).map(({ body }) => body)).toEqual(["Dear Ann", "Dear Ann"]);
    expect((await call("PATCH", path, { redact: false })).status).toBe(400);
    const redacted = await call("PATCH", path, { redact: true });
    expect([redacted.status, redacted.body]).toEqual([202, undefined]);
    const shown = (await call("GET", path)).body;
    expect([shown.body, shown.to, shown.rules, shown.status]).toEqual([
      undefined,
      undefined,
      ["sms"],
      "delivered",
    ]);
    expect((await call("GET", `/cpaas/messages/${second.body.messageId}`)).status).toBe(404);
    await advanceClock(5000);
    expect((await traceOf(second.body.messageId)).redactedAt).toBeDefined();
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  it("is in its profile's history, with what the customer wrote and what never was sent", async () => {
    const key = await newKey();
    const customer = newCustomer();
    const profileId = "ann@example.com";
    const to = { ...phoneOf(customer), fbMessengerId: customer.fbMessengerId, profileId };
    const send = (rules: string[], body: string) => key.call("POST", "/cpaas/messages", { to, rules, body });
    const { body: sent } = await send(["fbMessenger"], "One");
    await advanceClock(1000);
    await onPhone(customer, "fbMessenger", "messages", { body: "Thanks" });
    await advanceClock(1000);
    const { body: failed } = await send(["viber"], "Two");
    const given = {
      channel: "chat",
      from: { profileId },
      body: "Hello",
      correlation: { messageId: sent.messageId },
    };
    await advanceClock(1000);
    const inbound = await key.call("POST", "/cpaas/messages/inbounds", given);
    expect([inbound.status, inbound.body.body]).toEqual([201, "Hello"]);
    const of = `/cpaas/messages/inbounds/${inbound.body.id}/statuses`;
    const timestamp = new Date().toISOString();
    expect((await key.call("POST", `${of}/read`, { timestamp })).status).toBe(200);
    expect((await key.call("POST", `${of}/read`, {})).status).toBe(400);
    expect(
      (await key.call("POST", "/cpaas/messages/inbounds/none/statuses/read", { timestamp })).status,
    ).toBe(404);
    const path = `/cpaas/profiles/${encodeURIComponent(profileId)}/messages`;
    const all = await eventually(
      "the answer",
      () => key.call("GET", path),
      ({ body }) => body.length === 4,
      async () => void (await advanceClock(1000)),
    );
    const shown = (all.body as HistoryEntry[]).map(({ direction, status, message, channelId }) => [
      direction,
      status,
      channelId,
      message.body,
    ]);
    expect(shown).toEqual([
      ["inbound", "read", "chat", "Hello"],
      ["outbound", "failed", undefined, "Two"],
      ["inbound", "sent", "fbMessenger", "Thanks"],
      ["outbound", "delivered", "fbMessenger", "One"],
    ]);
    const idsAt = async (query: string) =>
      (await key.call("GET", `${path}?${query}`)).body.map(
        ({ messageId }: { messageId: string }) => messageId,
      );
    expect(await idsAt("direction=outbound")).toEqual([failed.messageId, sent.messageId]);
    expect(await idsAt("limit=1")).toEqual([inbound.body.id]);
    expect(await idsAt(`from=${encodeURIComponent(all.body[1].submittedOn)}&limit=1`)).toEqual([
      failed.messageId,
    ]);
    expect(await idsAt("channelId=fbMessenger&direction=outbound")).toEqual([sent.messageId]);
    expect((await key.call("DELETE", `${path.replace("/messages", "")}?forget=true`)).status).toBe(204);
    expect((await key.call("GET", path)).body).toEqual([]);
    expect((await key.call("GET", `/cpaas/messages/${sent.messageId}`)).status).toBe(404);
  });
});
