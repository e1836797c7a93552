/** A scheduled message before its time: no hop of its route begins, and its status says so. */

import * as v from "valibot";
import { expect, it, vi } from "vitest";
import { executionInput, type HopInput } from "../../functions/domain/message/execution-input.ts";
import { statusOf } from "../../functions/domain/outcome/trace.ts";
import type { HopDependencies } from "../../functions/hop/dependencies.ts";
import { runHop } from "../../functions/hop/hop.ts";
import { sendRequest } from "../../functions/ingest/request.ts";

const sendAt = "2030-01-01T09:00:00.000Z";
const hop = (channel: string) => ({ channel, timeoutSeconds: 60, until: "delivered" as const });
const message = {
  messageId: "m1",
  route: [hop("sms"), hop("fbMessenger")],
  skipped: {},
  attempts: { sms: {}, fbMessenger: {} },
  sendAt,
};

const hopsOf = (input: HopInput): HopInput[] => [input, ...(input.next ? hopsOf(input.next) : [])];

it.each(hopsOf(executionInput(message)).slice(0, 2))(
  "$channel waits for the time, and asks and claims nothing before",
  async (input) => {
    const failTask = vi.fn(async () => {});
    const unused: unknown = { failTask, now: () => new Date("2030-01-01T08:59:59.999Z") };
    await runHop({ taskToken: "token", hop: input }, unused as HopDependencies);
    expect(failTask).toHaveBeenCalledExactlyOnceWith("token", "QuietHours", sendAt);
  },
);

it("claims the channel at its time", async () => {
  const claim = vi.fn(async () => ({
    claimed: false,
    message: { ...message, finishedAt: sendAt, attempts: {} },
  }));
  const used: unknown = {
    channel: { id: "sms" },
    messages: { claim },
    succeedTask: async () => {},
    now: () => new Date(sendAt),
  };
  await runHop({ taskToken: "token", hop: executionInput(message) }, used as HopDependencies).catch(() => {});
  expect(claim).toHaveBeenCalled();
});

it("is scheduled until a channel is tried or it ends", () => {
  expect(statusOf(message)).toBe("scheduled");
  expect(statusOf({ ...message, attempts: { sms: { claimedAt: sendAt } } })).toBe("processing");
  expect(statusOf({ ...message, finishedAt: sendAt, outcome: "cancelled" })).toBe("cancelled");
});

it.each([
  ["tomorrow", "sendAt"],
  ["2030-01-01T09:00", "sendAt"],
  ["2030-02-30T09:00:00Z", "sendAt"],
  [7, "sendAt"],
  [{}, "sendAt.local"],
  [{ local: "2030-02-30T09:00" }, "sendAt.local"],
  [{ local: "2030-01-01T09:00Z" }, "sendAt.local"],
  [{ local: "2030-01-01T24:30" }, "sendAt.local"],
  [{ local: "2030-01-01T09:00", timeZone: "Europe/Atlantis" }, "sendAt.timeZone"],
  [{ local: "2030-01-01T09:00", timeZone: "+01:00" }, "sendAt.timeZone"],
])("%j is refused by its field", (asked, path) => {
  const { issues = [] } = v.safeParse(sendRequest, {
    to: { phoneNumber: "+447123123123" },
    body: "Hello",
    rules: ["sms"],
    sendAt: asked,
  });
  expect(issues.map((issue) => v.getDotPath(issue))).toEqual([path]);
});
