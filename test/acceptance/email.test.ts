/** E-mail with a fallback, from outside: what Amazon SES answers and reports, and customers who unsubscribe. */
import { expect, it } from "vitest";
import { newClient } from "./consent-client.ts";
import { eventually } from "./eventually.ts";
import {
  advanceClock,
  arrivedAt,
  call,
  final,
  newCustomer,
  onPhone,
  send,
  setPhone,
  traceOf,
  until,
  untilOutcome,
} from "./service.ts";

const message = (to: object) => ({
  to,
  title: "Your order",
  body: "It is on its way",
  rules: ["email", "sms"],
});

it("an e-mail has the title as its subject, text and HTML, and is found by its address in any case", async () => {
  const customer = newCustomer();
  const to = { ...customer, email: customer.email.toUpperCase(), shop: "A & B" };
  const { status, body } = await send({
    ...message(to),
    channelOptions: {
      email: {
        htmlBody: "<p>From {{profile.shop}}</p>",
        fromName: "Zoë's shop",
        replyTo: "help@shop.example",
        attachments: [{ name: "a.txt", type: "text/plain", content: "SGVsbG8=" }],
      },
    },
  });
  expect({ status, plan: body.plan }).toMatchObject({
    status: 201,
    plan: { hops: [{ channel: "email", estimatedCost: "0.0001" }, { channel: "sms" }] },
  });
  expect(await until(body.messageId, final)).toMatchObject({
    status: "delivered",
    cost: { usd: "0.0001" },
    channels: [
      {
        outcome: "delivered",
        providerMessageId: expect.stringMatching(/-000000$/),
        events: [{ status: "claimed" }, { status: "sent" }, { status: "delivered" }],
      },
      { outcome: "notTried" },
    ],
  });
  expect(await arrivedAt(customer, "email")).toMatchObject([
    { title: "Your order", body: "It is on its way", html: "<p>From A &#38; B</p>" },
  ]);
  const { body: found } = await call("GET", `/messages?email=${encodeURIComponent(to.email)}`);
  expect(found.messages).toMatchObject([{ messageId: body.messageId }]);
});

it.each([
  { when: "nobody has the address", phone: { registered: false }, error: "NotRegistered" },
  {
    when: "it is on the account's suppression list",
    phone: { laterAnswer: "email-Bounce-Permanent-OnAccountSuppressionList" },
    error: "Undeliverable",
  },
  {
    when: "the mailbox is full",
    phone: { laterAnswer: "email-Bounce-Transient-MailboxFull" },
    error: "Undeliverable",
  },
  { when: "SES finds a virus in it", phone: { laterAnswer: "email-Reject" }, error: "Rejected" },
  {
    when: "the customer complained before",
    phone: { laterAnswer: "email-Complaint-OnAccountSuppressionList" },
    error: "Undeliverable",
  },
  { when: "SES refuses the content", phone: { answer: "email-MessageRejected" }, error: "Rejected" },
  {
    when: "the address is none",
    phone: { answer: "email-BadRequestException-address" },
    error: "Undeliverable",
  },
  {
    when: "the sender is not verified",
    phone: { answer: "email-MessageRejected-not-verified" },
    error: "ChannelMisconfigured",
  },
])("an SMS follows at once where $when", async ({ phone, error }) => {
  const customer = newCustomer();
  await setPhone(customer, "email", phone);
  const { body } = await send(message(customer));
  expect(await until(body.messageId, final)).toMatchObject({
    status: "delivered",
    channels: [
      { outcome: "failed", error: { name: error } },
      { channel: "sms", outcome: "delivered" },
    ],
  });
  expect(await arrivedAt(customer, "email")).toEqual([]);
});

it("a bounce that may be an answering machine's does not end the wait: the window does", async () => {
  const customer = newCustomer();
  await setPhone(customer, "email", { delivers: false });
  const { body } = await send({
    ...message(customer),
    rules: [{ channel: "email", fallbackAfter: 60 }, "sms"],
  });
  await untilOutcome(body.messageId, "email", "sent");
  for (const webhook of ["email-bounce-general", "email-bounce-undetermined", "email-delay"])
    await onPhone(customer, "email", "webhooks", { webhook });
  await advanceClock(59_000);
  expect((await traceOf(body.messageId)).channels[0].outcome).toBe("sent");
  await advanceClock(1000);
  expect((await until(body.messageId, final)).channels).toMatchObject([
    { outcome: "timedOut" },
    { outcome: "delivered" },
  ]);
});

