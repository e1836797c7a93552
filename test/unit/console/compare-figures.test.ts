/** What the comparison of two orders says: its figures, its sentence and its line. */
import { expect, it } from "vitest";
import type { OrderResult } from "../../../infra/local/console/contract.ts";
import {
  figuresOf,
  lineOf,
  placeOf,
  secondsFor,
  sentenceOf,
} from "../../../infra/local/console/page/compare-figures.ts";

const first: OrderResult = {
  order: ["whatsApp", "sms"],
  customers: 5,
  reached: 4,
  readers: 1,
  reachedAfterSeconds: [1, 10, 60, 3600],
  reachedBy: [
    { channel: "whatsApp", customers: 3 },
    { channel: "sms", customers: 1 },
  ],
  usd: "0.25",
  usdPerMessage: "0.05",
  savedUsd: "-0.01",
  unpriced: 0,
};
const second: OrderResult = {
  ...first,
  order: ["sms"],
  reached: 0,
  readers: 0,
  reachedAfterSeconds: [],
  reachedBy: [{ channel: "sms", customers: 0 }],
  usdPerMessage: "0.0004",
};

it("the figures stand side by side, with a dash where there is nothing to say", () => {
  const figures = figuresOf([first, second], (channel) => `the ${channel}`);
  expect(Object.fromEntries(figures.map(({ name, values }) => [name, values]))).toEqual({
    Reached: ["80 %", "0 %"],
    "Read it": ["20 %", "0 %"],
    "Median time to reach": ["10 s", "–"],
    "Nine of ten within": ["1 h", "–"],
    "Cost a message": ["$0.05", "$0.0004"],
    "Cost in all": ["$0.25", "$0.25"],
    "Saved in all": ["−$0.01", "−$0.01"],
    "Reached by the whatsApp": ["3", "–"],
    "Reached by the sms": ["1", "0"],
  });
});

it("one sentence says what the first is beside the second", () => {
  expect(sentenceOf([first, second])).toBe(
    "The first order reaches 4 more of the 5 customers than the second, and costs $0.0496 a message more.",
  );
  expect(sentenceOf([second, first])).toBe(
    "The first order reaches 4 fewer of the 5 customers than the second, and costs $0.0496 a message less.",
  );
  expect(sentenceOf([first, first])).toBe(
    "The first order reaches as many customers as the second, and costs as much.",
  );
});

it("a share of those who are reached is within the time of the last of them", () => {
  expect([0, 0.25, 0.26, 0.5, 0.75, 1].map((share) => secondsFor(first, share))).toEqual([
    1, 1, 10, 10, 60, 3600,
  ]);
});

it("the line rises with each customer, from a second on the left to an hour on the right", () => {
  expect([0, 1, 60, 3600, 9999].map((seconds) => Math.round(placeOf(seconds)))).toEqual([0, 0, 50, 100, 100]);
  expect(lineOf(first)).toBe("M0 100H0.00V80.00H28.12V60.00H50.00V40.00H100.00V20.00H100");
  expect(lineOf(second)).toBe("M0 100H100");
});
