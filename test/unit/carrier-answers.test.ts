/** The catalogue of the providers' answers: its form, and that each answer is served as it stands there. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { subjects } from "../../infra/local/carrier/answers/answer.ts";
import { fill, type Values } from "../../infra/local/carrier/answers/fill.ts";
import { type CatalogueEntry, catalogue } from "../../infra/local/carrier/answers/index.ts";
import { channels } from "../../infra/local/carrier/sends.ts";
import {
  applicationArn,
  at,
  mmsOriginationArn,
  rcsAgentArn,
  useCarrierWorld,
} from "./fixtures/carrier-world.ts";

const world = useCarrierWorld();

const phone = "+15550100001";
const psid = "24030711263194";
const device = "device";
const addresses = {
  sms: phone,
  whatsApp: phone,
  fbMessenger: psid,
  appMessaging: device,
  nativePush: device,
  email: "anna@example.com",
  rcs: phone,
  mms: phone,
} as const;
const sender = "106540352242922";
const whatsAppText = { messaging_product: "whatsapp", to: phone, type: "text", text: { body: "Hello" } };
const messengerText = {
  recipient: { id: psid },
  messaging_type: "UPDATE",
  message: { text: "Hello", metadata: "m1" },
};

const withSync = catalogue.filter((entry) => entry.sync !== undefined);
const withLater = catalogue.filter((entry) => entry.later !== undefined);
const withWebhook = catalogue.filter((entry) => entry.webhook !== undefined);
const named = (entries: readonly CatalogueEntry[]) => entries.map((entry) => [entry.name, entry] as const);
const isOfSns = ({ channel, provider }: CatalogueEntry) =>
  provider === undefined && ["sms", "appMessaging", "nativePush"].includes(channel);
const isMeta = ({ channel }: CatalogueEntry) => channel === "whatsApp" || channel === "fbMessenger";

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
const graphFailure = v.strictObject({
  error: v.strictObject({
    message: v.pipe(v.string(), v.minLength(1)),
    type: v.picklist(["OAuthException", "GraphMethodException"]),
    code: v.pipe(v.number(), v.integer()),
    error_subcode: v.optional(v.nullable(v.pipe(v.number(), v.integer()))),
    error_data: v.optional(
      v.union([
        v.string(),
        v.strictObject({ messaging_product: v.literal("whatsapp"), details: v.string() }),
      ]),
    ),
    is_transient: v.optional(v.boolean()),
    fbtrace_id: v.string(),
  }),
});
const whatsAppSuccess = v.strictObject({
  messaging_product: v.literal("whatsapp"),
  contacts: v.tuple([v.strictObject({ input: v.string(), wa_id: v.string() })]),
  messages: v.tuple([v.strictObject({ id: v.string(), message_status: v.string() })]),
});
const smsVoiceFailure = v.strictObject({
  __type: v.pipe(v.string(), v.endsWith("Exception")),
  Message: v.pipe(v.string(), v.minLength(1)),
  Reason: v.optional(v.pipe(v.string(), v.regex(/^[A-Z_]+$/))),
});
const mmsText = {
  DestinationPhoneNumber: phone,
  OriginationIdentity: mmsOriginationArn,
  MessageBody: "Hello",
  ConfigurationSetName: "FallbackRouting-mms",
};
const text = {
  DestinationPhoneNumber: phone,
  OriginationIdentity: "MyShop",
  MessageBody: "Hello",
  ConfigurationSetName: "set",
};
const rcsText = {
  DestinationPhoneNumber: phone,
  OriginationIdentity: rcsAgentArn,
  RcsMessageContent: { Content: { TextMessage: { Body: "Hello" } } },
  ConfigurationSetName: "set",
};
/** https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const snsFailure =
  /^<ErrorResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/"><Error><Type>(Sender|Receiver)<\/Type><Code>[A-Za-z]+<\/Code><Message>[^<]+<\/Message><\/Error><RequestId>\{requestId\}<\/RequestId><\/ErrorResponse>$/;
const whatsAppEnvelope = v.strictObject({
  object: v.literal("whatsapp_business_account"),
  entry: v.array(
    v.strictObject({
      id: v.string(),
      changes: v.array(v.strictObject({ field: v.string(), value: v.looseObject({}) })),
    }),
  ),
});
const events = v.optional(v.array(v.looseObject({})));
const messengerEnvelope = v.strictObject({
  object: v.literal("page"),
  entry: v.array(
    v.strictObject({
      id: v.string(),
      time: v.number(),
      messaging: events,
      standby: events,
      changes: v.optional(v.array(v.strictObject({ field: v.string(), value: v.looseObject({}) }))),
    }),
  ),
});

describe("The catalogue", () => {
  it.each(named(catalogue))(
    "has of %s a line, whom it speaks of, its source and its occasion",
    (_, entry) => {
      const { name, channel, what, about, source, sync, later, webhook } = entry;
      expect(name).toMatch(new RegExp(`^${channel}-[A-Za-z0-9-]+$`));
      expect(what).toMatch(/^[A-Z0-9e][^\n]{5,99}[^.\n]$/);
      expect(subjects).toContain(about);
      expect(new URL(source).protocol).toBe("https:");
      expect([sync, later, webhook].filter((occasion) => occasion !== undefined)).not.toEqual([]);
    },
  );

  it("is not made from the product: no file of the carrier imports from functions/", () => {
    const directory = resolve(import.meta.dirname, "../../infra/local/carrier");
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    expect(files.length).toBeGreaterThan(30);
    for (const file of files)
      expect(readFileSync(resolve(directory, file), "utf8")).not.toMatch(/from "[^"]*functions\//);
  });

  it("has answers of every channel about everybody", () => {
    expect(new Set(catalogue.map(({ channel }) => channel))).toEqual(new Set(channels));
    expect(new Set(catalogue.map(({ about }) => about))).toEqual(new Set(subjects));
  });

  it.each(named(withSync))("has %s in the form that its provider documents", (_, entry) => {
    const { channel, provider, sync } = entry;
    if (sync === undefined) throw new Error("it has no answer");
    const { status, body } = sync;
    if (typeof body === "string") {
      if (body.startsWith("<ErrorResponse")) {
        expect(body).toMatch(snsFailure);
        expect(body.includes("<Type>Receiver<")).toBe(status >= 500);
      } else expect(body).toMatch(/^(<!DOCTYPE html>)?<html/);
    } else if (channel === "email" || provider === "aws") {
      expect(body).toEqual({ message: expect.any(String) });
      expect(sync.headers?.["x-amzn-errortype"]).toMatch(/^[A-Z][A-Za-z]+$/);
    } else if (status === 200) expect(v.is(whatsAppSuccess, body)).toBe(true);
    else
      expect(
        v.parse(
          ["rcs", "mms"].includes(channel) || provider === "endUserMessaging"
            ? smsVoiceFailure
            : graphFailure,
          body,
        ),
      ).toEqual(body);
    if (isOfSns(entry)) expect(typeof body).toBe("string");
    expect(status === 200 || (status >= 400 && status < 600)).toBe(true);
  });
});

/** The app knows the two by a mark in the data. */
const pushOf = (channel: string) =>
  channel === "nativePush"
    ? {
        MessageStructure: "json",
        Message: JSON.stringify({
          GCM: JSON.stringify({
            fcmV1Message: { message: { notification: { body: "Hello" }, data: { channel } } },
          }),
        }),
      }
    : { Message: "Hello" };

