/** Requests of the Omnichannel API, from outside: what its clients send today, and what they are answered. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { routes } from "../../functions/api/omnichannel/routes.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, apiKey, arrivedAt, call, newCustomer } from "./service.ts";

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
    const skipping = await post({ body: "Hello", to: phoneOf(newCustomer()), rules: ["mms", "sms"] });
    expect([skipping.status, skipping.body.statusDetails.channel]).toEqual([201, "sms"]);
    const none = await post({ body: "Hello", to: { email: "a@b.example" }, rules: ["mms", "push", "sms"] });
    expect([none.status, none.body.status]).toEqual([201, "failed"]);
    expect((await call("GET", `/cpaas/messages/${none.body.messageId}`)).body).toEqual(none.body);
  });

  it("is cut where it is too long, and says what is otherwise", async () => {
    const sent = await post({
      body: "y".repeat(2000),
      to: phoneOf(newCustomer()),
      rules: ["sms"],
      expiresOn: "2020-01-01T00:00:00Z",
      channelOptions: { sms: { from: "My Shop" } },
    });
    expect(sent.status).toBe(201);
    const paths = sent.body.warnings.map(({ path }: { path: string }) => path);
    expect(paths.sort()).toEqual(["body", "channelOptions.sms.from", "expiresOn"]);
    const trace = await call("GET", `/messages/${sent.body.messageId}`);
    expect(trace.body.metadata.omnichannel.warnings).toHaveLength(3);
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

  it("is told to its client's webhooks, signed with HMAC-SHA1", async () => {
    const [key, receiver] = [await newKey(), await startReceiver()];
    const webhook = { name: "crm", url: receiver.url, secret: "a-secret-of-16-chars" };
    expect((await key.call("POST", "/cpaas/webhooks", webhook)).status).toBe(201);
    await key.call("POST", "/cpaas/messages", { body: "Hello", to: phoneOf(newCustomer()), rules: ["sms"] });
    const told = await eventually(
      "an event",
      async () => receiver.accepted,
      (all) => all.length > 0,
      async () => void (await advanceClock(1000)),
    );
    for (const { headers, body } of told)
      expect(headers["x-comapi-signature"]).toBe(
        createHmac("sha1", webhook.secret).update(body).digest("hex"),
      );
  });

  it("can be deleted, and its profile is made, found and not made twice", async () => {
    const sent = await post({ body: "Hello", to: { email: "a@b.example" }, rules: ["sms"] });
    expect((await call("DELETE", `/cpaas/messages/${sent.body.messageId}`)).status).toBe(204);
    expect((await call("GET", `/cpaas/messages/${sent.body.messageId}`)).status).toBe(404);
    const profile = { id: newCustomer().fbMessengerId, address: { city: "London" }, _own: 1 };
    const made = await call("POST", "/cpaas/profiles", profile);
    expect([made.status, made.body.address, made.body._own]).toEqual([201, { city: "London" }, undefined]);
    expect((await call("POST", "/cpaas/profiles", profile)).status).toBe(409);
    const stale = await call("PUT", `/cpaas/profiles/${profile.id}`, {}, { "if-match": '"other"' });
    expect(stale.status).toBe(412);
  });
});
