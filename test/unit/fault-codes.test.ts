/** What is wrong with a request, for programs: the API's own codes, not the names of the library that finds it. */
import { expect, it } from "vitest";
import { Problem } from "../../functions/http/problem.ts";
import { validate } from "../../functions/http/validate.ts";
import { sendRequest } from "../../functions/ingest/request.ts";

const message = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"] };
const faultsOf = (change: object) => {
  try {
    validate(sendRequest, { ...message, ...change });
  } catch (error) {
    if (error instanceof Problem) return error.errors.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
  return [];
};

it("a valid message has no fault", () => expect(faultsOf({})).toEqual([]));

it.each([
  {
    what: "an invalid phone number",
    change: { to: { phoneNumber: "44712" } },
    fault: "to.phoneNumber invalid",
  },
  { what: "an unknown channel", change: { rules: ["pigeon"] }, fault: "rules[0] invalid" },
  { what: "a rule of a wrong type", change: { rules: [7] }, fault: "rules[0] wrong_type" },
  { what: "a field of a wrong type", change: { body: 7 }, fault: "body wrong_type" },
  { what: "a missing field", change: { rules: undefined }, fault: "rules missing" },
  { what: "an unknown field", change: { rule: ["sms"] }, fault: "rule unknown_field" },
  { what: "an empty body", change: { body: "" }, fault: "body too_short" },
  { what: "a long body", change: { body: "x".repeat(10_001) }, fault: "body too_long" },
  {
    what: "a window of 0 seconds",
    change: { rules: [{ channel: "sms", fallbackAfter: 0 }] },
    fault: "rules[0].fallbackAfter too_small",
  },
  {
    what: "a window over a week",
    change: { rules: [{ channel: "sms", fallbackAfter: 604_801 }] },
    fault: "rules[0].fallbackAfter too_large",
  },
  { what: "a time that is none", change: { expiresOn: "tomorrow" }, fault: "expiresOn invalid" },
  {
    what: "a key of a push that is FCM's",
    change: { channelOptions: { appMessaging: { data: { from: "us" } } } },
    fault: "channelOptions.appMessaging.data.from invalid",
  },
  { what: "no address", change: { to: {} }, fault: "to invalid" },
])("a request with $what has the fault $fault", ({ change, fault }) =>
  expect(faultsOf(change)).toEqual([fault]),
);
