/** Media and buttons of a message, from outside: what each channel's phone shows, what the plan says, and what is skipped. */
import { expect, it } from "vitest";
import { arrivedAt, call, final, newCustomer, send, setPhone, until } from "./service.ts";

const url = "https://shop.example/order-7.jpg";
const content = {
  body: "Is Tuesday fine?",
  media: [{ url, type: "image/jpeg", caption: "Your parcel" }],
  buttons: [
    { type: "reply", text: "Yes", payload: "tuesday" },
    { type: "reply", text: "No" },
  ],
};
const shown = { media: "shown", buttons: "shown" };
const suggestions = [
  { text: "Yes", payload: "tuesday" },
  { text: "No", payload: "No" },
];

it("a picture with two answers is shown by WhatsApp, Messenger and RCS, and is links and words elsewhere", async () => {
  const arrivals = {
    whatsApp: { body: content.body, rich: { media: url, suggestions } },
    fbMessenger: { body: content.body, rich: { media: url, suggestions } },
    rcs: { body: content.body, rich: { card: true, media: url, suggestions } },
    sms: { body: `${content.body}\nYour parcel: ${url}\nYes / No` },
    mms: { body: `${content.body}\nYour parcel: ${url}\nYes / No` },
    email: { html: expect.stringContaining(`<img src="${url}"`) },
    nativePush: { body: content.body },
  } as const;
  for (const [channel, expected] of Object.entries(arrivals)) {
    const customer = newCustomer();
    const { status, body } = await send({ to: customer, ...content, rules: [channel] });
    expect([channel, status]).toEqual([channel, 201]);
    const trace = await until(body.messageId, [...final, "sent"]);
    expect(await arrivedAt(customer, channel as keyof typeof arrivals)).toMatchObject([expected]);
    expect(trace.channels[0].carries).toEqual(body.plan.hops[0].carries);
    if ("rich" in expected) expect(body.plan.hops[0].carries).toEqual(shown);
  }
});

it("a channel that cannot show what must be had is skipped, and a resent message goes without it too", async () => {
  const customer = newCustomer();
  await setPhone(customer, "whatsApp", { registered: false });
  const request = { to: customer, ...content, mustHave: ["media"], rules: ["sms", "whatsApp"] };
  const { body } = await send(request);
  expect(body.plan).toMatchObject({
    hops: [{ channel: "whatsApp", carries: shown }],
    skipped: [{ channel: "sms", code: "cannot_carry", reason: "it would carry media as text" }],
  });
  await until(body.messageId, ["failed"]);
  await setPhone(customer, "whatsApp", { registered: true });
  const again = await call("POST", `/messages/${body.messageId}/resend`);
  await until(again.body.messageId, ["delivered"]);
  expect(await arrivedAt(customer, "whatsApp")).toMatchObject([{ rich: { media: url } }]);
  expect(await arrivedAt(customer, "sms")).toEqual([]);

  const nothing = await send({ to: customer, body: "Hello", mustHave: ["buttons"], rules: ["sms"] });
  expect(nothing).toMatchObject({
    status: 400,
    body: { errors: [{ path: "mustHave", message: "names buttons, and the request has none" }] },
  });
});
