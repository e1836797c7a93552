/** Rule sets and rules by purpose, from outside. */
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { arrivedAt, call, newCustomer } from "./service.ts";

describe("a rule set", () => {
  it("a rule set can be put, read, named in messages and deleted, and belongs to its client", async () => {
    const [key, other] = [await newKey(), await newKey()];
    const channels = ["whatsApp", { channel: "sms", fallbackAfter: 60 }];
    const put = await key.call("PUT", "/rules/alerts", { channels });
    const stored = {
      name: "alerts",
      channels: [{ channel: "whatsApp" }, { channel: "sms", fallbackAfter: 60 }],
    };
    expect([put.status, put.body]).toEqual([200, stored]);
    expect((await key.call("GET", "/rules/alerts")).body).toEqual(stored);

    const customer = newCustomer();
    const message = { to: customer, body: "Hello", rules: "alerts" };
    const { status, body } = await key.call("POST", "/messages", message);
    expect(status).toBe(201);
    expect(body.plan.hops).toMatchObject([{ channel: "whatsApp" }, { channel: "sms", timeoutSeconds: 60 }]);
    await eventually(
      "the message",
      () => arrivedAt(customer, "whatsApp"),
      (messages) => messages.length === 1,
    );

    for (const caller of [other, key]) {
      if (caller === key) expect((await key.call("DELETE", "/rules/alerts")).status).toBe(204);
      expect((await caller.call("GET", "/rules/alerts")).status).toBe(404);
      const refused = await caller.call("POST", "/messages", message);
      expect(refused.status).toBe(400);
      expect(refused.body.errors).toMatchObject([{ path: "rules", code: "unknown_rules" }]);
    }
  });

  it.each([
    { rules: [], path: "" },
    { rules: ["pigeon"], path: "[0]" },
    { rules: { channels: ["sms"], prefer: "beauty" }, path: "prefer" },
    { rules: { channels: ["sms"], other: 1 }, path: "other" },
    { rules: { prefer: "cost" }, path: "channels" },
  ])("the rule set $rules is refused with the field", async ({ rules, path }) => {
    const { status, body } = await call("PUT", "/rules/alerts", rules);
    expect(status).toBe(400);
    expect(body.errors.map((fault: { path: string }) => fault.path)).toEqual([path]);
  });

  it("the name of a rule set has letters and digits", async () => {
    expect((await call("PUT", "/rules/a.b", ["sms"])).status).toBe(400);
  });
});

describe("rules in a request", () => {
  const to = () => newCustomer();
  it.each([
    { rules: { channels: ["sms", "sms"] }, path: "rules.channels[1]" },
    {
      rules: { channels: [{ channel: "sms", fallbackAfter: "soon" }] },
      path: "rules.channels[0].fallbackAfter",
    },
    { rules: [{ channel: "sms", fallbackAfter: "soon" }], path: "rules[0].fallbackAfter" },
    { rules: "not a name", path: "rules" },
  ])("a request with the rules $rules is refused with the field $path", async ({ rules, path }) => {
    const { status, body } = await call("POST", "/messages", { to: to(), body: "Hi", rules });
    expect(status).toBe(400);
    expect(body.errors.map((fault: { path: string }) => fault.path)).toEqual([path]);
  });

  it("a request without a channel that can be tried is answered with the fields of its rules", async () => {
    const rules = { prefer: "cost", channels: ["fbMessenger"] };
    const { status, body } = await call("POST", "/messages", {
      to: { phoneNumber: "447123123123" },
      body: "Hi",
      rules,
    });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "rules.channels[0]" }]);
  });
});
