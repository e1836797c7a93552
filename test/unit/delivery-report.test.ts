/** The report's numbers are those of the metrics that the same messages gave CloudWatch; its page shows text as text. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Attempt, Message } from "../../functions/domain/message/message.ts";
import { changesBetween } from "../../functions/domain/outcome/changes.ts";
import { countMessages, percentile } from "../../functions/domain/reporting/delivery-report.ts";
import { metricsOf } from "../../functions/domain/reporting/message-metrics.ts";
import type { MetricGroup } from "../../functions/domain/reporting/metric-names.ts";
import { everyColour } from "../../infra/commands/report/colours.ts";
import { reportPage } from "../../infra/commands/report/page.ts";
import { messageFrom } from "./fixtures/changed-message.ts";

const days = { from: "2030-01-01", to: "2030-01-01" };
const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 9, 0, second)).toISOString();
const message = (rest: Partial<Message>) => messageFrom(at(0))({}, rest);

/** What one channel does, as the images of its attempt, one after the other. */
const behaviour = fc.constantFrom<("sent" | "failed" | "delivered" | "read" | "silent")[]>(
  ["failed"],
  ["sent", "failed"],
  ["sent", "silent"],
  ["silent"],
  ["sent", "delivered"],
  ["sent", "delivered", "read"],
  ["sent", "read"],
);
const errorName = fc.constantFrom("NotRegistered", "Rejected");
const story = fc
  .record({
    channels: fc.array(fc.tuple(behaviour, errorName), { minLength: 2, maxLength: 2 }),
    isSkipped: fc.boolean(),
    seconds: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ channels, isSkipped, seconds }): Message[] => {
    const skipped: Message["skipped"] = isSkipped
      ? { fbMessenger: { code: "no_address", reason: "none" } }
      : {};
    let current = message({ skipped });
    const images = [current];
    const change = (rest: Partial<Message>) => {
      current = { ...current, ...rest };
      images.push(current);
    };
    let time = 1;
    for (const [index, name] of ["whatsApp", "sms"].entries()) {
      const [steps, error] = channels[index] as (typeof channels)[number];
      const update = (rest: Attempt) =>
        change({ attempts: { ...current.attempts, [name]: { ...current.attempts[name], ...rest } } });
      update({ claimedAt: at(time) });
      for (const step of steps) {
        time += seconds;
        if (step === "silent") update({ endedAt: at(time) });
        else if (step === "failed")
          update({ failedAt: at(time), endedAt: at(time), error: { name: error, message: "no" } });
        else update({ [`${step}At`]: at(time) });
      }
      if (steps.includes("delivered") || steps.includes("read")) {
        change({ finishedAt: at(time), outcome: "reached" });
        return images;
      }
    }
    change({ finishedAt: at(time), outcome: "undeliverable" });
    return images;
  });

/** As the stream brings them: one change of the item after the other. */
const emitted = (stories: readonly Message[][]): MetricGroup[] =>
  stories.flatMap((images) =>
    metricsOf(
      images.map((after, index) => {
        const before = images[index - 1];
        return { before, after, changes: changesBetween(before, after) };
      }),
    ),
  );

const metrics = [
  "Attempts",
  "Sent",
  "Delivered",
  "Read",
  "Failures",
  "Skipped",
  "Finished",
  "FellBack",
] as const;

it("the report has the numbers that CloudWatch has of the same messages", () => {
  fc.assert(
    fc.property(fc.array(story, { maxLength: 20 }), (stories) => {
      const report = countMessages(days);
      for (const images of stories) report.add(images.at(-1) as Message);
      const counts = report.counts();
      const published = emitted(stories);
      for (const metric of metrics) {
        const sums: Record<string, number> = {};
        for (const { dimensions, counts } of published) {
          const name = Object.values(dimensions).join(": ");
          if (counts[metric] !== undefined) sums[name] = (sums[name] ?? 0) + counts[metric];
        }
        const drawn = counts.series(metric).map(({ name, values }) => [name, values[9]]);
        expect(Object.fromEntries(drawn)).toEqual(sums);
      }
      for (const [channel, seconds] of counts.seconds)
        expect(seconds).toEqual(
          published
            .filter(({ dimensions }) => dimensions.channel === channel)
            .flatMap(({ seconds }) => seconds.TimeToDelivery ?? [])
            .sort((a, b) => a - b),
        );
      expect(counts.messages).toBe(stories.length);
    }),
  );
});

