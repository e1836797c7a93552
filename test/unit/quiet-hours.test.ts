/** Quiet hours by the clocks of 40 time zones, in particular in the nights in which these change. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  freeUntil,
  type QuietRule,
  type QuietSpan,
  quietAt,
  quietSpansOf,
} from "../../functions/domain/customer/quiet-hours.ts";
import { timeZonesOf } from "../../functions/domain/customer/time-zones.ts";

const zones = [
  ...["Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Africa/Johannesburg", "America/Anchorage"],
  ...["America/Argentina/Buenos_Aires", "America/Chicago", "America/Denver", "America/Halifax"],
  ...["America/Havana", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Nuuk"],
  ...["America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "Asia/Beirut"],
  ...["Asia/Dubai", "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tehran"],
  ...["Asia/Tokyo", "Atlantic/Azores", "Australia/Adelaide", "Australia/Eucla", "Australia/Lord_Howe"],
  ...["Australia/Sydney", "Europe/Berlin", "Europe/Chisinau", "Europe/Dublin", "Europe/Lisbon"],
  ...["Europe/London", "Europe/Moscow", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Honolulu"],
];

const minute = 60_000;
const hour = 60 * minute;
const formats = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat("sv", { timeZone, hour: "2-digit", minute: "2-digit" }),
  ]),
);
const clockOf = (zone: string, at: number): string => formats.get(zone)?.format(at) ?? "";

/** As a person who looks at the clock would say. */
function isQuiet(spans: readonly QuietSpan[], at: number, within: readonly string[]): boolean {
  return within.some((zone) => {
    const clock = clockOf(zone, at);
    return spans.some(({ from, to }) =>
      from < to ? from <= clock && clock < to : from <= clock || clock < to,
    );
  });
}

/** When the zone's clock is changed in 2026 and 2027; midsummer, where it never is. */
function changesOf(zone: string): number[] {
  const found: number[] = [];
  const shift = (at: number) => {
    const [hours, minutes] = clockOf(zone, at).split(":").map(Number);
    return ((hours ?? 0) * 60 + (minutes ?? 0) - at / minute + 2_000_000_000 * 1440) % 1440;
  };
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += hour)
    if (shift(at) !== shift(at + hour)) found.push(at + hour);
  return found.length > 0 ? found : [Date.UTC(2026, 5, 21)];
}
const changes = new Map(zones.map((zone) => [zone, changesOf(zone)]));

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 0, 1, 15, 30, 45, 59))
  .map((parts) => parts.map((part) => `${part}`.padStart(2, "0")).join(":"));
const span = fc
  .record({ from: time, to: time, action: fc.constant("wait" as const) })
  .filter(({ from, to }) => from !== to);
const night = fc.constantFrom(...zones).chain((zone) =>
  fc.record({
    zones: fc.subarray(zones, { maxLength: 2 }).map((others) => [...new Set([zone, ...others])]),
    at: fc
      .tuple(fc.constantFrom(...(changes.get(zone) ?? [])), fc.integer({ min: -30 * 3600, max: 6 * 3600 }))
      .map(([change, seconds]) => change + seconds * 1000),
  }),
);

