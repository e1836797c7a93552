/** Media and buttons in one form: what each channel makes of them, pure, and what reaches the carrier's own checks. */
import fc from "fast-check";
import * as v from "valibot";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createSender as createMessengerSender } from "../../functions/channels/fb-messenger.ts";
import { createSender as createMmsSender } from "../../functions/channels/mms.ts";
import { createSender as createRcsSender } from "../../functions/channels/rcs.ts";
import { channelById, channels } from "../../functions/channels/registry.ts";
import { createSender as createWhatsAppSender } from "../../functions/channels/whats-app-by-meta.ts";
import type { Channel, CreateSender } from "../../functions/domain/channel.ts";
import { contentFaults } from "../../functions/domain/route/content.ts";
import { withoutWhatMustBe, withRichContent } from "../../functions/domain/route/render-content.ts";
import type { Button, Media } from "../../functions/domain/route/rich-content.ts";
import { environmentFor } from "./fixtures/answers-through.ts";
import { mmsOriginationArn, rcsAgentArn, useCarrierWorld } from "./fixtures/carrier-world.ts";

const channel = (id: string): Channel => {
  const found = channelById.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
/** What is stored for the channel, and how it carries the parts. */
function renderedFor(id: string, given: Parameters<typeof withRichContent>[0]) {
  const { content, carries } = withRichContent(given, [channel(id)]);
  return {
    body: content.customBody?.[id] ?? content.body,
    options: content.channelOptions?.[id],
    carries: carries[id],
  };
}

const picture: Media = { url: "https://shop.example/7.jpg", type: "image/jpeg", caption: "Your parcel" };
const inS3: Media = { url: "s3://shop-media/7.jpg", type: "image/jpeg" };
const reply = (text: string): Button => ({ type: "reply", text });
const track: Button = { type: "url", text: "Track it", url: "https://shop.example/track/7" };
const call: Button = { type: "call", text: "Call us", phoneNumber: "+12025550123" };
const body = "Is Tuesday fine?";

describe("each channel renders a text, a picture and two answers", () => {
  const given = { body, media: [picture], buttons: [reply("Yes"), reply("No")] };
  it.each([
    [
      "sms",
      {
        body: `${body}\nYour parcel: ${picture.url}\nYes / No`,
        carries: { media: "asText", buttons: "asText" },
      },
    ],
    [
      "mms",
      {
        body: `${body}\nYour parcel: ${picture.url}\nYes / No`,
        carries: { media: "asText", buttons: "asText" },
      },
    ],
    [
      "whatsApp",
      {
        body,
        options: { media: { type: "image", url: picture.url }, buttons: given.buttons },
        carries: { media: "shown", buttons: "shown" },
      },
    ],
    [
      "fbMessenger",
      {
        body,
        options: {
          attachment: {
            type: "template",
            payload: {
              template_type: "generic",
              elements: [
                {
                  title: body,
                  image_url: picture.url,
                  buttons: ["Yes", "No"].map((title) => ({ type: "postback", title, payload: title })),
                },
              ],
            },
          },
        },
        carries: { media: "shown", buttons: "shown" },
      },
    ],
    [
      "rcs",
      {
        body,
        options: { media: { url: picture.url }, suggestions: given.buttons },
        carries: { media: "shown", buttons: "shown" },
      },
    ],
    ["nativePush", { body, carries: { media: "leftOut", buttons: "leftOut" } }],
    ["appMessaging", { body, carries: { media: "leftOut", buttons: "leftOut" } }],
  ])("%s", (id, expected) => {
    expect(renderedFor(id, given)).toEqual({ options: undefined, ...expected });
  });

  it("email: the picture in the HTML, the answers as text", () => {
    const { body: text, options, carries } = renderedFor("email", given);
    expect(text).toBe(`${body}\nYour parcel: ${picture.url}\nYes / No`);
    expect(options?.htmlBody).toContain(`<img src="${picture.url}" alt="Your parcel"`);
    expect(options?.htmlBody).toContain("Yes / No");
    expect(carries).toEqual({ media: "shown", buttons: "asText" });
  });
});

describe("what a channel cannot show", () => {
  it.each([
    ["whatsApp", "two kinds of buttons", { body, buttons: [reply("Yes"), track] }],
    ["whatsApp", "a number to call", { body, buttons: [call] }],
    ["whatsApp", "four answers", { body, buttons: ["A", "B", "C", "D"].map(reply) }],
    ["whatsApp", "a label of 21 characters", { body, buttons: [reply("x".repeat(21))] }],
    ["whatsApp", "buttons below 1,025 characters", { body: "x".repeat(1025), buttons: [reply("Yes")] }],
    [
      "whatsApp",
      "buttons by Direct Send",
      { body, buttons: [reply("Yes")], channelOptions: { whatsApp: { category: "utility" } } },
    ],
    [
      "fbMessenger",
      "four buttons that are no answers",
      { body, buttons: [reply("A"), reply("B"), reply("C"), track] },
    ],
    ["fbMessenger", "buttons below 641 characters", { body: "x".repeat(641), buttons: [track] }],
    ["email", "answers to tap", { body, buttons: [reply("Yes")] }],
  ])("%s: %s are lines of its text", (id, _, given) => {
    const rendered = renderedFor(id, given);
    expect(rendered.carries).toEqual({ buttons: "asText" });
    for (const name of ["buttons", "attachment", "quickReplies"])
      expect(rendered.options?.[name]).toBeUndefined();
    for (const { text } of given.buttons) expect(rendered.body).toContain(text);
  });

  it.each([
    ["fbMessenger", "a picture with 81 characters", { body: "x".repeat(81), media: [picture] }],
    [
      "whatsApp",
      "a sound with a text",
      { body, media: [{ url: "https://shop.example/a.mp3", type: "audio/mpeg" }] },
    ],
    [
      "rcs",
      "a PDF with a text",
      { body, media: [{ url: "https://shop.example/a.pdf", type: "application/pdf" }] },
    ],
    ["whatsApp", "a second picture", { body, media: [picture, picture] }],
  ])("%s: of %s there is a link", (id, _, given) => {
    const rendered = renderedFor(id, given);
    expect(rendered.carries).toEqual({ media: "asText" });
    expect(rendered.body).toContain(given.media.at(-1)?.url);
  });

  it("a file in S3 is for MMS and RCS: other channels have nothing that a customer could open", () => {
    const given = { body, media: [inS3] };
    expect(renderedFor("mms", given)).toEqual({
      body,
      options: { mediaUrls: [inS3.url] },
      carries: { media: "shown" },
    });
    expect(renderedFor("rcs", given).carries).toEqual({ media: "shown" });
    for (const id of ["sms", "whatsApp", "fbMessenger", "email"]) {
      const rendered = renderedFor(id, given);
      expect([id, rendered.carries]).toEqual([id, { media: "leftOut" }]);
      expect(JSON.stringify(rendered)).not.toContain("s3:");
    }
  });

  it("is a reason to skip only where it must be had, and as text is not enough", () => {
    const { carries } = withRichContent({ body, media: [picture], buttons: [track] }, channels);
    expect(withoutWhatMustBe([], carries)).toEqual({});
    expect(Object.keys(withoutWhatMustBe(["media"], carries)).sort()).toEqual([
      "appMessaging",
      "mms",
      "nativePush",
      "sms",
    ]);
    expect(withoutWhatMustBe(["media", "buttons"], carries).sms).toEqual({
      code: "cannot_carry",
      reason: "it would carry media as text and buttons as text",
    });
  });
});

it("WhatsApp's own file needs no text, and with buttons it does", () => {
  const media = { type: "image", url: picture.url };
  const faults = (options: Record<string, unknown>) =>
    contentFaults(channel("whatsApp"), { channelOptions: { whatsApp: options } }).map(({ code }) => code);
  expect(faults({ media })).toEqual([]);
  expect(faults({ media, buttons: [reply("Yes")] })).toEqual(["nothing_to_send"]);
});

it("what channelOptions say goes before the common form, and text in HTML is no markup", () => {
  const own = { suggestions: [reply("Later")] };
  const options = renderedFor("rcs", { body, buttons: [reply("Yes")], channelOptions: { rcs: own } }).options;
  expect(options).toEqual(own);
  const rich = { body, media: [picture], buttons: [reply("Yes")] };
  for (const [id, taken] of [
    ["fbMessenger", { attachment: { type: "image", payload: { attachment_id: "7" } } }],
    [
      "whatsApp",
      { media: { type: "image", url: "https://shop.example/own.jpg" }, buttons: [reply("Later")] },
    ],
  ] as const)
    expect([id, renderedFor(id, { ...rich, channelOptions: { [id]: taken } })]).toEqual([
      id,
      { body, options: taken, carries: { media: "shown", buttons: "shown" } },
    ]);
  const html = "<p>mine</p>";
  const email = renderedFor("email", {
    body,
    media: [picture],
    channelOptions: { email: { htmlBody: html } },
  });
  expect(email).toMatchObject({ options: { htmlBody: html }, carries: { media: "asText" } });
  const written = renderedFor("email", { body: "<b>", media: [{ ...picture, caption: '"><i>' }] });
  expect(written.options?.htmlBody).not.toMatch(/<b>|<i>/);
});

const text = fc.string({ minLength: 1, maxLength: 25, unit: fc.constantFrom("a", "é", " ", "7") });
const anyButton: fc.Arbitrary<Button> = fc.oneof(
  fc.record({
    type: fc.constant("reply" as const),
    text,
    payload: fc.string({ minLength: 1, maxLength: 1100 }),
  }),
  text.map((label): Button => ({ ...track, text: label })),
  text.map((label): Button => ({ ...call, text: label })),
);
const anyMedia: fc.Arbitrary<Media> = fc.record({
  url: fc.constantFrom("https://shop.example/a", "s3://shop-media/a"),
  type: fc.constantFrom("image/jpeg", "image/webp", "video/mp4", "audio/ogg", "application/pdf"),
  caption: text,
});
const anyContent = fc.record({
  body: fc.option(
    fc.integer({ min: 1, max: 1500 }).map((length) => "x".repeat(length)),
    { nil: undefined },
  ),
  media: fc.array(anyMedia, { maxLength: 3 }),
  buttons: fc.array(anyButton, { maxLength: 10 }),
});

describe("whatever is rendered is what the channel's options take", () => {
  it.each(channels.map(({ id }) => id))("%s", (id) => {
    fc.assert(
      fc.property(anyContent, (given) => {
        const { options = {}, carries } = renderedFor(id, given);
        expect(v.safeParse(channel(id).options, options).issues).toBeUndefined();
        expect(Object.keys(carries ?? {})).toEqual([
          ...(given.media.length > 0 ? ["media"] : []),
          ...(given.buttons.length > 0 ? ["buttons"] : []),
        ]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("what goes out is taken by the carrier, which checks as the provider does", () => {
  const world = useCarrierWorld();
  beforeEach(() => {
    for (const [name, value] of Object.entries(environmentFor(world))) vi.stubEnv(name, value);
    return () => vi.unstubAllEnvs();
  });
  const senders: [string, CreateSender, string][] = [
    ["whatsApp", createWhatsAppSender, "+15550100001"],
    ["fbMessenger", createMessengerSender, "psid"],
    ["rcs", createRcsSender, "+15550100001"],
    ["mms", createMmsSender, "+15550100001"],
  ];
  it.each(senders)("%s", async (id, createSender, address) => {
    const send = createSender({
      settings: {
        graphApiUrl: world.carrier.url,
        graphApiVersion: "v26.0",
        whatsAppPhoneNumberId: "106540352242922",
        fbMessengerPageId: "106540352242922",
        rcsAgentArn,
        mmsOriginationArn,
      },
      secrets: { accessToken: "token", appSecret: "secret" },
      configurationSet: `FallbackRouting-${id}`,
    });
    const taken = async (given: Parameters<typeof withRichContent>[0]) => {
      const { body: words, options = {} } = renderedFor(id, given);
      if (words === undefined && !channel(id).sendsWithoutBody?.(options)) return;
      if ((words?.length ?? 0) > channel(id).limit.max) return;
      await send({
        messageId: "0b7a0a6e-5f5c-4a7e-9d43-9f6b1d2c3e4f",
        addresses: { phoneNumber: "+15550100001", fbMessengerId: "psid" },
        ...(words === undefined ? {} : { body: words }),
        options,
        timeoutSeconds: 60,
      });
    };
    await taken({ body, media: [picture], buttons: [reply("Yes"), reply("No")] });
    await taken({ body, buttons: [track] });
    await taken({ media: [picture] });
    expect(await world.messagesAt(id, address)).toHaveLength(3);
    await fc.assert(fc.asyncProperty(anyContent, taken), { numRuns: 30 });
  });
});
