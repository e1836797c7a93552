/** The lines of the log: an object each, found by the messageId, and nothing of what a fault quotes. */
import { afterEach, expect, it, vi } from "vitest";
import { log, logFault, withLogFields } from "../../functions/shared/log.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

it("a log line has the fields of the work that logs it and of the work around it, and of no other", async () => {
  const lines = vi.spyOn(console, "warn").mockImplementation(() => {});
  const work = (messageId: string) =>
    withLogFields({ messageId }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log("WARN", "halfway", { count: 1 });
    });
  await withLogFields({ apiRequestId: "r1" }, () => Promise.all([work("m1"), work("m2")]));
  log("WARN", "after it");
  expect(lines.mock.calls.flat()).toEqual([
    { text: "halfway", apiRequestId: "r1", messageId: "m1", count: 1 },
    { text: "halfway", apiRequestId: "r1", messageId: "m2", count: 1 },
    { text: "after it" },
  ]);
});

it("a fault that is caught outside its work is logged with its messageId, and without its message text", async () => {
  const lines = vi.spyOn(console, "error").mockImplementation(() => {});
  const failing = withLogFields({ messageId: "m1" }, async () => {
    throw new TypeError("no such number: +447123123123");
  });
  await failing.catch((error: unknown) => logFault("it failed", error));
  expect(lines.mock.calls.flat()).toEqual([
    { text: "it failed", messageId: "m1", error: "TypeError", stack: expect.stringContaining("at ") },
  ]);
  expect(JSON.stringify(lines.mock.calls)).not.toContain("4471");
});

it("a field that came from outside is cut where it is longer than anybody reads", () => {
  const lines = vi.spyOn(console, "warn").mockImplementation(() => {});
  log("WARN", "odd", { reason: "x".repeat(200_000) });
  expect(JSON.stringify(lines.mock.calls).length).toBeLessThan(4100);
});
