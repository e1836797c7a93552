import { describe, expect, it } from "vitest";
import { duration, money, pretty } from "../../../infra/local/console/page/format.ts";

describe("durations", () => {
  it.each([
    [-192, "0 ms"],
    [0, "0 ms"],
    [999, "999 ms"],
    [1000, "1 s"],
    [1234, "1.23 s"],
    [12_340, "12.3 s"],
    [60_000, "1 min"],
    [90_000, "1 min 30 s"],
    [3_600_000, "1 h"],
    [86_400_000 + 3_600_000 + 60_000, "1 d 1 h"],
  ])("%i ms is shown as %s", (milliseconds, expected) => {
    expect(duration(milliseconds)).toBe(expected);
  });
});

describe("JSON for display", () => {
  it("JSON is indented, and other text is left as it is", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty("not JSON")).toBe("not JSON");
    expect(pretty(undefined)).toBe("");
  });
});

it.each([
  ["0", "$0"],
  ["0.039", "$0.039"],
  ["0.03878", "$0.0388"],
  ["0.0000005", "under $0.0001"],
  ["12.4", "$12.40"],
  ["-0.01", "−$0.01"],
])("%s US dollars are %s", (usd, words) => {
  expect(money(usd)).toBe(words);
});
