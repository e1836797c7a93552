import { describe, expect, it } from "vitest";
import type { ChannelTrace, Trace } from "../../../infra/local/console/contract.ts";
import { explain } from "../../../infra/local/console/page/explain.ts";
import { headline } from "../../../infra/local/console/page/headline.ts";
import type { Step } from "../../../infra/local/console/page/history.ts";

const names: Record<string, string> = {
  whatsApp: "WhatsApp",
  fbMessenger: "Facebook Messenger",
  appMessaging: "App messaging",
  sms: "SMS",
};
const nameOf = (channel: string) => names[channel] ?? channel;

const finishedAt = "2030-01-01T00:00:10.000Z";
const traceOf = (status: string, channels: ChannelTrace[], more: Partial<Trace> = {}): Trace => ({
  messageId: "m1",
  status,
  createdAt: "2030-01-01T00:00:00.000Z",
  channels,
  ...more,
});
const failed = (channel: string, name: string): ChannelTrace => ({
  channel,
  outcome: "failed",
  error: { name, code: "131026", message: "Message undeliverable" },
  events: [{ status: "failed", at: "2030-01-01T00:00:01.000Z" }],
});
const waitingAt = (name: string): Step => ({
  id: 1,
  name,
  type: "Task",
  status: "In progress",
  enteredAt: 0,
  retries: 0,
  events: [],
  deadline: Date.parse("2030-01-01T00:05:00.000Z") / 1000,
});

it("a channel that waits for the end of quiet hours says until when, by the customer's clock", () => {
  const event = {
    at: "2030-01-01T22:00:00.000Z",
    until: "2030-01-02T07:00:00.000Z",
    timeZone: "Europe/Berlin",
  };
  const sms: ChannelTrace = { channel: "sms", outcome: "waiting", events: [{ status: "waiting", ...event }] };
  const trace = traceOf("processing", [sms]);
  expect(explain(trace, nameOf)).toMatchObject([
    {
      verdict: "Quiet hours",
      why: "Its turn came in the customer's quiet hours: it waits until 08:00 in Europe/Berlin.",
    },
  ]);
  expect(headline(trace, nameOf)).toBe("Waiting for the end of quiet hours before SMS");
});

describe("the explanation of why a message went by SMS", () => {
  it("the explanation names which channels failed and how, grouped by reason", () => {
    const trace = traceOf(
      "delivered",
      [
        failed("whatsApp", "NotRegistered"),
        failed("fbMessenger", "NotRegistered"),
        { channel: "appMessaging", outcome: "skipped", reason: "no appDevices in `to` or the profile" },
        { channel: "sms", outcome: "delivered" },
      ],
      { finishedAt },
    );
    expect(headline(trace, nameOf)).toBe(
      "Delivered by SMS, because WhatsApp and Facebook Messenger failed (the customer is not registered there) and App messaging was skipped (no appDevices in `to` or the profile)",
    );
  });

  it("the explanation is that SMS was the first choice, where it was", () => {
    const trace = traceOf(
      "sent",
      [
        { channel: "sms", outcome: "sent" },
        { channel: "whatsApp", outcome: "notTried" },
      ],
      {
        finishedAt,
      },
    );
    expect(headline(trace, nameOf)).toBe("Sent by SMS, the first choice");
  });

  it("the explanation is not given while a receipt is awaited", () => {
    const trace = traceOf("sent", [failed("whatsApp", "Rejected"), { channel: "sms", outcome: "sent" }]);
    expect(headline(trace, nameOf, waitingAt("SMS"))).toBe(
      "Sent by SMS, waiting for its receipt; because WhatsApp failed (the provider rejected the message)",
    );
  });

  it.each([
    { status: "failed", expected: "Not delivered, because WhatsApp failed (the provider was not available)" },
    {
      status: "expired",
      expected:
        "Expired before a channel reached the customer, because WhatsApp failed (the provider was not available)",
    },
    { status: "cancelled", expected: "Cancelled: no further channel is tried" },
  ])("a message that is $status is explained", ({ status, expected }) => {
    const trace = traceOf(status, [failed("whatsApp", "ProviderUnavailable")], { finishedAt });
    expect(headline(trace, nameOf)).toBe(expected);
  });

  it("a channel that is being tried is named", () => {
    const trying = traceOf("processing", [
      failed("whatsApp", "Throttled"),
      { channel: "sms", outcome: "trying" },
    ]);
    expect(headline(trying, nameOf)).toBe(
      "Trying SMS now, because WhatsApp failed (the provider took no more messages for now)",
    );
    const silent = traceOf("processing", [{ channel: "whatsApp", outcome: "unknown" }]);
    expect(headline(silent, nameOf, waitingAt("WhatsApp"))).toBe("Waiting for a sign from WhatsApp");
  });
});