/** Sends by the channel of the entry, and answers what came back and what was filled in. */
async function sendBy({ channel, provider, sync }: CatalogueEntry) {
  if (provider === "aws") return { ...(await world.social(whatsAppText)), values: { identity: sender } };
  if (provider === "endUserMessaging")
    return {
      ...(await world.smsVoice("SendTextMessage", text)),
      values: { identity: "MyShop", phoneNumber: phone },
    };
  switch (channel) {
    case "whatsApp":
      return { ...(await world.graph(sender, whatsAppText)), values: { identity: sender } };
    case "fbMessenger":
      return { ...(await world.graph(sender, messengerText)), values: { identity: sender } };
    case "sms":
      return {
        ...(await world.snsForm({ Action: "Publish", PhoneNumber: phone, Message: "Hello" })),
        values: { phoneNumber: phone, target: phone },
      };
    case "email":
      return {
        ...(await world.ses({})),
        values: { address: addresses.email, identity: "hello@shop.example", region: "US-EAST-1" },
      };
    case "mms":
      return {
        ...(await world.smsVoice("SendMediaMessage", mmsText)),
        values: { identity: mmsOriginationArn, phoneNumber: phone, target: undefined },
      };
    case "rcs":
      return {
        ...(await world.smsVoice("SendRcsMessage", rcsText)),
        values: { identity: rcsAgentArn, phoneNumber: phone, target: undefined },
      };
    case "appMessaging":
    case "nativePush": {
      const PlatformApplicationArn = applicationArn("GCM");
      if (sync?.call === "CreatePlatformEndpoint") {
        const form = { Action: sync.call, PlatformApplicationArn, Token: device };
        return { ...(await world.snsForm(form)), values: { identity: PlatformApplicationArn } };
      }
      const TargetArn = await world.endpointOf(device);
      return {
        ...(await world.snsForm({ Action: "Publish", TargetArn, ...pushOf(channel) })),
        values: { target: TargetArn, identity: PlatformApplicationArn },
      };
    }
  }
}

