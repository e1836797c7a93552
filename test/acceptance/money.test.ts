/** Money from outside: what messages cost and saved, what they may cost at most, and budgets. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { setBudget } from "../../infra/commands/budgets/budget-items.ts";
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import {
  advanceClock,
  awsConfiguration,
  call,
  final,
  newCustomer,
  send,
  setPhone,
  until,
  untilOutcome,
} from "./service.ts";

const template = { template: { name: "order_update", language: "en" }, category: "utility" };

describe("the cost in the trace", () => {
  it("the trace has the provider's own price where its receipt brings one, and what the channel order saved", async () => {
    const customer = newCustomer();
    await setPhone(customer, "fbMessenger", { registered: false });
    const { body } = await send({ to: customer, body: "Hello", rules: ["fbMessenger", "sms"] });
    const trace = await until(body.messageId, final);
    expect(trace).toMatchObject({
      cost: { usd: "0.00645" },
      saved: { usd: "0", against: "sms" },
      channels: [
        { channel: "fbMessenger", cost: { usd: "0", source: "priceTable" } },
        { channel: "sms", cost: { usd: "0.00645", source: "provider" } },
      ],
    });
  });

  it("WhatsApp charges a template by the category of its receipt, and free text nothing", async () => {
    const customer = newCustomer();
    const rules = ["whatsApp", "sms"];
    const paid = await send({ to: customer, rules, body: "Hi", customBody: { whatsApp: "Hi" } });
    expect(await until(paid.body.messageId, final)).toMatchObject({
      cost: { usd: "0" },
      saved: { usd: "0.03878", against: "sms" },
      channels: [{ cost: { usd: "0", source: "provider" } }, { outcome: "notTried" }],
    });
    // The category is not known to us: the dearest is planned, and the receipt says what it was.
    const unknown = { channelOptions: { whatsApp: { template: template.template } } };
    const plan = await call("POST", "/messages/plan", { to: customer, rules: ["whatsApp"], ...unknown });
    expect(plan.body.hops).toMatchObject([{ estimatedCost: "0.0529" }]);
    const { body } = await send({ to: customer, rules: ["whatsApp"], ...unknown });
    expect(await until(body.messageId, final)).toMatchObject({
      cost: { usd: "0.022" },
      channels: [{ cost: { usd: "0.022", source: "priceTable" } }],
    });
  });

  it("a message whose receipt never came counts as sent, at the price table's cost", async () => {
    const customer = newCustomer();
    await setPhone(customer, "sms", { delivers: false });
    const { body } = await send({ to: customer, body: "Hello", rules: ["sms"] });
    const trace = await untilOutcome(body.messageId, "sms", "sent");
    expect(trace).toMatchObject({
      cost: { usd: "0.03878" },
      channels: [{ cost: { usd: "0.03878", source: "priceTable" } }],
    });
    expect(trace.saved).toBeUndefined();
  });
});

describe("maxCost", () => {
  const rules = ["fbMessenger", "whatsApp", "sms"];
  const channelOptions = { whatsApp: template };
  it.each([
    { maxCost: "0.06078", kept: rules },
    { maxCost: "0.06077", kept: ["fbMessenger", "whatsApp"] },
    { maxCost: "0.0219", kept: ["fbMessenger"] },
  ])("of $maxCost keeps $kept, and the plan says why", async ({ maxCost, kept }) => {
    const message = { to: newCustomer(), body: "Hello", rules, channelOptions, maxCost };
    const { body } = await call("POST", "/messages/plan", message);
    expect(body.hops.map(({ channel }: { channel: string }) => channel)).toEqual(kept);
    expect(Number(body.cost.dearest)).toBeLessThanOrEqual(Number(maxCost));
    for (const { reason } of body.skipped) expect(reason).toContain(`would exceed maxCost, ${maxCost} USD`);
  });

  it("a maxCost below every channel's price is answered 422 with the reason", async () => {
    const { status, body } = await send({ to: newCustomer(), body: "Hi", rules: ["sms"], maxCost: "0.01" });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "rules[0]", message: expect.stringContaining("maxCost") }]);
  });

  it.each(["0,05", "-1", ".5", 0.05, "1e3"])("maxCost %j is refused", async (maxCost) => {
    const { status, body } = await send({ to: newCustomer(), body: "Hi", rules: ["sms"], maxCost });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: "maxCost" }]);
  });
});

describe("a daily budget", () => {
  const clientsTable = tableNamed("Clients");
  const budgetOf = (client: string, usd: string) =>
    setBudget(new DynamoDBClient(awsConfiguration), clientsTable, client, usd);

  it("a message over the daily budget is answered 429 with the figure and the end of the day, and the next day has a budget of its own", async () => {
    const key = await newKey();
    await budgetOf(key.client, "0.08");
    // Silent phones: what is reserved stays so.
    const silent = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const customer = newCustomer();
        await setPhone(customer, "sms", { delivers: false });
        return customer;
      }),
    );
    const message = () => ({ to: silent.pop(), body: "Hello", rules: ["sms"] });
    const first = await key.call("POST", "/messages", message(), { "idempotency-key": "first" });
    expect(first.status).toBe(201);
    expect((await key.call("POST", "/messages", message())).status).toBe(201);
    const refused = await key.call("POST", "/messages", message());
    expect(refused.status).toBe(429);
    const now = Date.parse(await advanceClock(0));
    const midnight = new Date((Math.floor(now / 86_400_000) + 1) * 86_400_000).toISOString();
    expect(refused.body).toMatchObject({
      title: "the budget of 0.08 USD a day has no room for this message",
      errors: [{ code: "over_budget", message: expect.stringContaining(midnight) }],
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(86_400);

    // What costs nothing passes, and so does what is only asked.
    const free = { ...message(), rules: ["fbMessenger"] };
    expect((await key.call("POST", "/messages", free)).status).toBe(201);
    expect((await key.call("POST", "/messages/plan", message())).status).toBe(200);
    // A batch's item is refused for itself.
    const batch = await key.call("POST", "/messages/batch", [message(), free]);
    expect(batch.body.results).toMatchObject([{ status: 429 }, { status: 201 }]);
    // What goes out later is of that day's budget, which may be used up then.
    const later = async (hours: number) => {
      const sendAt = new Date(now + hours * 3_600_000).toISOString();
      return (await key.call("POST", "/messages", { ...message(), sendAt })).body.messageId as string;
    };
    const tooLate = await later((Date.parse(midnight) - now) / 7_200_000);
    const tomorrow = await later(24);
    await advanceClock(86_400_000 + 1000);
    const traceOf = async (id: string) => (await key.call("GET", `/messages/${id}`)).body;
    expect(await traceOf(tooLate)).toMatchObject({
      status: "failed",
      channels: [{ outcome: "skipped", code: "over_budget" }],
    });
    expect(await traceOf(tomorrow)).toMatchObject({ status: "sent" });
    expect((await key.call("POST", "/messages", message())).status).toBe(201);
    expect((await key.call("POST", "/messages", message())).status).toBe(429);
  });

  it("what a message did not cost is returned to the budget", async () => {
    const key = await newKey();
    await budgetOf(key.client, "0.0453");
    const message = () => ({ to: newCustomer(), body: "Hello", rules: ["sms"] });
    // Each may cost 0.03878 and costs 0.00645.
    expect((await key.call("POST", "/messages", message())).status).toBe(201);
    const second = await eventually(
      "room in the budget",
      () => key.call("POST", "/messages", message()),
      ({ status }) => status === 201,
    );
    expect(second.status).toBe(201);
    await expectOver("0.0129", key);
  });

  /** Once both are over, so much is spent, to the last decimal. */
  const expectOver = (spent: string, key: Awaited<ReturnType<typeof newKey>>) =>
    eventually(
      spent,
      () => key.call("POST", "/messages", { to: newCustomer(), body: "Hello", rules: ["sms"] }),
      ({ status, body }) => status === 429 && body.errors[0].message.startsWith(`${spent} USD are spent`),
    );

  it("a message counts against the budget once, however often its request is repeated", async () => {
    const key = await newKey();
    await budgetOf(key.client, "0.04");
    const message = { to: newCustomer(), body: "Hello", rules: ["sms"] };
    const headers = { "idempotency-key": "one" };
    const first = await key.call("POST", "/messages", message, headers);
    expect(first.status).toBe(201);
    for (let again = 0; again < 3; again += 1)
      expect((await key.call("POST", "/messages", message, headers)).body).toEqual(first.body);
  });

  it("a client without a budget is not limited", async () => {
    const key = await newKey();
    const message = { to: newCustomer(), body: "x".repeat(1000), rules: ["sms"] };
    for (let count = 0; count < 5; count += 1)
      expect((await key.call("POST", "/messages", message)).status).toBe(201);
  });
});