describe("the line of each channel", () => {
  const lineOf = (entry: ChannelTrace, more: Partial<Trace> = {}, waiting?: Step) => {
    const [line] = explain(
      traceOf("processing", [entry, { channel: "sms", outcome: "notTried" }], more),
      nameOf,
      waiting,
    );
    return line;
  };

  it("a channel's line keeps the provider's own text and code", () => {
    expect(lineOf(failed("whatsApp", "NotRegistered"))).toMatchObject({
      verdict: "Failed",
      tone: "bad",
      why: "The customer is not registered there.",
      said: "NotRegistered 131026: Message undeliverable",
    });
  });

  it("an error without an explanation of its own is named", () => {
    expect(lineOf(failed("whatsApp", "SomethingNew"))?.why).toBe("It ended with SomethingNew.");
  });

  it("a waiting channel's line says until when it waits, and which channel is next", () => {
    const line = lineOf({ channel: "whatsApp", outcome: "sent" }, {}, waitingAt("WhatsApp"));
    expect(line).toMatchObject({ verdict: "Sent, waiting", tone: "busy" });
    expect(line?.why).toMatch(
      /^The provider took it\. Waits for a receipt until \d\d:05:00, then goes on to SMS\.$/,
    );
  });

  it("a channel whose window ended has a line that says how long it waited", () => {
    const line = lineOf({
      channel: "whatsApp",
      outcome: "timedOut",
      events: [
        { status: "claimed", at: "2030-01-01T00:00:00.000Z" },
        { status: "timedOut", at: "2030-01-01T00:05:00.000Z" },
      ],
    });
    expect(line).toMatchObject({
      verdict: "No sign in time",
      tone: "warning",
      why: "The provider took it, and no receipt came within 5 min.",
    });
  });

  it("a receipt that came too late is said to be late", () => {
    expect(lineOf({ channel: "whatsApp", outcome: "delivered", late: true })?.why).toMatch(
      /heard only after the route had moved on/,
    );
  });

  it("a channel waits its turn while one before it is open, and is being tried from then on", () => {
    const untried: ChannelTrace = { channel: "sms", outcome: "notTried" };
    const verdict = (before: ChannelTrace[], waiting?: Step, status = "processing") =>
      explain(traceOf(status, [...before, untried]), nameOf, waiting).at(-1)?.verdict;
    const sent: ChannelTrace = { channel: "whatsApp", outcome: "sent" };
    expect(verdict([sent])).toBe("Waits its turn");
    expect(verdict([{ ...sent, outcome: "trying" }])).toBe("Waits its turn");
    expect(verdict([{ ...sent, outcome: "unknown" }])).toBe("Waits its turn");
    expect(verdict([])).toBe("Trying");
    expect(verdict([failed("whatsApp", "NotRegistered")])).toBe("Trying");
    expect(verdict([{ ...sent, outcome: "skipped" }])).toBe("Trying");
    // Its task has begun, and the message is not yet claimed for it.
    expect(verdict([sent], waitingAt("SMS"))).toBe("Trying");
    expect(verdict([sent], waitingAt("WhatsApp"))).toBe("Waits its turn");
  });

  it("a scheduled message says until when, and tries nothing before", () => {
    const trace = traceOf("scheduled", [{ channel: "sms", outcome: "notTried" }], {
      sendAt: "2030-01-02T09:30:00.000Z",
    });
    expect(headline(trace, nameOf)).toMatch(/^Scheduled: no channel is tried before 2 Jan 2030, \d\d:30:00$/);
    expect(explain(trace, nameOf)).toMatchObject([
      { verdict: "Waits its turn", why: expect.stringMatching(/^No channel is tried before 2 Jan 2030/) },
    ]);
  });

  it("a channel that was not needed is told from one that had no turn", () => {
    expect(
      lineOf({ channel: "whatsApp", outcome: "notTried" }, { finishedAt, status: "sent" }),
    ).toMatchObject({
      verdict: "Not tried",
      why: "It was not needed.",
    });
    expect(lineOf({ channel: "whatsApp", outcome: "notTried" }, { finishedAt, status: "expired" })?.why).toBe(
      "The message had expired before its turn.",
    );
  });
});
