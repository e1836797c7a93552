/** What is learnt from receipts, from outside: the order by purpose, and windows that fit. */
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import {
  advanceClock,
  type Customer,
  call,
  final,
  newCustomer,
  onPhone,
  send,
  setPhone,
  until,
  untilOutcome,
} from "./service.ts";

const channels = ["sms", "fbMessenger", "whatsApp"];
const planOf = async (message: object) => (await call("POST", "/messages/plan", message)).body;
const order = ({ hops }: { hops: { channel: string }[] }) => hops.map(({ channel }) => channel);

async function sendAndRead(customer: Customer, profileId: string, channel: "fbMessenger" | "whatsApp") {
  const { body } = await send({ to: { profileId, ...customer }, body: "Hello", rules: [channel] });
  await untilOutcome(body.messageId, channel, "delivered");
  if (channel === "whatsApp") {
    await onPhone(customer, channel, "read");
    await until(body.messageId, ["read"]);
  }
}

describe("rules with `prefer`", () => {
  it("rules that prefer engagement try the channel where the customer reads first, and the plan says why", async () => {
    const customer = newCustomer();
    const profileId = `habits-${customer.fbMessengerId}`;
    for (const channel of ["fbMessenger", "whatsApp", "fbMessenger", "whatsApp"] as const)
      await sendAndRead(customer, profileId, channel);
    const message = { to: { profileId }, body: "Hello", rules: { prefer: "engagement", channels } };
    const plan = await eventually(
      "four tries known",
      () => planOf(message),
      ({ hops }) =>
        hops.reduce(
          (sum: number, { why }: { why: { tries?: { own: number } } }) => sum + (why.tries?.own ?? 0),
          0,
        ) === 4,
    );
    expect(order(plan)[0]).toBe("whatsApp");
    expect(order(plan).indexOf("fbMessenger")).toBe(2);
    expect(plan.hops[0].why).toMatchObject({ prefer: "engagement", tries: { own: 2 } });
    expect(plan.hops[0].why.chance).toBeGreaterThan(plan.hops[2].why.chance);

    // The message goes by the plan, and its trace is in the order that was chosen.
    const { body } = await send(message);
    expect(order(body.plan)).toEqual(order(plan));
    const trace = await until(body.messageId, final);
    expect(trace.channels.map(({ channel }: { channel: string }) => channel)).toEqual(order(plan));
    expect(trace.channels[0].outcome).toBe("delivered");
  });

  it("rules that prefer cost try the channel of the lowest expected cost first, and the plan has the numbers", async () => {
    const customer = newCustomer();
    const profileId = `costs-${customer.fbMessengerId}`;
    await setPhone(customer, "fbMessenger", { delivers: false });
    const options = { whatsApp: { template: { name: "a", language: "en" }, category: "utility" } };
    const message = {
      to: { profileId, ...customer },
      body: "Hello",
      channelOptions: options,
      rules: { prefer: "cost", channels },
    };
    const { body } = await send({ ...message, rules: ["whatsApp"] });
    await until(body.messageId, final);
    const plan = await eventually(
      "a try known",
      () => planOf(message),
      ({ hops }) => hops.some(({ why }: { why: { tries?: { own: number } } }) => why.tries?.own === 1),
    );
    expect(order(plan)).toEqual(["fbMessenger", "whatsApp", "sms"]);
    const ratios = plan.hops.map(({ why }: { why: { costToReach: string } }) => Number(why.costToReach));
    expect(ratios).toEqual(ratios.toSorted((a: number, b: number) => a - b));
  });

  it("rules with `prefer` go by the prices alone, or keep their order, where nothing is known of the customer", async () => {
    // No other test knows somebody there: Niue.
    const to = { phoneNumber: "+6834002", fbMessengerId: "niue" };
    const planBy = (prefer: string) =>
      planOf({ to, body: "Hello", rules: { prefer, channels: ["sms", "fbMessenger"] } });
    const byCost = await planBy("cost");
    expect(order(byCost)).toEqual(["fbMessenger", "sms"]);
    expect(byCost.hops[0].why).toMatchObject({ prefer: "cost", nothingKnown: true, costToReach: "0" });
    const { cheapest, expected, dearest } = byCost.cost;
    expect(Number(expected)).toBeGreaterThanOrEqual(Number(cheapest));
    expect(Number(expected)).toBeLessThanOrEqual(Number(dearest));
    const byEngagement = await planBy("engagement");
    expect(order(byEngagement)).toEqual(["sms", "fbMessenger"]);
    expect(byEngagement.hops[0].why).toEqual({ prefer: "engagement", nothingKnown: true });
  });
});

describe("a window that is `auto`", () => {
  it("an `auto` window is as long as 95 % of the receipts in the country took, within bounds", async () => {
    const numberOf = (index: number) => `+298${211_000 + index}`;
    const rules = [{ channel: "sms", fallbackAfter: "auto" }];
    const message = (index: number) => ({ to: { phoneNumber: numberOf(index) }, body: "Hello", rules });
    const before = await planOf(message(0));
    expect(before.hops[0]).toMatchObject({ timeoutSeconds: 600, fit: { receipts: 0, bounds: [60, 2400] } });
    await call(
      "POST",
      "/messages/batch",
      Array.from({ length: 20 }, (_, index) => message(index)),
    );
    const after = await eventually(
      "20 receipts",
      () => planOf(message(0)),
      ({ hops }) => hops[0].fit.receipts === 20,
    );
    expect(after.hops[0].timeoutSeconds).toBe(Math.max(60, after.hops[0].fit.within95Seconds));
    expect(after.hops[0].fit.within95Seconds).toBeGreaterThan(0);
  });

  it("an `auto` window leaves the last channel its time before the message expires", async () => {
    const customer = newCustomer();
    await setPhone(customer, "fbMessenger", { delivers: false });
    const expiresOn = new Date(Date.parse(await advanceClock(0)) + 700_000).toISOString();
    const message = { to: customer, body: "Hi", rules: ["fbMessenger", "sms"], expiresOn };
    const { body } = await send(message);
    const [first, last] = body.plan.hops;
    expect(last.timeoutSeconds).toBe(600);
    expect(first.timeoutSeconds).toBeGreaterThan(90);
    expect(first.timeoutSeconds).toBeLessThanOrEqual(100);
    await untilOutcome(body.messageId, "fbMessenger", "sent");
    await advanceClock(100_000);
    expect(await until(body.messageId, final)).toMatchObject({
      status: "delivered",
      channels: [{ outcome: "timedOut" }, { channel: "sms", outcome: "delivered" }],
    });
  });
});
