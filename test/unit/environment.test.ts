/** The contract of the environment variables: what the stack writes is what the functions read. */
import { afterEach, expect, it, vi } from "vitest";
import {
  channelSettings,
  type Environment,
  environment,
  requiredVariable,
  variableText,
} from "../../functions/shared/environment.ts";

afterEach(() => vi.unstubAllEnvs());

const values = {
  MESSAGES_TABLE: "messages",
  RETENTION_DAYS: 30,
  WEBHOOK_EXCEPTIONS: ["localhost"],
} satisfies Partial<Environment>;

it.each(Object.entries(values))("%s is read as the value that was written", (name, value) => {
  vi.stubEnv(name, variableText(value));
  expect(environment(name as keyof typeof values)).toEqual(value);
});

it.each([undefined, ""])("a variable that is %j fails with its name", (value) => {
  vi.stubEnv("MESSAGES_TABLE", value);
  vi.stubEnv("APP_SECRET_PARAMETER", value);
  expect(() => environment("MESSAGES_TABLE")).toThrow("the environment variable MESSAGES_TABLE is not set");
  expect(() => requiredVariable("APP_SECRET_PARAMETER")).toThrow(
    "the environment variable APP_SECRET_PARAMETER is not set",
  );
});

it.each([
  ["RETENTION_DAYS", "a month", "must be a whole number"],
  ["QUEUE_TRIES", "2.5", "must be a whole number"],
  ["WEBHOOK_EXCEPTIONS", "{", "must be JSON"],
] as const)("%s with the value %s fails with its name and what would be right", (name, value, reason) => {
  vi.stubEnv(name, value);
  expect(() => environment(name)).toThrow(`the environment variable ${name} is malformed: `);
  expect(() => environment(name)).toThrow(reason);
});

it.each([undefined, ""])("an optional variable that is %j is undefined", (value) => {
  vi.stubEnv("FCM_PLATFORM_APPLICATION_ARN", value);
  expect(environment("FCM_PLATFORM_APPLICATION_ARN")).toBeUndefined();
});

it("a channel's settings are read by the names in its file, and a missing or empty one is absent", () => {
  vi.stubEnv("FB_PAGE_ID", "17");
  vi.stubEnv("FB_APP_ID", "");
  const settings = { fbPageId: "the page", fbAppId: "the app", fbOther: "anything" };
  expect(channelSettings({ settings })).toEqual({ fbPageId: "17" });
});
