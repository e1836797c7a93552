/** Hops whose turn comes in quiet hours, through the state machine and the real table. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { HopInterrupted } from "../../functions/channels/errors.ts";
import { sms } from "../../functions/channels/sms.ts";
import { freeUntil, type QuietSpan } from "../../functions/domain/customer/quiet-hours.ts";
import type { Hop, Message } from "../../functions/domain/message/message.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import type { HopDependencies } from "../../functions/hop/dependencies.ts";
import { claimOutsideQuietHours } from "../../functions/hop/quiet-hours.ts";
import {
  createRouting,
  endpointOf,
  type LocalTables,
  type Routing,
  startTables,
} from "./fixtures/routing-in-process.ts";

const hour = 3_600_000;
const minute = 60_000;
const zone = "Asia/Kolkata";
let tables: LocalTables;
let routing: Routing;
beforeAll(async () => {
  tables = await startTables();
  routing = createRouting(tables);
  // Time goes on by the tests alone: a busy machine would add milliseconds.
  routing.clock.pauseClock();
});
afterAll(async () => {
  routing.stop();
  await tables.stop();
});

const clockThere = (at: number) =>
  new Date(at).toLocaleTimeString("sv", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const hop = (channel: string, until: Hop["until"] = "delivered"): Hop => ({
  channel,
  timeoutSeconds: 60,
  until,
});

/** Quiet from `from` to `to`, in milliseconds from now. */
function quiet(
  from: number,
  to: number,
  action: QuietSpan["action"] = "wait",
  channel = "sms",
): Partial<Message> {
  const now = routing.clock.now();
  const spans = [{ from: clockThere(now + from), to: clockThere(now + to), action }];
  const free = freeUntil(spans, [zone], new Date(now)).toISOString();
  return { quietHours: { zones: [zone], byChannel: { [channel]: { spans, freeUntil: free } } } };
}
/** To the end of the wait, and until the function that follows the Wait state has sent. */
async function waitOut(messageId: string, channel = "sms"): Promise<void> {
  const { attempts } = await routing.stored(messageId);
  const before = routing.sends.length;
  await routing.advance(Date.parse(attempts[channel]?.waited?.until ?? "") - routing.clock.now());
  await vi.waitFor(() => expect(routing.sends.length).toBeGreaterThan(before));
  await routing.untilIdle();
}
const sent = () => routing.sends.map(({ channel }) => channel);
const outcomes = async (messageId: string) =>
  traceOf(await routing.stored(messageId)).channels.map(({ outcome }) => outcome);

it("a later hop waits, and the hop before it has ended at once", async () => {
  const { messageId } = await routing.start([hop("fbMessenger"), hop("sms", "sent")], quiet(-hour, 2 * hour));
  await routing.advance(61_000);
  expect(await outcomes(messageId)).toEqual(["timedOut", "waiting"]);
  await routing.advance(1.9 * hour);
  expect(sent()).toEqual(["fbMessenger"]);
  await waitOut(messageId);
  expect(sent()).toEqual(["fbMessenger", "sms"]);
  const { attempts, outcome } = await routing.stored(messageId);
  expect(outcome).toBe("reached");
  expect(attempts.sms?.claimedAt).toBe(attempts.sms?.waited?.until);
  expect(routing.hasEnded()).toBe(true);
});

it("a hop goes out at once in hours that are not quiet, however long ago the message came in", async () => {
  const { messageId } = await routing.start(
    [{ ...hop("fbMessenger"), timeoutSeconds: 5 * 3600 }, hop("sms", "sent")],
    quiet(8 * hour, 10 * hour),
  );
  await routing.advance(5 * hour + 1000);
  expect(sent()).toEqual(["fbMessenger", "sms"]);
  expect((await routing.stored(messageId)).attempts.sms?.waited).toBeUndefined();
});

it("a hop that is not to wait is skipped, and the route goes on; no failure is counted", async () => {
  const { messageId } = await routing.start(
    [hop("sms"), hop("fbMessenger", "sent")],
    quiet(-hour, 2 * hour, "skip"),
  );
  await routing.untilIdle();
  expect(sent()).toEqual(["fbMessenger"]);
  expect(traceOf(await routing.stored(messageId)).channels[0]).toEqual({
    channel: "sms",
    outcome: "skipped",
    code: "quiet_hours",
    reason: expect.stringMatching(/^quiet hours until \d\d:\d\d in Asia\/Kolkata$/),
  });
});

it("a hop that would wait until the message has expired is skipped; where none is left it is undeliverable", async () => {
  const expiresOn = new Date(routing.clock.now() + hour).toISOString();
  const { messageId } = await routing.start([hop("sms")], { ...quiet(-hour, 2 * hour), expiresOn });
  await routing.untilIdle();
  expect(sent()).toEqual([]);
  expect(await routing.stored(messageId)).toMatchObject({ outcome: "undeliverable" });
  expect(await outcomes(messageId)).toEqual(["skipped"]);
});

