/** How many messages of a category a customer gets, from outside. */
import { expect, it } from "vitest";
import { newKey } from "./keys.ts";
import { advanceClock, newCustomer } from "./service.ts";

const days = (count: number) => count * 24 * 3_600_000;
/** Settings are kept for so long. */
const settingsMs = 60_000;

it("a customer gets as many marketing messages as the client's caps allow, by every way in, and others beside them", async () => {
  const { call } = await newKey();
  const caps = [{ categories: ["marketing"], most: 2, days: 7 }];
  expect((await call("PUT", "/settings", { caps })).body).toEqual({ caps });
  await advanceClock(settingsMs);
  const to = newCustomer();
  const message = { to, body: "News", rules: ["sms"], category: "marketing" };
  expect((await call("POST", "/messages/plan", message)).body.caps).toEqual([{ ...caps[0], left: 2 }]);
  expect((await call("POST", "/messages", message)).status).toBe(201);
  const batch = await call("POST", "/messages/batch", [message, message, { ...message, to: newCustomer() }]);
  expect(batch.body.results.map(({ status }: { status: number }) => status).sort()).toEqual([201, 201, 422]);
  const refused = await call("POST", "/messages", message);
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([
    {
      path: "",
      code: "capped",
      message: expect.stringMatching(/^at most 2 of marketing in 7 days .* after 2\S+Z$/),
    },
  ]);
  expect((await call("POST", "/messages/plan", message)).body.caps).toMatchObject([
    { left: 0, endsAt: expect.any(String) },
  ]);
  expect((await call("POST", "/messages", { ...message, category: "transactional" })).status).toBe(201);
  await advanceClock(days(7));
  expect((await call("POST", "/messages", message)).status).toBe(201);
});

it.each([
  [{ categories: ["news"], most: 1, days: 1 }, "caps[0].categories[0]"],
  [{ categories: ["marketing"], most: 0, days: 1 }, "caps[0].most"],
  [{ categories: ["marketing"], most: 1, days: 1.5 }, "caps[0].days"],
])("the cap %j is refused with its field", async (cap, path) => {
  const { call } = await newKey();
  const { status, body } = await call("PUT", "/settings", { caps: [cap] });
  expect([status, body.errors.map((fault: { path: string }) => fault.path)]).toEqual([400, [path]]);
});
