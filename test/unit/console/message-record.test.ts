/** What the console's server says of one message. */
import { expect, it } from "vitest";
import { shownMessage } from "../../../functions/domain/reporting/shown-message.ts";
import type { PublishedEvent } from "../../../infra/local/console/contract.ts";
import { recordOf } from "../../../infra/local/console/messages/record.ts";
import { itemOf } from "./messages-of.ts";

const published: PublishedEvent[] = [
  { id: "m1/3", type: "message.delivered", time: "2030-01-01T12:00:02.000Z", event: {} },
];
const record = (fields: Parameters<typeof itemOf>[0]) => recordOf(shownMessage(itemOf(fields)), published);

it("each channel of the rules has its address, its text and its window; a skipped one has no window", () => {
  const { channels } = record({
    customBody: { sms: "Short" },
    skipped: { appMessaging: { code: "no_address", reason: "no appDevices" } },
    rules: ["whatsApp", "fbMessenger", "sms", "appMessaging"],
  });
  const [text, estimatedCost] = ["Your order is on its way", "0.01"];
  expect(channels[0]).toEqual({
    channel: "whatsApp",
    address: "+447123123123",
    text,
    windowSeconds: 300,
    estimatedCost,
  });
  expect(channels[1]).toMatchObject({ address: "anna-thread", windowSeconds: 600 });
  expect(channels[2]).toMatchObject({ address: "+447123123123", text: "Short" });
  expect(channels[3]).toEqual({ channel: "appMessaging", address: undefined, text });
});

it("a template is named where it goes out first", () => {
  const { channels } = record({
    route: [{ channel: "whatsApp", timeoutSeconds: 300, until: "delivered", form: "template" }],
    channelOptions: { whatsApp: { template: { name: "order_update", language: "en" } } },
  });
  expect(channels[0]).toMatchObject({ template: "order_update" });
});

it("a route that was resumed has a second execution", () => {
  const attempts = {
    whatsApp: { sentAt: "2030-01-01T12:00:01.000Z", resumedAt: "2030-01-01T12:00:02.000Z" },
  };
  expect(record({}).executions).toEqual(["m1"]);
  expect(record({ attempts }).executions).toEqual(["m1", "m1-after-whatsApp"]);
});

it("a redacted message has no address and no text", () => {
  expect(record({}).events).toEqual(published);
  expect(record({ redactedAt: "2030-01-02T00:00:00.000Z" }).events).toEqual([]);
});
