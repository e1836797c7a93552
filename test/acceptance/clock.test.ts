/** The clock that is moved, from outside: whatever a timer wakes is over before the next one, and at that timer's time. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryDirectory } from "../unit/commands/command.ts";
import { arrivedAt, aws, type Customer, carrier, newCustomer, send, setPhone, traceOf } from "./service.ts";

const hour = 3_600_000;

interface Moved {
  now: string;
  steps: number;
  timers: Record<string, number>;
}

async function moveClock(advanceMs: number): Promise<Moved> {
  const response = await fetch(`${carrier}/carrier/clock`, {
    method: "POST",
    body: JSON.stringify({ advanceMs }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Moved;
}

interface Trace {
  status: string;
  channels: { channel: string; outcome: string; events: { status: string; at: string }[] }[];
}
const eventsIn = ({ channels }: Trace) => channels.flatMap(({ events }) => events ?? []);
const timesIn = (trace: Trace) => eventsIn(trace).map(({ at }) => Date.parse(at));
const isOrdered = (times: number[]) =>
  times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0));

const silent = (customer: Customer) => setPhone(customer, "fbMessenger", { delivers: false });

it("an hour on, a message is delivered by the channel that a window's end leads to, and is not failed", async () => {
  const customer = newCustomer();
  await silent(customer);
  await setPhone(customer, "sms", { delayMs: 60_000 });
  const rules = [
    { channel: "fbMessenger", fallbackAfter: 300 },
    { channel: "sms", fallbackAfter: 300 },
  ];
  const { body } = await send({ to: customer, body: "Hello", rules });
  const moved = await moveClock(hour);
  const trace: Trace = await traceOf(body.messageId);
  expect(trace).toMatchObject({
    status: "delivered",
    channels: [{ outcome: "timedOut" }, { outcome: "delivered" }],
  });
  expect(eventsIn(trace).map(({ status }) => status)).toEqual([
    "claimed",
    "sent",
    "timedOut",
    "claimed",
    "sent",
    "delivered",
  ]);
  expect(isOrdered(timesIn(trace))).toBe(true);
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  // Other tests' messages may have some on the way too.
  for (const kind of ["window", "receipt", "arrival"]) expect(moved.timers[kind]).toBeGreaterThan(0);
});

it("what a timer wakes happens at the timer's own time, to the millisecond", async () => {
  const customer = newCustomer();
  await silent(customer);
  await setPhone(customer, "sms", { delayMs: 7_001 });
  const rules = [
    { channel: "fbMessenger", fallbackAfter: 300 },
    { channel: "sms", until: "delivered" },
  ];
  const { body } = await send({ to: customer, body: "Hello", rules });
  await moveClock(hour);
  const [timedOut = 0, ...after] = timesIn(await traceOf(body.messageId)).slice(2);
  expect(after.map((at) => at - timedOut)).toEqual([0, 0, 7_001]);
});

it("a silent route fails at its own time, each channel after the one before", async () => {
  const customer = newCustomer();
  await silent(customer);
  await setPhone(customer, "sms", { delivers: false });
  await setPhone(customer, "whatsApp", { delivers: false });
  const rules = ["fbMessenger", "whatsApp", "sms"].map((channel) => ({ channel, fallbackAfter: 60 }));
  const { body } = await send({ to: customer, body: "Hello", rules });
  await moveClock(hour);
  const trace: Trace = await traceOf(body.messageId);
  expect(trace.channels.map(({ outcome }) => outcome)).toEqual(["timedOut", "timedOut", "timedOut"]);
  for (const { events } of trace.channels)
    expect(events.map(({ status }) => status)).toEqual(["claimed", "sent", "timedOut"]);
  expect(isOrdered(timesIn(trace))).toBe(true);
});

it("an idle system moves on by 30 days without a stop on the way", async () => {
  await moveClock(30 * 24 * hour);
  const from = Date.parse((await moveClock(0)).now);
  const { now, steps, timers } = await moveClock(30 * 24 * hour);
  expect({ steps, timers }).toEqual({ steps: 0, timers: {} });
  expect(Date.parse(now) - from).toBeGreaterThanOrEqual(30 * 24 * hour);
});

it("the report of a local run is of its clock's day, to which the clock was moved", async () => {
  const customer = newCustomer();
  const { now } = await moveClock(24 * hour);
  await send({ to: customer, body: "Hello", rules: ["sms"] });
  const file = join(temporaryDirectory(), "report.html");
  const { status, stderr } = await run("report", ["--local", "--out", file], {
    environment: { AWS_PORT: new URL(aws).port, CARRIER_PORT: new URL(carrier).port },
  });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/drawing [1-9][\d,]* messages?\n/)]);
  const day = /^… reading \S+ to (\S+) from/.exec(stderr)?.[1] ?? "";
  // Another test may have moved the clock on.
  expect(Date.parse(day)).toBeGreaterThanOrEqual(Date.parse(now.slice(0, 10)));
});
