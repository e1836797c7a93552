/** One slow receiver holds nobody else up: 10,000 events for one that never answers, and the events of others behind them. */
import { expect, it } from "vitest";
import { longestCallMs } from "../../functions/domain/events/webhook-delivery.ts";
import { createWebhookWorld, event } from "./fixtures/webhook-world.ts";

/** The function's most at once (infra/client-webhooks.ts), and what Lambda hands to one. */
const most = { functions: 50, batch: 10 };
const callSeconds = longestCallMs / 1000;

/** The functions run at once, as many as may; a call of the slow one hangs until its time is over. */
function createFunctions() {
  const hanging: ((error: Error) => void)[] = [];
  const world = createWebhookWorld(({ url }) => {
    if (!url.hostname.startsWith("slow")) return 200;
    return new Promise<number>((_, reject) => hanging.push(reject));
  });
  const running = new Set<Promise<unknown>>();
  const open = { most: 0 };
  /** Until nothing goes on but calls that hang. */
  const run = async () => {
    for (let quiet = 0; quiet < 3; ) {
      const Records = running.size < most.functions ? world.take() : undefined;
      if (Records) {
        const one: Promise<unknown> = world.handle({ Records }).finally(() => running.delete(one));
        running.add(one);
      }
      const before = running.size;
      await new Promise((resolve) => setImmediate(resolve));
      open.most = Math.max(open.most, hanging.length);
      quiet = Records || running.size !== before ? 0 : quiet + 1;
    }
  };
  const pass = async (seconds: number) => {
    world.pass(seconds);
    for (const reject of hanging.splice(0)) reject(new Error("no answer"));
    await run();
  };
  const calls = (name: string) => world.calls.filter(({ url }) => url.hostname.startsWith(name)).length;
  return { ...world, run, pass, calls, open };
}

it("other receivers get their events as soon as the first calls to a receiver that hangs are over, and at once from then on", async () => {
  const { add, put, run, pass, calls, open, waiting } = createFunctions();
  add("slow");
  add("good");
  for (let index = 0; index < 10_000; index++) put(event("slow", 2, `s${index}`));
  // The worst case: SQS's fair queue would take these first.
  for (let index = 0; index < 100; index++) put(event("good", 2, `g${index}`));
  await run();
  const atOnce = most.functions * most.batch;
  expect([calls("slow"), calls("good")]).toEqual([atOnce, 0]);
  await pass(callSeconds);
  // And one to see whether it is back.
  expect([calls("slow"), calls("good")]).toEqual([atOnce + 1, 100]);
  expect(waiting()).toBe(10_000 - 1);
  for (let minute = 1; minute <= 30; minute++) {
    await pass(60);
    put(event("good", 2, `later${minute}`));
    await run();
    expect(calls("good")).toBe(100 + minute);
  }
  // Of half an hour: a call at a time, after ever longer pauses.
  expect(calls("slow") - atOnce).toBeLessThan(20);
  expect(open.most).toBe(atOnce);
});

it("a receiver that hangs holds up no other call of its batch", async () => {
  const { add, put, run, calls } = createFunctions();
  add("slow");
  add("good");
  for (let index = 0; index < 9; index++) put(event("slow", 2, `s${index}`));
  put(event("good", 2, "g"));
  await run();
  expect([calls("slow"), calls("good")]).toEqual([9, 1]);
});