describe("An answer to the call itself", () => {
  it.each(named(withSync))(
    "%s is served byte by byte, and nothing arrives where it refuses",
    async (name, entry) => {
      const { channel, sync } = entry;
      if (sync === undefined) throw new Error("it has no answer");
      const address = addresses[channel];
      expect(await world.call("PUT", at(channel, address), { answer: name })).toMatchObject({ status: 200 });
      const { status, headers, text, values } = await sendBy(entry);
      expect(status).toBe(sync.status);
      const known: Values = {
        ...values,
        requestId: headers.get("x-amzn-requestid") ?? undefined,
        endpointArn: /arn:aws:sns:[^ ]+:endpoint\/[^ ]+/.exec(text)?.[0],
        input: phone,
        waId: phone.slice(1),
        messageId: /"id":"(wamid\.[^"]+)"/.exec(text)?.[1],
      };
      const body = fill(sync.body, known);
      expect(text).toBe(typeof body === "string" ? body : JSON.stringify(body));
      expect(text).not.toMatch(/\{[a-zA-Z]+\}/);
      for (const [header, value] of Object.entries(sync.headers ?? {}))
        expect(headers.get(header)).toBe(fill(value, known));
      const arrived = sync.takesMessage && sync.call === undefined ? 1 : 0;
      expect(await world.messagesAt(channel, address)).toHaveLength(arrived);
    },
  );

  it.each(named(withSync.filter((entry) => isOfSns(entry) && !entry.name.includes("html"))))(
    "%s is an error to the SDK, with its code and status",
    async (name, { channel, sync }) => {
      const body = String(sync?.body);
      const code = /<Code>(.+)<\/Code>/.exec(body)?.[1] ?? "";
      await world.call("PUT", at(channel, addresses[channel]), { answer: name });
      const sending = async () =>
        channel === "sms"
          ? world.publish({ PhoneNumber: phone, Message: "Hello" })
          : world.publish({ TargetArn: await world.endpointOf(device), ...pushOf(channel) });
      const error = v.parse(
        v.looseObject({ name: v.string(), Code: v.optional(v.string()) }),
        await sending().catch((caught: unknown) => caught),
      );
      // What the service's model knows has a class of its own, which has the wire's code beside it.
      expect(error.Code ?? error.name).toBe(code);
      expect(error).toMatchObject({ $metadata: { httpStatusCode: sync?.status } });
    },
  );
});

const record = v.object({
  group: v.string(),
  record: v.looseObject({ delivery: v.looseObject({}), status: v.string() }),
});
const statusPost = v.object({
  entry: v.tuple([
    v.object({
      changes: v.tuple([v.object({ value: v.object({ statuses: v.tuple([v.looseObject({})]) }) })]),
    }),
  ]),
});
const eventPost = v.object({ entry: v.tuple([v.object({ messaging: v.tuple([v.looseObject({})]) })]) });

/** The last callback to the business, without its envelope. */
function reported({ channel, provider, later }: CatalogueEntry): Record<string, unknown> {
  if (provider === "endUserMessaging") return v.parse(v.looseObject({}), world.endUserMessaging.at(-1));
  const [last] = world.posts.slice(-1);
  switch (channel) {
    case "sms": {
      const { group, record: entry } = v.parse(record, world.logs.at(-1));
      expect([group.endsWith("/Failure"), entry.status]).toEqual(
        later?.outcome === "failed" ? [true, "FAILURE"] : [false, "SUCCESS"],
      );
      return entry.delivery;
    }
    case "appMessaging":
    case "nativePush":
      return v.parse(v.looseObject({}), world.pushEvents.at(-1));
    case "email":
      return v.parse(v.looseObject({}), world.emailEvents.at(-1));
    case "rcs":
    case "mms":
      return v.parse(v.looseObject({}), world.endUserMessaging.at(-1));
    case "whatsApp":
      return v.parse(statusPost, last?.body).entry[0].changes[0].value.statuses[0];
    case "fbMessenger":
      return v.parse(eventPost, last?.body).entry[0].messaging[0];
  }
}

