/** The instant of a local time, also in the nights in which clocks change. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { instantOf } from "../../functions/domain/customer/local-time.ts";
import { timeToSend } from "../../functions/ingest/send-at.ts";

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "UTC",
];
const shown = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" })
    .format(at)
    .replace(" ", "T");

it.each([
  ["2027-01-01T09:00", "Europe/Berlin", "2027-01-01T08:00:00.000Z"],
  ["2027-07-01T09:00", "Europe/Berlin", "2027-07-01T07:00:00.000Z"],
  // Put forward from 02:00 to 03:00: as Temporal's "compatible".
  ["2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"],
  // Shown twice: the first.
  ["2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"],
  ["2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00.000Z"],
  // By half an hour.
  ["2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-02T15:45:00.000Z"],
])("%s in %s is %s", (local, zone, at) => {
  expect(instantOf(local, zone).toISOString()).toBe(at);
});

it("the clock there shows the local time then, and has not shown it before", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 }),
      (zone, minute) => {
        const local = shown(minute * 60_000, zone);
        const at = instantOf(local, zone).getTime();
        expect(shown(at, zone)).toBe(local);
        expect(at).toBeLessThanOrEqual(minute * 60_000);
      },
    ),
  );
});

const now = new Date("2027-01-01T00:00:00Z");
const faultOf = (...[asked, profile, expiresOn]: Parameters<typeof timeToSend>) => {
  const time = timeToSend(asked, profile, expiresOn, now);
  return "refused" in time ? time.refused.errors[0] : time.at?.toISOString();
};

it("a time that is past is now, and faults name the field", () => {
  const local = { local: "2027-01-02T09:00" };
  const tomorrow = "2027-01-02T00:00:00.000Z";
  expect(faultOf("2026-12-31T00:00:00.000Z", {}, undefined, now)).toBeUndefined();
  expect(faultOf("2027-01-02T00:00:00.200Z", {}, undefined, now)).toBe("2027-01-02T00:00:01.000Z");
  expect(faultOf(local, { timeZone: "Asia/Tokyo" }, undefined, now)).toBe(tomorrow);
  expect(faultOf({ ...local, timeZone: "UTC" }, { timeZone: "Asia/Tokyo" }, undefined, now)).toBe(
    "2027-01-02T09:00:00.000Z",
  );
  expect(faultOf(local, {}, undefined, now)).toMatchObject({ path: "sendAt.timeZone", code: "missing" });
  expect(faultOf("2028-01-03T00:00:00Z", {}, undefined, now)).toMatchObject({
    path: "sendAt",
    code: "future",
  });
  expect(faultOf(tomorrow, {}, tomorrow, now)).toMatchObject({ path: "expiresOn", code: "past" });
});
