/** Hours in which customers are left alone, from outside, on the clock that the test moves. */
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { advanceClock, arrivedAt, final, newCustomer } from "./service.ts";

const minute = 60_000;
const hour = 60 * minute;
const zone = "Asia/Tokyo";
const timeIn = (at: number) =>
  new Intl.DateTimeFormat("sv", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(at);

/** A client whose customers in Tokyo are left alone from a minute ago, for two hours. */
async function newClient(then: "wait" | "skip" = "wait") {
  const key = await newKey();
  const nowMs = Date.parse(await advanceClock(0));
  const quietHours = [{ from: timeIn(nowMs - minute), to: timeIn(nowMs + 2 * hour), then }];
  expect((await key.call("PUT", "/settings", { quietHours })).status).toBe(200);
  await advanceClock(minute);
  const to = newCustomer();
  const profileId = `p-${to.phoneNumber}`;
  await key.call("PUT", `/profiles/${encodeURIComponent(profileId)}`, { ...to, timeZone: zone });
  const message = { to: { profileId }, body: "Hello", rules: ["sms", "fbMessenger"] };
  const trace = async (messageId: string) => (await key.call("GET", `/messages/${messageId}`)).body;
  const until = (
    messageId: string,
    isThere: (trace: Awaited<ReturnType<typeof key.call>>["body"]) => boolean,
  ) => eventually("the trace", () => trace(messageId), isThere);
  return { ...key, to, message, until };
}

it("an SMS waits for the end of the customer's quiet hours, and the plan and the trace say until when", async () => {
  const { call, to, message, until } = await newClient();
  const { body } = await call("POST", "/messages", message);
  expect(body.plan.hops[0].quietHours).toMatchObject({
    action: "wait",
    timeZone: zone,
    reason: expect.stringMatching(/^waits until \d\d:\d\d in Asia\/Tokyo$/),
  });
  const waiting = await until(body.messageId, ({ channels }) => channels[0].outcome === "waiting");
  expect(waiting.status).toBe("processing");
  const [{ status, until: end }] = waiting.channels[0].events;
  expect(status).toBe("waiting");
  expect(body.plan.hops[0].quietHours.reason).toContain(timeIn(Date.parse(end)));
  await advanceClock(hour);
  expect(await arrivedAt(to, "sms")).toHaveLength(0);
  await advanceClock(hour + minute);
  expect((await until(body.messageId, (trace) => final.includes(trace.status))).status).toBe("delivered");
  expect(await arrivedAt(to, "sms")).toHaveLength(1);
});

it("a message that may not wait goes on to the next channel, one that ignores them goes out, and a login code too", async () => {
  const { call, to, message, until } = await newClient("skip");
  // biome-ignore lint/suspicious/noThenProperty: the setting's name in the API
  const quietHours = [{ channels: ["sms"], from: "00:00", to: "23:59", then: "skip" }];
  await call("PUT", "/settings", { quietHours });
  await advanceClock(minute);
  const skipped = await call("POST", "/messages", message);
  expect(skipped.body.plan.skipped).toMatchObject([{ channel: "sms", code: "quiet_hours" }]);
  await until(skipped.body.messageId, (trace) => final.includes(trace.status));
  expect(await arrivedAt(to, "sms")).toHaveLength(0);
  expect(await arrivedAt(to, "fbMessenger")).toHaveLength(1);
  for (const more of [{ quietHours: "ignore" }, { category: "authentication" }]) {
    const { body } = await call("POST", "/messages", { ...message, ...more });
    await until(body.messageId, (trace) => final.includes(trace.status));
  }
  expect(await arrivedAt(to, "sms")).toHaveLength(2);
});

it("a message that is cancelled while it waits, or expires before their end, is never sent", async () => {
  const { call, to, message, until } = await newClient();
  const only = { ...message, rules: ["sms"] };
  const cancelled = await call("POST", "/messages", only);
  await until(cancelled.body.messageId, ({ channels }) => channels[0].outcome === "waiting");
  expect((await call("DELETE", `/messages/${cancelled.body.messageId}`)).status).toBe(202);
  const expiresOn = new Date(Date.parse(await advanceClock(0)) + hour).toISOString();
  const late = await call("POST", "/messages", { ...only, expiresOn });
  expect([late.status, late.body.errors]).toMatchObject([422, [{ code: "quiet_hours" }]]);
  await advanceClock(3 * hour);
  expect((await until(cancelled.body.messageId, (trace) => final.includes(trace.status))).status).toBe(
    "cancelled",
  );
  expect(await arrivedAt(to, "sms")).toHaveLength(0);
});
