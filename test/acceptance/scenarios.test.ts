/** The scenarios of the page and the tutorial, through the running system: each comes out as its data says. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { customer as anna, newPhone, scenarios, zoneAt } from "../../infra/local/console/scenarios.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import {
  addressOf,
  advanceClock,
  allChannels,
  type ChannelId,
  carrier,
  newCustomer,
  onPhone,
  setPhone,
} from "./service.ts";

it("the customer of the scenarios has an address for every channel, and a new phone is as the carrier's are", async () => {
  const someone = newCustomer();
  expect(Object.keys(anna)).toEqual(Object.keys(someone));
  const phone = await fetch(`${carrier}/carrier/sms/${encodeURIComponent(someone.phoneNumber)}`);
  expect(await phone.json()).toMatchObject(newPhone);
});

it("the tutorial names every scenario", () => {
  const tutorial = readFileSync(resolve(import.meta.dirname, "../../infra/local/TUTORIAL.md"), "utf8");
  for (const { name } of scenarios) expect(tutorial).toContain(`*${name}*`);
});

it.each(scenarios)("$name", async ({ phones, settings, request, steps, expected }) => {
  const { customersHour, ...message } = request;
  const key = await newKey();
  const customer = newCustomer();
  for (const channel of allChannels) await setPhone(customer, channel, { ...newPhone, ...phones[channel] });
  if (settings !== undefined) await key.call("PUT", "/settings", settings);
  const now = new Date(await advanceClock(1));
  const timeZone = customersHour === undefined ? {} : { timeZone: zoneAt(customersHour, now) };
  const toSend = { to: { ...customer, ...timeZone }, ...message };
  const send = async (): Promise<string> => {
    const { status, body } = await key.call("POST", "/messages", toSend);
    expect(status, JSON.stringify(body)).toBe(201);
    return body.messageId;
  };
  let messageId = await send();
  const trace = async () => (await key.call("GET", `/messages/${messageId}`)).body;
  const { answered = {}, ...outcome } = expected;
  const isAsExpected = (trace: object) => {
    try {
      expect(trace).toMatchObject(outcome);
      return true;
    } catch {
      return false;
    }
  };
  for (const step of steps) {
    // What is sent at once has been sent: the clock moves on only then.
    await eventually(
      "a channel",
      trace,
      ({ status, channels }) =>
        status !== "processing" || channels.some((one: { outcome: string }) => one.outcome === "waiting"),
    );
    if ("advanceMs" in step) await advanceClock(step.advanceMs);
    else if ("sendOnceSkipped" in step) {
      await eventually(
        `${step.sendOnceSkipped} skipped`,
        async () => (await key.call("POST", "/messages/plan", toSend)).body.skipped,
        (skipped) => skipped.some((one: { channel: string }) => one.channel === step.sendOnceSkipped),
      );
      messageId = await send();
    } else await onPhone(customer, step.answerBy as ChannelId, "messages", { body: step.answer });
  }
  await eventually(JSON.stringify(outcome), trace, isAsExpected);
  for (const [channel, words] of Object.entries(answered)) {
    const address = encodeURIComponent(addressOf(customer, channel as ChannelId));
    const phone = await (await fetch(`${carrier}/carrier/${channel}/${address}`)).json();
    expect(phone).toMatchObject({ written: [{ body: words }] });
  }
});
