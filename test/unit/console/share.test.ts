/** A message as a file to share: it shows the course, and nothing personal unless that is wanted. */
import { expect, it } from "vitest";
import { shownMessage } from "../../../functions/domain/reporting/shown-message.ts";
import type { Trace } from "../../../infra/local/console/contract.ts";
import { recordOf } from "../../../infra/local/console/messages/record.ts";
import { shareable } from "../../../infra/local/console/page/share.ts";
import { itemOf } from "./messages-of.ts";

const trace: Trace = {
  messageId: "m1",
  status: "delivered",
  createdAt: "2030-01-01T12:00:00.000Z",
  finishedAt: "2030-01-01T12:00:02.000Z",
  reference: "order <1234>",
  metadata: { note: "for Anna" },
  cost: { usd: "0.001" },
  saved: { usd: "0.038", against: "sms" },
  channels: [
    {
      channel: "whatsApp",
      outcome: "failed",
      error: { name: "NotRegistered", code: "131026", message: "nobody at +447123123123" },
      events: [{ status: "failed", at: "2030-01-01T12:00:01.000Z" }],
    },
    {
      channel: "fbMessenger",
      outcome: "delivered",
      providerMessageId: "wamid.HBgMNDQ3",
      events: [{ status: "delivered", at: "2030-01-01T12:00:02.000Z" }],
    },
  ],
};
const options = { nameOf: (channel: string) => `the ${channel}`, windows: new Map(), now: 0 };
const stored = recordOf(shownMessage(itemOf({ body: "Hello <b>Anna</b>" })), []);
const personal = ["Anna", "1234", "447123123123", "wamid"];

it("shows the course without a script and without anything personal", () => {
  const page = shareable(trace, options);
  for (const text of [
    "Delivered by the fbMessenger, because the whatsApp failed",
    "NotRegistered 131026",
    "$0.038 against the sms",
    "<svg",
    "&#34;status&#34;: &#34;delivered&#34;",
  ])
    expect(page).toContain(text);
  for (const word of personal) expect(page).not.toContain(word);
  expect(page).not.toMatch(/<script|https?:|\son\w+=|undefined/);
});

it("says of a test that it is one", () => {
  const said = "by a test key, so it reached no provider";
  expect(shareable({ ...trace, test: true }, options)).toContain(said);
  expect(shareable(trace, options)).not.toContain(said);
});

it("has the text and the addresses where that is wanted, as plain text", () => {
  const page = shareable(trace, { ...options, personal: stored });
  for (const word of [
    ...personal,
    "anna@example.com",
    "Hello &#60;b&#62;Anna&#60;/b&#62;",
    "order &#60;1234&#62;",
  ])
    expect(page).toContain(word);
  expect(page).not.toContain("<b>");
});
