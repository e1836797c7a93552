/** The bars of a message: from claim to end, the window behind, receipts as ticks. */
import { expect, it } from "vitest";
import type { Trace } from "../../../infra/local/console/contract.ts";
import { waterfall } from "../../../infra/local/console/page/waterfall.ts";

const time = (second: number) => new Date(Date.UTC(2030, 0, 1, 12, 0, second)).toISOString();
const fellBack: Trace = {
  messageId: "m1",
  status: "delivered",
  createdAt: time(0),
  finishedAt: time(10),
  channels: [
    {
      channel: "whatsApp",
      outcome: "failed",
      cost: { usd: "0", source: "priceTable" },
      events: [
        { status: "claimed", at: time(0) },
        { status: "failed", at: time(2) },
      ],
    },
    {
      channel: "fbMessenger",
      outcome: "delivered",
      events: [
        { status: "claimed", at: time(2) },
        { status: "sent", at: time(4) },
        { status: "delivered", at: time(10) },
        { status: "read", at: time(3600) },
      ],
    },
    { channel: "sms", outcome: "notTried" },
  ],
};
const windows = new Map([
  ["whatsApp", 5],
  ["fbMessenger", 600],
]);

it("each channel that was tried has a bar on one line of time; what lies behind its end is at the edge", () => {
  expect(waterfall(fellBack, windows, Date.parse(time(4000)))).toEqual({
    wholeMs: 10_000,
    bars: [
      {
        channel: "whatsApp",
        tone: "bad",
        from: 0,
        to: 0.2,
        window: { from: 0, to: 0.5 },
        ticks: [0.2],
        said: "failed 2 s",
        cost: "0",
      },
      {
        channel: "fbMessenger",
        tone: "good",
        from: 0.2,
        to: 1,
        window: { from: 0.2, to: 1 },
        ticks: [0.4, 1, 1],
        said: "taken 4 s, delivered 10 s, read 1 h",
      },
    ],
  });
});

it("a channel that waits has a bar up to now, and the time goes on to the end of its window", () => {
  const waiting: Trace = {
    messageId: "m1",
    status: "sent",
    createdAt: time(0),
    channels: [
      {
        channel: "whatsApp",
        outcome: "sent",
        events: [
          { status: "claimed", at: time(0) },
          { status: "sent", at: time(1) },
        ],
      },
    ],
  };
  const { wholeMs, bars } = waterfall(waiting, new Map([["whatsApp", 20]]), Date.parse(time(5)));
  expect(wholeMs).toBe(20_000);
  expect(bars).toMatchObject([{ from: 0, to: 0.25, window: { from: 0, to: 1 }, ticks: [0.05] }]);
});

it("where the windows are not known there are bars alone, and where nothing was tried there is none", () => {
  const { bars } = waterfall(fellBack, new Map(), 0);
  expect(bars.map(({ window }) => window)).toEqual([undefined, undefined]);
  const untried = { ...fellBack, channels: [{ channel: "sms", outcome: "skipped", reason: "no address" }] };
  expect(waterfall(untried, windows, 0).bars).toEqual([]);
});
