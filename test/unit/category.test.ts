/** What a message is for: stored, published, and given to the channels whose providers have a category of their own. */
import { expect, it } from "vitest";
import type { Message } from "../../functions/domain/message/message.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { requestOf } from "../../functions/ingest/resend.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const to = { phoneNumber: "+447123123123" };
const sent = async (more: object) => {
  const ingest = createIngestInProcess();
  const { status, body } = await ingest.post("/messages", {
    to,
    body: "Hello",
    rules: ["whatsApp", "sms"],
    ...more,
  });
  return { status, body, stored: [...ingest.messages.values()][0] as Message };
};

it.each([
  ["transactional", undefined],
  ["marketing", { sms: { type: "Promotional" } }],
  ["authentication", { whatsApp: { category: "authentication" } }],
])(
  "the category %s is in the plan and the trace, and sets the channels' own",
  async (category, channelOptions) => {
    const { status, body, stored } = await sent({ category });
    expect(status).toBe(201);
    expect(body.plan.category).toBe(category);
    expect(stored.channelOptions).toEqual(channelOptions);
    expect(traceOf(stored).category).toBe(category);
  },
);

it("options of the request go before those of its category", async () => {
  const channelOptions = { sms: { type: "Transactional", from: "MyShop" } };
  const { stored } = await sent({ category: "marketing", channelOptions });
  expect(stored.channelOptions).toEqual(channelOptions);
});

it("transactional is what a message is without a category, and nothing more is stored", async () => {
  const [without, named, nothing] = [
    await sent({}),
    await sent({ category: "transactional" }),
    await sent({ category: null }),
  ];
  expect(nothing.stored.fingerprint).toBe(without.stored.fingerprint);
  for (const { stored } of [without, named, nothing]) expect(Object.keys(stored)).not.toContain("category");
  expect(named.body.plan.category).toBe("transactional");
});

it("the client's settings say what a message is for that does not say so itself, also sent again", async () => {
  const ingest = createIngestInProcess({ settingsOf: async () => ({ defaultCategory: "marketing" }) });
  const post = async (path: string, more: object = {}) =>
    (await ingest.post(path, { to, body: "Hello", rules: ["sms"], ...more })).body;
  expect((await post("/messages/plan")).category).toBe("marketing");
  expect((await post("/messages/plan", { category: "authentication" })).category).toBe("authentication");
  const { messageId, plan } = await post("/messages", { category: "transactional" });
  expect(plan.category).toBe("transactional");
  const stored = ingest.messages.get(messageId) as Message;
  expect(requestOf(stored, "2026-01-01T00:00:00Z")).toMatchObject({ category: "transactional" });
  await post("/messages");
  expect([...ingest.messages.values()].map(({ category }) => category)).toEqual([undefined, "marketing"]);
});

it("another category is refused by name", async () => {
  const { faultsOf } = createIngestInProcess();
  expect(await faultsOf("/messages", { to, body: "Hello", rules: ["sms"], category: "news" })).toEqual([
    expect.stringContaining("category"),
  ]);
});