describe("quiet hours", () => {
  it("40 zones have their changes of the clock", () => {
    expect(zones).toHaveLength(40);
    expect(changes.get("Europe/Berlin")?.map((at) => new Date(at).toISOString())).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2027-03-28T01:00:00.000Z",
      "2027-10-31T01:00:00.000Z",
    ]);
    expect([...changes.values()].flat().length).toBeGreaterThan(80);
  });

  it("no send leaves in quiet hours of the customer, and none waits longer than they last", () => {
    fc.assert(
      fc.property(night, fc.array(span, { minLength: 1, maxLength: 2 }), ({ zones: within, at }, spans) => {
        const quiet = quietAt(spans, within, new Date(at));
        expect(quiet !== undefined).toBe(isQuiet(spans, at, within));
        if (quiet === undefined) {
          const free = freeUntil(spans, within, new Date(at)).getTime();
          for (let next = at; next < free; next += minute) expect(isQuiet(spans, next, within)).toBe(false);
          return;
        }
        expect(freeUntil(spans, within, new Date(at)).getTime()).toBe(at);
        const until = quiet.until?.getTime() ?? at + 48 * hour;
        for (let next = at; next < until; next += minute)
          if (!isQuiet(spans, next, within))
            throw new Error(`it was over at ${new Date(next).toISOString()}`);
        if (quiet.until === undefined) return;
        expect(isQuiet(spans, until, within)).toBe(false);
        expect(until % minute).toBe(0);
        expect(within).toContain(quiet.timeZone);
      }),
      { numRuns: Number(process.env.QUIET_RUNS ?? 400) },
    );
  }, 120_000);

  it.each([
    ["2026-03-28T22:00:00Z", "2026-03-29T06:00:00.000Z"],
    ["2026-10-24T22:00:00Z", "2026-10-25T07:00:00.000Z"],
    ["2026-07-01T22:00:00Z", "2026-07-02T06:00:00.000Z"],
  ])("08:00 in Berlin after %s is %s", (now, until) => {
    const spans = [{ from: "21:00", to: "08:00", action: "wait" as const }];
    expect(quietAt(spans, ["Europe/Berlin"], new Date(now))).toEqual({
      action: "wait",
      until: new Date(until),
      timeZone: "Europe/Berlin",
    });
  });

  it("an hour that the clock leaves out ends when the clock goes on", () => {
    const spans = [{ from: "01:00", to: "02:30", action: "wait" as const }];
    expect(quietAt(spans, ["Europe/Berlin"], new Date("2026-03-29T00:30:00Z"))?.until?.toISOString()).toBe(
      "2026-03-29T01:00:00.000Z",
    );
  });

  it("of two zones the one that ends last counts; without end it says so; where no zone is known nothing is quiet", () => {
    const spans = [{ from: "21:00", to: "08:00", action: "wait" as const }];
    const now = new Date("2026-07-01T03:00:00Z");
    expect(quietAt(spans, ["America/New_York", "America/Los_Angeles"], now)).toMatchObject({
      until: new Date("2026-07-01T15:00:00Z"),
      timeZone: "America/Los_Angeles",
    });
    const allDay = [...spans, { from: "08:00", to: "21:00", action: "wait" as const }];
    expect(quietAt(allDay, ["Asia/Tokyo"], now)?.until).toBeUndefined();
    expect(quietAt(allDay, [], now)).toBeUndefined();
  });

  it("an entry holds for its channels, categories and countries; authentication is quiet only by its name", () => {
    const night = { from: "21:00", to: "08:00" };
    const rule = (more: Partial<QuietRule>): QuietRule =>
      Object.assign({ ...night }, JSON.parse('{"then":"wait"}'), more);
    const of = (category: "marketing" | "authentication" | "transactional", country?: string) => ({
      channel: "sms",
      category,
      country,
    });
    const wait = [{ ...night, action: "wait" }];
    expect(quietSpansOf(of("marketing", "DE"), [rule({})])).toEqual(wait);
    expect(quietSpansOf(of("authentication", "DE"), [rule({})])).toEqual([]);
    expect(quietSpansOf(of("authentication", "DE"), [rule({ categories: ["authentication"] })])).toEqual(
      wait,
    );
    expect(quietSpansOf(of("transactional", "DE"), [rule({ categories: ["marketing"] })])).toEqual([]);
    expect(quietSpansOf(of("marketing", "DE"), [rule({ channels: ["whatsApp"] })])).toEqual([]);
    expect(quietSpansOf(of("marketing", "DE"), [rule({ countries: ["FR"] })])).toEqual([]);
    expect(quietSpansOf(of("marketing"), [rule({ countries: ["FR"] })])).toEqual(wait);
    const asked = (what: "wait" | "skip" | "ignore") =>
      quietSpansOf({ ...of("marketing", "DE"), asked: what }, [rule({})]);
    expect(asked("skip")).toEqual([{ ...night, action: "skip" }]);
    expect(asked("ignore")).toEqual([]);
  });
});

describe("the time zones of a customer", () => {
  const now = new Date("2026-11-26T00:00:00Z");
  const of = (fields: object, countries: string[] = []) => timeZonesOf({ ...fields }, countries, now);
  it("the profile's own comes first; then the number's area code, or its country", () => {
    expect(of({ timeZone: "Asia/Tokyo", phoneNumber: "+4915112345678" })).toEqual(["Asia/Tokyo"]);
    expect(of({ timeZone: "nowhere", phoneNumber: "+4915112345678" })).toEqual(["Europe/Berlin"]);
    expect(of({ phoneNumber: "+12125550123" })).toEqual(["America/New_York"]);
    expect(of({ phoneNumber: "+18085550123" })).toEqual(["Pacific/Honolulu"]);
    expect(of({ phoneNumber: "+61892345678" })).toContain("Australia/Perth");
  });
  it("a number that says nothing of a place may be anywhere in its country", () => {
    expect(of({ phoneNumber: "+79161234567" }).length).toBeGreaterThan(8);
    expect(of({ phoneNumber: "+18005550123" }).length).toBeGreaterThan(4);
    expect(of({ phoneNumber: "+61412345678" })).toContain("Australia/Perth");
  });
  it("of an address that says nothing it may be wherever the sender's customers are, or it is not known", () => {
    expect(of({ fbMessengerId: "psid" }, ["DE", "JP"]).toSorted()).toEqual(["Asia/Tokyo", "Europe/Berlin"]);
    expect(of({ fbMessengerId: "psid" })).toEqual([]);
  });
});