it.each(["wait", "skip"] as const)(
  "a hop whose function died before its task ended ends it by the next try (%s)",
  async (action) => {
    const { quietHours } = quiet(-hour, 2 * hour, action);
    const { messageId } = await routing.start([hop("fbMessenger"), hop("sms")], quietHours && { quietHours });
    const ended: string[][] = [];
    let isDown = true;
    const dependencies = {
      channel: sms,
      messages: tables.messages,
      failTask: async (...of: string[]) => {
        if (isDown) throw new Error("Step Functions does not answer");
        ended.push(of);
      },
      pause: async () => {},
    } as unknown as HopDependencies;
    const claim = () =>
      claimOutsideQuietHours(
        { taskToken: "token", hop: { messageId, channel: "sms" } },
        new Date(routing.clock.now()),
        dependencies,
      );
    await expect(claim()).rejects.toThrow(HopInterrupted);
    isDown = false;
    expect(await claim()).toBeUndefined();
    const { waited, skipped } = (await routing.stored(messageId)).attempts.sms ?? {};
    expect(ended).toEqual([
      action === "wait"
        ? ["token", "QuietHours", waited?.until]
        : ["token", "SkippedInQuietHours", skipped?.reason],
    ]);
    await tables.messages.finish(messageId, "cancelled", new Date(routing.clock.now()).toISOString());
    await routing.advance(3 * minute);
  },
);

it("a template waits that follows a text which was refused in quiet hours", async () => {
  const { messageId } = await routing.start(
    [{ ...hop("whatsApp"), timeoutSeconds: 3600, form: "text" }],
    quiet(2 * minute, 2 * hour, "wait", "whatsApp"),
  );
  await routing.advance(3 * minute);
  await routing.receive({
    names: "messageId",
    channel: "whatsApp",
    status: "failed",
    at: new Date(routing.clock.now()).toISOString(),
    messageId,
    providerMessageId: routing.sends[0]?.providerMessageId ?? "",
    error: { name: "WindowClosed", code: "131047", message: "Re-engagement message", speaksOf: "customer" },
  });
  await routing.advance(2000);
  expect(await outcomes(messageId)).toEqual(["waiting"]);
  await waitOut(messageId, "whatsApp");
  expect(routing.sends.map(({ form }) => form)).toEqual(["text", "template"]);
});

it("what was claimed before quiet hours is taken over in them, and neither waits nor is sent again", async () => {
  const { zones = [], byChannel = {} } = quiet(-hour, 2 * hour).quietHours ?? {};
  const { spans = [] } = byChannel.sms ?? {};
  const freeUntil = new Date(routing.clock.now() + minute).toISOString();
  const claimable = { quietHours: { zones, byChannel: { sms: { spans, freeUntil } } } };
  routing.next("dies");
  const { messageId } = await routing.start([hop("sms")], claimable);
  const { attempts } = await routing.stored(messageId);
  expect(attempts.sms?.claimedAt).toBeDefined();
  await routing.advance(61 * 1000);
  expect(sent()).toEqual(["sms"]);
  expect((await routing.stored(messageId)).attempts.sms?.waited).toBeUndefined();
});

it("the rest of a route that a late failure resumed waits too", async () => {
  const { messageId } = await routing.start(
    [hop("appMessaging", "sent"), hop("sms", "sent")],
    quiet(2 * minute, 2 * hour),
  );
  expect(sent()).toEqual(["appMessaging"]);
  await routing.advance(3 * minute);
  const at = new Date(routing.clock.now()).toISOString();
  await routing.receive({
    names: "address",
    address: endpointOf(messageId),
    sentAt: at,
    sentSince: new Date(routing.clock.now() - hour).toISOString(),
    channel: "appMessaging",
    status: "failed",
    at,
    providerMessageId: routing.sends[0]?.providerMessageId ?? "",
    error: { name: "NotRegistered", message: "the token is gone", speaksOf: "customer" },
  });
  await routing.untilIdle();
  expect(await outcomes(messageId)).toEqual(["failed", "waiting"]);
  await waitOut(messageId);
  expect(sent()).toEqual(["appMessaging", "sms"]);
});

it("a message that is finished while it waits is not sent", async () => {
  const { messageId } = await routing.start([hop("sms")], quiet(-hour, 2 * hour));
  await tables.messages.finish(messageId, "cancelled", new Date(routing.clock.now()).toISOString());
  // To the end of the wait and no further: the window begins then.
  await routing.advance(2 * hour);
  await vi.waitFor(() => expect(routing.hasEnded()).toBe(true));
  expect(sent()).toEqual([]);
  expect(await outcomes(messageId)).toEqual(["notTried"]);
});