it("the report counts by hour for up to three days, otherwise by day, each message when it was accepted", () => {
  const hours = countMessages({ from: "2030-01-01", to: "2030-01-03" });
  hours.add(message({ createdAt: "2030-01-02T23:59:59.999Z", finishedAt: at(1), outcome: "expired" }));
  hours.add(message({ createdAt: "2030-01-04T00:00:00.000Z", finishedAt: at(1), outcome: "expired" }));
  const { slots, series, messages } = hours.counts();
  expect(slots).toHaveLength(72);
  expect([slots[0], slots[47], slots[71]]).toEqual([
    "2030-01-01 00:00",
    "2030-01-02 23:00",
    "2030-01-03 23:00",
  ]);
  expect(series("Finished")[0]?.values.indexOf(1)).toBe(47);
  expect(messages).toBe(1);
  const week = countMessages({ from: "2030-01-01", to: "2030-01-07" }).counts();
  expect(week.slots).toHaveLength(7);
  expect(week.slots[6]).toBe("2030-01-07");
});

it("slots are fitted to the messages where no day was asked for, and are weeks where days would be too many", () => {
  const counting = (minutes: readonly number[]) => {
    const report = countMessages({ from: "2030-01-01", to: "2030-01-07" }, true);
    for (const minute of minutes)
      report.add(message({ createdAt: new Date(Date.UTC(2030, 0, 2, 9, minute)).toISOString() }));
    return report.counts();
  };
  expect(counting([2, 14])).toMatchObject({
    size: "5 minutes",
    slots: ["2030-01-02 09:00", "2030-01-02 09:05", "2030-01-02 09:10"],
  });
  expect(counting([0, 300]).slots).toHaveLength(6);
  expect(counting([0, 4 * 24 * 60])).toMatchObject({ size: "Day", messages: 2 });
  expect(counting([]).slots).toHaveLength(7);
  const year = countMessages({ from: "2030-01-01", to: "2030-12-31" }).counts();
  expect([year.size, year.slots.length, year.slots[1]]).toEqual(["Week from", 53, "2030-01-08"]);
});