describe("An answer that is reported later", () => {
  it.each(named(withLater.filter(({ name }) => name !== "fbMessenger-silence")))(
    "%s is reported as it stands in the catalogue, of a message that was accepted",
    async (name, entry) => {
      const { channel, later } = entry;
      if (later === undefined) throw new Error("it has no later answer");
      const address = addresses[channel];
      const receipts = { beforeAnswer: true };
      await world.call("PUT", at(channel, address), { laterAnswer: name, receipts });
      expect((await sendBy({ ...entry, sync: { status: 200, body: "" } })).status).toBe(200);
      const report = reported(entry);
      expect(report).toEqual(expect.objectContaining(pattern(later.fields)));
      for (const field of later.without ?? []) expect(report).not.toHaveProperty(field);
      if (channel === "whatsApp") expect(report).toMatchObject({ status: later.outcome });
      expect(await world.messagesAt(channel, address)).toHaveLength(later.outcome === "failed" ? 0 : 1);
    },
  );

  it("fbMessenger-silence is that nothing is reported, and nothing arrives", async () => {
    const name = "fbMessenger-silence";
    await world.call("PUT", at("fbMessenger", psid), { laterAnswer: name, receipts: { beforeAnswer: true } });
    expect((await world.graph(sender, messengerText)).status).toBe(200);
    await world.clock.advance(86_400_000);
    expect(world.posts).toEqual([]);
    expect(await world.messagesAt("fbMessenger", psid)).toEqual([]);
  });

  it("writes numeric ids and no timestamp where Messenger reports as in 2016", async () => {
    const laterAnswer = "fbMessenger-delivered-2016";
    await world.call("PUT", at("fbMessenger", psid), { laterAnswer, receipts: { beforeAnswer: true } });
    const { text } = await world.graph(sender, messengerText);
    const mid = JSON.parse(text).message_id;
    expect(reported(entryOf(laterAnswer))).toEqual({
      sender: { id: Number(psid) },
      recipient: { id: Number(sender) },
      delivery: { mids: [mid], watermark: expect.any(Number), seq: 37 },
    });
  });
});

const entryOf = (name: string) => {
  const entry = catalogue.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`there is no ${name}`);
  return entry;
};

describe("A webhook that comes by itself", () => {
  it.each(named(withWebhook.filter(isMeta)))(
    "%s is posted, signed, in the form that Meta documents",
    async (name, entry) => {
      const { channel, webhook } = entry;
      const address = addresses[channel];
      // Some are about the message that was last sent.
      await world.graph(
        sender,
        channel === "whatsApp" ? { ...whatsAppText, biz_opaque_callback_data: "m1" } : messengerText,
      );
      await expect.poll(() => world.posts.length).toBeGreaterThan(0);
      await world.call("PUT", at(channel, address), { window: "closed" });
      await world.clock.advance(1);
      await expect.poll(() => world.posts.length).toBe(channel === "whatsApp" ? 2 : 1);
      world.posts.length = 0;
      const answer = await world.call("POST", `${at(channel, address)}/webhooks`, { webhook: name });
      expect(answer).toEqual({
        status: 200,
        body: { providerMessageId: expect.stringMatching(channel === "whatsApp" ? /^wamid\./ : /^m_/) },
      });
      const [post] = world.posts;
      if (post === undefined) throw new Error("nothing was posted");
      expect(world.posts).toHaveLength(1);
      expect(post.path).toBe(channel === "whatsApp" ? "/webhooks/whats-app" : "/webhooks/fb-messenger");
      const signature = createHmac("sha256", "app-secret").update(post.raw).digest("hex");
      expect(post.headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
      expect(v.parse(channel === "whatsApp" ? whatsAppEnvelope : messengerEnvelope, post.body)).toEqual(
        post.body,
      );
      expect(post.body).toEqual(pattern(webhook?.body));
      expect(post.raw).not.toMatch(/"[^"]*\{[a-zA-Z]+\}[^"]*"/);
      const { window } = (await world.call("GET", at(channel, address))).body;
      expect(window).toBe(webhook?.opensWindow ? "open" : "closed");
    },
  );

  it("has the customer's text as it is set, in answer to the message that is set", async () => {
    const path = `${at("whatsApp", phone)}/webhooks`;
    const given = { webhook: "whatsApp-message-button-reply", body: "Nein, größer", answers: "wamid.1" };
    const { body } = await world.call("POST", path, given);
    expect(world.posts[0]?.body).toMatchObject({
      entry: [
        {
          changes: [
            {
              value: {
                messages: [
                  {
                    id: body.providerMessageId,
                    context: { id: "wamid.1" },
                    interactive: { button_reply: { title: "Nein, größer" } },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
  });
});

/** What fits a template of the catalogue: a word in braces stands for any text, alone for any value. */
function pattern(template: unknown): unknown {
  if (typeof template === "string") {
    if (/^\{[a-zA-Z]+\}$/.test(template)) return expect.anything();
    const parts = template.split(/\{[a-zA-Z]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return parts.length === 1 ? template : expect.stringMatching(new RegExp(`^${parts.join(".+")}$`));
  }
  if (Array.isArray(template)) return template.map(pattern);
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, pattern(value)]));
}

it("fills in numbers as numbers, and leaves out a field that has no value", () => {
  const template = { id: "{id}", text: "of {id} and {other}", gone: "{gone}", list: ["{id}"] };
  expect(fill(template, { id: 7, gone: undefined })).toEqual({ id: 7, text: "of 7 and {other}", list: [7] });
});