it("an e-mail whose answer was lost is found by its tag, and no SMS follows", async () => {
  const customer = newCustomer();
  await setPhone(customer, "email", { fault: "lost-answer" });
  const { body } = await send(message(customer));
  expect(await until(body.messageId, final)).toMatchObject({
    status: "delivered",
    channels: [
      { outcome: "delivered", error: { name: "OutcomeUnknown" }, providerMessageId: expect.any(String) },
      { outcome: "notTried" },
    ],
  });
});

it("opens are reported only where the rule asks for them", async () => {
  const [asked, other] = [newCustomer(), newCustomer()];
  for (const customer of [asked, other]) await setPhone(customer, "email", { reads: true });
  const { body } = await send({ ...message(asked), rules: [{ channel: "email", until: "read" }] });
  expect((await until(body.messageId, ["read"])).status).toBe("read");
  expect(await arrivedAt(asked, "email")).toMatchObject([
    { html: expect.stringContaining("It is on its way") },
  ]);
  const unasked = await send(message(other));
  await until(unasked.body.messageId, ["delivered"]);
  await advanceClock(1000);
  expect((await traceOf(unasked.body.messageId)).status).toBe("delivered");
});

it("after a complaint no e-mail of its client goes to the address, as after a STOP", async () => {
  const [one, other] = [await newClient(), await newClient()];
  const to = newCustomer();
  const { body } = await one.key.call("POST", "/messages", message(to));
  await one.until(body.messageId, final);
  await onPhone(to, "email", "webhooks", { webhook: "email-complaint-not-spam" });
  await onPhone(to, "email", "webhooks", { webhook: "email-complaint" });
  expect(await one.untilEvents(1)).toMatchObject([
    { type: "consent.changed", data: { channel: "email", category: "all", state: "opted-out" } },
  ]);
  const plan = async ({ key }: typeof one) => (await key.call("POST", "/messages/plan", message(to))).body;
  expect((await plan(one)).skipped).toMatchObject([{ channel: "email", code: "opted_out" }]);
  expect((await plan(other)).skipped).toEqual([]);
  expect((await one.key.call("GET", `/messages/${body.messageId}`)).body.status).toBe("delivered");
});

it("marketing has a link to unsubscribe, and goes to nobody who did; other messages go on", async () => {
  const { key, untilEvents, until: untilOf } = await newClient();
  const to = newCustomer();
  const marketing = { ...message(to), category: "marketing" };
  const { body } = await key.call("POST", "/messages", marketing);
  await untilOf(body.messageId, final);
  expect(await arrivedAt(to, "email")).toMatchObject([
    { body: expect.stringMatching(/^It is on its way\n\nUnsubscribe: https:/) },
  ]);
  await onPhone(to, "email", "webhooks", { webhook: "email-unsubscribe" });
  await untilEvents(1);
  const skipped = async (request: object) => (await key.call("POST", "/messages/plan", request)).body.skipped;
  expect(await skipped(marketing)).toMatchObject([{ channel: "email", code: "opted_out" }]);
  expect(await skipped(message(to))).toEqual([]);

  await advanceClock(2000);
  await onPhone(to, "email", "webhooks", { webhook: "email-subscribe" });
  await eventually(
    "the subscription",
    () => skipped(marketing),
    (found) => found.length === 0,
  );

  // SES's own list knows better.
  await setPhone(to, "email", { laterAnswer: "email-Bounce-Permanent-UnsubscribedRecipient" });
  const again = await key.call("POST", "/messages", marketing);
  expect((await untilOf(again.body.messageId, final)).channels[0]).toMatchObject({
    outcome: "failed",
    error: { name: "OptedOut" },
  });
  expect(await skipped(marketing)).toMatchObject([{ channel: "email", code: "opted_out" }]);
});
