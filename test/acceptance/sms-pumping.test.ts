/** SMS pumping: a client's SMS to one prefix are limited (in the local run: 3 an hour in the Maldives, none to Tonga). */
import { beforeEach, expect, it } from "vitest";
import { newKey } from "./keys.ts";
import { advanceClock } from "./service.ts";

let count = 1000;
/** A number of one prefix: `+960 7712`. */
const pumped = () => ({ phoneNumber: `+9607712${String(++count).slice(-3)}` });
const message = (rules: string[], to: object = pumped()) => ({ to, body: "Hello", rules });
const reached =
  /^the limit of 3 SMS an hour to numbers that begin with \+960 7712 is reached: it ends at \S+:00:00\.000Z$/;

/** No hour ends in between. */
beforeEach(async () => {
  const hour = 3_600_000;
  const left = hour - (Date.parse(await advanceClock(0)) % hour);
  if (left < 300_000) await advanceClock(left + 60_000);
});

it("SMS over the limit of a prefix are skipped with the reason, until the hour ends; other channels, clients and numbers go on", async () => {
  const [pumper, other] = [await newKey(), await newKey()];
  const send = (body: object, key = pumper) => key.call("POST", "/messages", body);
  for (let n = 0; n < 3; n++) expect((await send(message(["sms"]))).status).toBe(201);
  const refused = await send(message(["sms"]));
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([
    {
      path: "rules[0]",
      code: "sms_limit",
      message: expect.stringMatching(/^sms: the limit of 3 SMS an hour/),
    },
  ]);

  const rerouted = await send(message(["sms", "whatsApp"]));
  expect(rerouted.status).toBe(201);
  expect(rerouted.body.plan).toMatchObject({
    hops: [{ channel: "whatsApp" }],
    skipped: [{ channel: "sms", code: "sms_limit", reason: expect.stringMatching(reached) }],
  });
  const plan = await pumper.call("POST", "/messages/plan", message(["sms"]));
  expect(plan.body).toEqual({
    category: "transactional",
    hops: [],
    skipped: [{ channel: "sms", code: "sms_limit", reason: expect.stringMatching(reached) }],
  });

  expect((await send(message(["sms"]), other)).status).toBe(201);
  expect((await send(message(["sms"], { phoneNumber: "+9607812345" }))).status).toBe(201);
  await advanceClock(3_600_000);
  expect((await send(message(["sms"]))).status).toBe(201);
});

it("plans do not count against the limit", async () => {
  const key = await newKey();
  for (let n = 0; n < 5; n++) {
    const { body } = await key.call("POST", "/messages/plan", message(["sms"]));
    expect(body.hops).toHaveLength(1);
  }
  const batch = await key.call(
    "POST",
    "/messages/batch",
    Array.from({ length: 5 }, () => message(["sms"])),
  );
  const statuses = batch.body.results.map(({ status }: { status: number }) => status);
  expect(statuses.sort()).toEqual([201, 201, 201, 422, 422]);
});

it("SMS to a country can be blocked altogether", async () => {
  const key = await newKey();
  const { status, body } = await key.call(
    "POST",
    "/messages",
    message(["sms"], { phoneNumber: "+6767712345" }),
  );
  expect(status).toBe(422);
  expect(body.errors[0].message).toBe("sms: this deployment sends no SMS to TO");
});