it("the summary has what was reached, how fast and for how much, and the better order of channels first", () => {
  const report = countMessages(days);
  const hop = (channel: string, estimatedCost: string) => ({
    channel,
    timeoutSeconds: 60,
    until: "delivered" as const,
    estimatedCost,
  });
  const price: Record<string, string> = { whatsApp: "0", sms: "0.04" };
  const story = (order: readonly string[], reachedBy: string | undefined, seconds = 0) =>
    report.add(
      message({
        route: order.map((channel) => hop(channel, price[channel] ?? "0")),
        attempts: Object.fromEntries(
          order
            .slice(0, reachedBy === undefined ? order.length : order.indexOf(reachedBy) + 1)
            .map((channel) => [
              channel,
              channel === reachedBy
                ? { claimedAt: at(0), sentAt: at(1), deliveredAt: at(seconds) }
                : { claimedAt: at(0), failedAt: at(1), endedAt: at(1) },
            ]),
        ),
        finishedAt: at(50),
        outcome: reachedBy === undefined ? "undeliverable" : "reached",
      }),
    );
  story(["sms"], "sms", 4);
  story(["sms"], undefined);
  story(["whatsApp", "sms"], "whatsApp", 2);
  story(["whatsApp", "sms"], "sms", 8);
  const { summary, costs } = report.counts();
  expect(summary).toMatchObject({
    messages: 4,
    ended: 4,
    reached: 3,
    delivered: 3,
    fellBack: 1,
    medianSeconds: 4,
    usd: "0.08",
    saved: "0.04",
  });
  expect(summary.orders.map(({ channels, reached, usd }) => [channels.join(), reached, usd])).toEqual([
    ["whatsApp,sms", 2, "0.04"],
    ["sms", 1, "0.04"],
  ]);
  expect(costs.map(({ name, values }) => [name, values[9]])).toEqual([["sms", 0.08]]);
  const page = reportPage(report.counts(), origin);
  expect(page).toContain("WhatsApp → SMS");
  expect(page).toMatch(/Delivered<\/dt><dd><strong>75 %/);
  expect(page).toMatch(/Saved<\/dt><dd><strong>\$0\.04</);
  // Delivered is green and failed is red.
  expect(page).toMatch(/background:#2b8a3e"><\/span>Delivered/);
  expect(page).toMatch(/background:#e03131"><\/span>Failed/);
});

it("a channel that quiet hours passed over was not tried, in the summary as in the metrics", () => {
  const report = countMessages(days);
  const skipped = { code: "quiet_hours" as const, reason: "quiet until 8" };
  const passedOver = message({
    attempts: { whatsApp: { skipped, endedAt: at(1) }, sms: { ...claimed, deliveredAt: at(6) } },
    finishedAt: at(6),
    outcome: "reached",
  });
  report.add(passedOver);
  expect(report.counts().summary).toMatchObject({ reached: 1, fellBack: 0 });
  expect(
    metricsOf([{ before: undefined, after: passedOver, changes: changesBetween(undefined, passedOver) }]),
  ).not.toContainEqual(expect.objectContaining({ counts: expect.objectContaining({ FellBack: 1 }) }));
});

it.each([
  [0.5, 2],
  [0.9, 4],
  [0.01, 1],
])("the percentile at %d is the value by the nearest rank", (share, value) => {
  expect(percentile([1, 2, 3, 4], share)).toBe(value);
  expect(percentile([], share)).toBeUndefined();
});

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'></text>]]>&lt;`;
const origin = { ...days, readFrom: "the table t", at: at(59) };
const claimed = { claimedAt: at(1), sentAt: at(2) };

it("hostile names are shown as text, and the page has no external link", () => {
  const report = countMessages(days);
  report.add(
    message({
      route: [{ channel: hostile, timeoutSeconds: 1, until: "delivered" }],
      attempts: {
        [hostile]: {
          ...claimed,
          deliveredAt: at(3),
          failedAt: at(4),
          endedAt: at(4),
          error: { name: hostile, message: "" },
        },
      },
      finishedAt: at(4),
      outcome: "undeliverable",
    }),
  );
  const page = reportPage(report.counts(), { ...origin, readFrom: hostile });
  expect(page).not.toMatch(/<script|<img|alert\(1\)<\//i);
  expect(page).toContain("&#60;script&#62;alert(1)");
  // Only names of XML's vocabularies: nothing that a browser asks for.
  const addresses = page.match(/https?:\/\/[^"\s)]+/g) ?? [];
  expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]));
  // What markup of its own the page has: no event handler, and nothing that a browser asks for.
  const tags = page.match(/<[a-z][^<>]*>/gi) ?? [];
  expect(tags.filter((tag) => /\s(src|(xlink:)?href|action|on\w+)=|url\((?!#)/i.test(tag))).toEqual([]);
  expect(page).not.toContain("@import");
  expect(page).toContain(`Content-Security-Policy" content="default-src 'none'`);
});

it("a report without messages says so", () => {
  const page = reportPage(countMessages(days).counts(), origin);
  expect(page).toContain("0 messages");
  expect(page.match(/None in this time\./g)).toHaveLength(11);
  expect(page).not.toContain("<svg");
});

it("the numbers stand beside each chart", () => {
  const report = countMessages(days);
  const failed = {
    ...claimed,
    failedAt: at(3),
    endedAt: at(3),
    error: { name: "NotRegistered", message: "" },
  };
  report.add(
    message({
      attempts: { whatsApp: failed, sms: { ...claimed, deliveredAt: at(6) } },
      finishedAt: at(6),
      outcome: "reached",
    }),
  );
  const page = reportPage(report.counts(), origin);
  expect(page).toMatch(/WhatsApp: Not registered<\/th>/);
  expect(page).toMatch(/<th scope="row">2030-01-01 09:00<\/th><td>100 %<\/td>/);
  expect(page).toMatch(/<th scope="row">SMS<\/th><td>5 s<\/td><td>5 s<\/td>/);
  // A wide and a narrow one each; the orders have none.
  expect(page.match(/<svg aria-hidden="true"/g)).toHaveLength(
    2 * ((page.match(/<table>/g)?.length ?? 0) - 1),
  );
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
it.each(everyColour)("the colour %s has a contrast of 3 to 1 on light and on dark", (colour) => {
  for (const ground of ["#ffffff", "#171e27"]) {
    const [dark = 0, light = 0] = [luminance(colour), luminance(ground)].sort((a, b) => a - b);
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(3);
  }
});
