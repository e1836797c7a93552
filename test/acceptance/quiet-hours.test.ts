/** Quiet hours from outside: the customer's clock is in a zone of its own, and the system's clock is moved. */
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { advanceClock, arrivedAt, newCustomer, setPhone } from "./service.ts";

const hour = 3_600_000;
const timeZone = "Asia/Kolkata";
const clockThere = (at: number) =>
  new Date(at).toLocaleTimeString("sv", { timeZone, hour: "2-digit", minute: "2-digit" });

/** A client whose customers have quiet hours on SMS since an hour, for two more. */
async function atNight(settings: object = {}) {
  const key = await newKey();
  const now = Date.parse(await advanceClock(1));
  const [from, to] = [clockThere(now - hour), clockThere(now + 2 * hour)];
  const quietHours = [{ channels: ["sms"], from, to, ...settings }];
  expect((await key.call("PUT", "/settings", { quietHours })).status).toBe(200);
  const customer = { ...newCustomer(), timeZone };
  const send = (message: object = {}) =>
    key.call("POST", "/messages", { to: customer, body: "Hello", rules: ["sms"], ...message });
  const traceOf = async (id: string) => (await key.call("GET", `/messages/${id}`)).body;
  const until = (id: string, what: string, holds: (trace: Awaited<ReturnType<typeof traceOf>>) => boolean) =>
    eventually(what, () => traceOf(id), holds);
  const smsIs = (id: string, outcome: string) =>
    until(id, `sms ${outcome}`, ({ channels }) =>
      channels.some((one: Record<string, string>) => one.channel === "sms" && one.outcome === outcome),
    );
  return { key, now, to, customer, send, traceOf, until, smsIs };
}

it("an SMS whose turn comes at night waits for the morning, and the plan and the trace say so", async () => {
  const { to, customer, send, smsIs } = await atNight();
  const { status, body } = await send();
  expect(status).toBe(201);
  const [{ quietHours }] = body.plan.hops;
  expect(quietHours).toMatchObject({
    action: "wait",
    timeZone,
    reason: `waits until ${to} in ${timeZone}`,
  });
  const waiting = await smsIs(body.messageId, "waiting");
  expect(waiting).toMatchObject({ status: "processing", quietHours: { timeZones: [timeZone] } });
  expect(waiting.channels[0].events).toMatchObject([
    { status: "waiting", until: quietHours.until, timeZone },
  ]);
  await advanceClock(1.5 * hour);
  expect((await smsIs(body.messageId, "waiting")).status).toBe("processing");
  expect(await arrivedAt(customer, "sms")).toEqual([]);

  await advanceClock(0.6 * hour);
  const trace = await smsIs(body.messageId, "delivered");
  expect(trace.channels[0].events.map((event: { status: string }) => event.status)).toContain("waiting");
  const claimed = trace.channels[0].events.find((event: { status: string }) => event.status === "claimed");
  expect(claimed.at >= quietHours.until).toBe(true);
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
});

it("what is not to wait is skipped: at once, or when its turn comes", async () => {
  // biome-ignore lint/suspicious/noThenProperty: the setting's name
  const { customer, send, smsIs, until } = await atNight({ then: "skip" });
  const { body } = await send({ rules: ["sms", "fbMessenger"] });
  expect(body.plan).toMatchObject({
    hops: [{ channel: "fbMessenger" }],
    skipped: [{ channel: "sms", code: "quiet_hours" }],
  });
  expect(await send()).toMatchObject({ status: 422, body: { errors: [{ code: "quiet_hours" }] } });

  await setPhone(customer, "fbMessenger", { registered: false });
  const later = await send({ rules: ["fbMessenger", "sms"] });
  expect(later.body.plan.hops[1].quietHours).toMatchObject({ action: "skip" });
  await smsIs(later.body.messageId, "skipped");
  const trace = await until(later.body.messageId, "failed", ({ status }) => status === "failed");
  expect(trace.channels[1]).toMatchObject({ outcome: "skipped", code: "quiet_hours" });
  expect(await arrivedAt(customer, "sms")).toEqual([]);
});

it("a message may say so itself, and an authentication code does not wait", async () => {
  const { customer, send, smsIs } = await atNight();
  await smsIs((await send({ quietHours: "ignore" })).body.messageId, "delivered");
  await smsIs((await send({ category: "authentication" })).body.messageId, "delivered");
  expect((await send({ quietHours: "skip" })).status).toBe(422);
  expect(await arrivedAt(customer, "sms")).toHaveLength(2);
});

it("a message that waits can be cancelled", async () => {
  const { key, customer, send, smsIs, traceOf } = await atNight();
  const { messageId } = (await send()).body;
  await smsIs(messageId, "waiting");
  expect((await key.call("DELETE", `/messages/${messageId}`)).status).toBe(202);
  await advanceClock(3 * hour);
  expect(await traceOf(messageId)).toMatchObject({
    status: "cancelled",
    channels: [{ outcome: "notTried" }],
  });
  expect(await arrivedAt(customer, "sms")).toEqual([]);
});

it("a message that expires before the morning does not wait for it", async () => {
  const { now, customer, send, smsIs, until } = await atNight();
  const expiresOn = new Date(now + hour).toISOString();
  expect(await send({ expiresOn })).toMatchObject({
    status: 422,
    body: { errors: [{ code: "quiet_hours" }] },
  });
  await setPhone(customer, "fbMessenger", { registered: false });
  const { messageId } = (await send({ expiresOn, rules: ["fbMessenger", "sms", "whatsApp"] })).body;
  expect((await smsIs(messageId, "skipped")).channels[1].reason).toContain("expires before");
  await until(messageId, "delivered", ({ channels }) => channels[2].outcome === "delivered");
});

it("settings that are not right are refused by their names", async () => {
  const { call } = await newKey();
  const refused = async (entry: object) =>
    (await call("PUT", "/settings", { quietHours: [{ from: "21:00", to: "08:00", ...entry }] })).body.errors;
  expect(await refused({ from: "9pm" })).toMatchObject([{ path: "quietHours[0].from" }]);
  expect(await refused({ to: "21:00" })).toMatchObject([{ path: "quietHours[0].to" }]);
  expect(await refused({ channels: ["sms", "pigeon"] })).toMatchObject([
    { path: "quietHours[0].channels[1]" },
  ]);
  expect(await refused({ countries: ["XX"] })).toMatchObject([{ path: "quietHours[0].countries[0]" }]);
  const profile = { timeZone: "+01:00" };
  expect((await call("PUT", "/profiles/anna", profile)).body.errors).toMatchObject([{ path: "timeZone" }]);
});
