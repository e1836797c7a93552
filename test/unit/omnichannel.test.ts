/** The pure parts of the Omnichannel API's layer, and its batch when SQS refuses: what is not sent is not answered as accepted. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import {
  bodyOf,
  fullAt,
  inCalls,
  pauses,
  signatureHeaders,
  verdictOf,
} from "../../functions/api/omnichannel/deliveries.ts";
import { differencesOf } from "../../functions/api/omnichannel/differences.ts";
import { fieldsAt, flattened, nested } from "../../functions/api/omnichannel/profile-fields.ts";
import type { OmnichannelMessage } from "../../functions/api/omnichannel/request.ts";
import { createSend, type SendDependencies } from "../../functions/api/omnichannel/send.ts";
import type { StoredWebhook } from "../../functions/api/omnichannel/settings-table.ts";
import { translate } from "../../functions/api/omnichannel/translate.ts";
import { channelById } from "../../functions/channels/registry.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import { type HttpEvent, httpHandler } from "../../functions/http/handler.ts";
import { nothingKnown } from "./fixtures/routing-in-process.ts";

const now = new Date("2026-01-01T00:00:00Z");
const to = { phoneNumber: "447123123123", fbMessengerId: "1234567890", profileId: "ann" };
const url = "https://shop.example/a.png";
const image = { type: "image", payload: { url } };
const pdf = { type: "application/pdf", name: "a.pdf", url };
function translated(given: Partial<OmnichannelMessage>) {
  const context = { channels: channelById, profile: undefined, ruleSet: undefined, now };
  const { message, skipped, warnings } = translate({ to, rules: ["sms"], body: "Hello", ...given }, context);
  return {
    message,
    skipped: skipped.map(({ channel }) => channel),
    warned: warnings.map(({ path }) => path),
  };
}

describe("a message of the Omnichannel API becomes a message of this API", () => {
  const rows: [string, Partial<OmnichannelMessage>, object, string[]][] = [
    ["plain", {}, { to, rules: ["sms"], body: "Hello" }, []],
    ["with a past expiresOn", { expiresOn: "2020-01-01T00:00:00Z" }, { body: "Hello" }, ["expiresOn"]],
    ["with a short expiresOn", { expiresOn: "2026-01-01T00:00:59Z" }, { body: "Hello" }, ["expiresOn"]],
    [
      "with an expiresOn",
      { expiresOn: "2026-01-01T01:00:00Z" },
      { expiresOn: "2026-01-01T01:00:00.000Z" },
      [],
    ],
    [
      "with a sender of other characters",
      { channelOptions: { sms: { from: "My Shop" } } },
      { channelOptions: { sms: { from: "MyShop" } } },
      ["channelOptions.sms.from"],
    ],
    [
      "with sms deliverAfter and clientRef",
      { customBody: { sms: { body: "Hi", deliverAfter: "2026-01-01T02:00:00Z", clientRef: "order 7" } } },
      { customBody: { sms: "Hi" }, sendAt: "2026-01-01T02:00:00.000Z", reference: "order 7" },
      [],
    ],
    [
      "with Graph's message",
      { rules: ["fbMessenger"], customBody: { fbMessenger: { message: { text: "Hi", quick_replies: [] } } } },
      { customBody: { fbMessenger: "Hi" }, channelOptions: { fbMessenger: { quickReplies: [] } } },
      [],
    ],
    [
      "with Graph's attachment and what is no content",
      { rules: ["fbMessenger"], customBody: { fbMessenger: { attachment: image, tag: "x" } } },
      { channelOptions: { fbMessenger: { attachment: image } } },
      ["customBody.fbMessenger.tag"],
    ],
    [
      "with Graph's attachment and a text",
      { rules: ["fbMessenger"], customBody: { fbMessenger: { attachment: image, text: "Hi" } } },
      { channelOptions: { fbMessenger: { attachment: image } } },
      ["customBody.fbMessenger.text"],
    ],
    [
      "with a template alone by one of its channels",
      { rules: ["whatsApp", "sms"], customBody: { whatsApp: { template: { name: "hi", language: "en" } } } },
      { customBody: { sms: "Hello" } },
      [],
    ],
    [
      "with a message of the Cloud API",
      {
        rules: ["whatsApp"],
        customBody: { whatsApp: { type: "image", image: { link: url, caption: "Hi" } } },
      },
      { customBody: { whatsApp: "Hi" }, channelOptions: { whatsApp: { media: { type: "image", url } } } },
      [],
    ],
    [
      "with media by RCS",
      { rules: ["rcs"], messageParts: [{ type: "image/png", url }] },
      { body: "Hello", channelOptions: { rcs: { media: { url } } } },
      [],
    ],
    [
      "with a document by WhatsApp, of which it takes one",
      { rules: ["whatsApp"], messageParts: [pdf, pdf] },
      { channelOptions: { whatsApp: { media: { type: "document", url, filename: "a.pdf" } } } },
      ["messageParts[1]"],
    ],
    [
      "with an image by Messenger, in the place of a text",
      { rules: ["fbMessenger"], body: null, messageParts: [{ type: "image/png", url }] },
      { channelOptions: { fbMessenger: { attachment: image } } },
      [],
    ],
    [
      "with an image by Messenger beside a text",
      { rules: ["fbMessenger"], messageParts: [{ type: "image/png", url }] },
      { body: "Hello" },
      ["messageParts[0]"],
    ],
    [
      "with HTML and a file by e-mail",
      {
        rules: ["email"],
        to: { email: "ann@example.com" },
        body: null,
        messageParts: [
          { type: "text/html", data: "<p>Hi</p>" },
          { type: "application/pdf", name: "a.pdf", data: "JVBERg==" },
        ],
      },
      {
        customBody: { email: "Hi" },
        channelOptions: {
          email: {
            htmlBody: "<p>Hi</p>",
            attachments: [{ name: "a.pdf", type: "application/pdf", content: "JVBERg==" }],
          },
        },
      },
      [],
    ],
    [
      "with a message tag",
      { rules: ["fbMessenger"], channelOptions: { fbMessenger: { messageTag: "ACCOUNT_UPDATE" } } },
      { rules: ["fbMessenger"] },
      ["channelOptions.fbMessenger.messageTag"],
    ],
    [
      "with WhatsApp's options",
      { rules: ["whatsApp"], channelOptions: { whatsApp: { enableUrlPreview: true, phoneNumber: "44" } } },
      { channelOptions: { whatsApp: { previewUrl: true } } },
      ["channelOptions.whatsApp.phoneNumber"],
    ],
    [
      "with parts",
      {
        body: null,
        messageParts: [
          { type: "text/html", data: "<p>Hi</p>" },
          { type: "image/png", url: "https://shop.example/a.png" },
        ],
      },
      { customBody: { sms: "Hi" } },
      ["messageParts[1]"],
    ],
    ["with a template", { templateId: "welcome" }, { body: "Hello" }, ["templateId"]],
    ["with overrides", { overrides: { apns: {} } }, { body: "Hello" }, ["overrides"]],
    ["with a conversation", { conversationId: "c 1" }, { reference: "c 1" }, []],
    ["with requireOptIn", { requireOptIn: true }, { requireOptIn: true }, []],
    ["with both kinds of rules", { ruleSet: "cheap" }, { rules: ["sms"] }, ["ruleSet"]],
    ["with links to shorten", { shortenLinks: "on" }, { body: "Hello" }, ["shortenLinks"]],
    ["with links as they are", { shortenLinks: "off" }, { body: "Hello" }, []],
    [
      "with a nested merge field",
      { body: "Hi {{profile.address.city}}{{other}}" },
      { body: "Hi {{profile.address_city}}" },
      ["body"],
    ],
    ["with an unknown field", { colour: "red" } as never, { body: "Hello" }, ["colour"]],
  ];
  it.each(rows)("%s", (_, given, expected, warned) => {
    const result = translated(given);
    expect(result.message).toMatchObject(expected);
    expect(result.warned).toEqual(warned);
  });

  it("without channels that are not here, and not at all where none is left", () => {
    const some = translated({ rules: ["push", "nativePush", "mms", "sms"] });
    expect([some.message?.rules, some.skipped]).toEqual([["nativePush", "mms", "sms"], ["push"]]);
    expect(translated({ rules: ["push"] })).toMatchObject({ message: undefined, skipped: ["push"] });
    expect(translated({ to: {} })).toMatchObject({ message: undefined, skipped: ["sms"] });
  });

  it("with a text that is cut to what SMS takes", () => {
    const { message, warned } = translated({ body: "y".repeat(2000) });
    expect([message?.customBody, warned]).toEqual([{ sms: "y".repeat(1600) }, ["body"]]);
  });

  it("with warnings that say what differs", () => {
    const plain = { to, rules: ["sms"], body: "Hello" };
    expect(differencesOf(plain, channelById, now)).toEqual([]);
    expect(differencesOf({ ...plain, templateId: "t" }, channelById, now)).toEqual([
      "templateId is not used: no templates are kept here",
    ]);
    expect(differencesOf({ ...plain, body: 2 }, channelById, now)[0]).toMatch(/^refused: body /);
  });
});

it("nothing but the layer, the API's document and one variable's name knows of it", () => {
  const root = new URL("../../functions/", import.meta.url);
  const naming = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /omnichannel|comapi|dotdigital/i.test(readFileSync(new URL(file, root), "utf8")))
    .filter((file) => !/^api\/(omnichannel|openapi|client)\//.test(file));
  expect(naming).toEqual(["shared/environment.ts"]);
});

it("a profile's nested fields are flat here, and nested again when shown", () => {
  const fields = { name: "Ann", address: { city: "London", lines: ["1 High St", "Soho"] }, vip: true };
  const flat = flattened({ ...fields, id: "ann", _createdOn: "x", gone: null });
  expect(flat).toEqual({
    name: "Ann",
    address_city: "London",
    address_lines_0: "1 High St",
    address_lines_1: "Soho",
    vip: true,
  });
  expect(nested(flat)).toEqual(fields);
  expect(fieldsAt(flat, "address.lines")).toEqual(["address_lines_0", "address_lines_1"]);
});

describe("a call of an Omnichannel webhook", () => {
  const webhook = { secret: "a secret" } as StoredWebhook;
  const delivery = (name: string) => ({ client: "shop", webhookId: "w", envelope: { name }, tries: 0 });

  it("that fails is made again for about 24 hours, then parked", () => {
    for (const [tries, waitSeconds] of pauses.entries()) {
      for (const answer of [{ status: 500 }, { status: 404 }, { status: 302 }, "TimeoutError"])
        expect(verdictOf({ tries }, answer)).toEqual({ waitSeconds });
    }
    expect(verdictOf({ tries: pauses.length }, { status: 500 })).toBe("park");
    const hours = pauses.reduce((sum: number, pause) => sum + pause, 0) / 3600;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThan(25);
  });

  it("that is answered 2xx or 400 is never made again", () => {
    for (const status of [200, 204, 400]) expect(verdictOf({ tries: 0 }, { status })).toBe("done");
  });

  it("is signed by hexadecimal HMAC-SHA1 of the very body", () => {
    const body = bodyOf(webhook, [delivery("message.sent")]);
    expect(JSON.parse(body)).toEqual({ name: "message.sent" });
    const signature = signatureHeaders(webhook, body)["x-comapi-signature"];
    expect(signature).toBe(createHmac("sha1", "a secret").update(body).digest("hex"));
    expect(signature).toMatch(/^[0-9a-f]{40}$/);
    expect(signatureHeaders({} as StoredWebhook, body)).not.toHaveProperty("x-comapi-signature");
  });

  it("carries a list where its webhook wants lists, of its size at most", () => {
    const batching = { ...webhook, batch: true, maxBatchSize: 2 };
    const calls = inCalls(batching, ["a", "b", "c"].map(delivery));
    expect(calls.map((one) => bodyOf(batching, one))).toEqual([
      '[{"name":"a"},{"name":"b"}]',
      '[{"name":"c"}]',
    ]);
    expect(inCalls(webhook, ["a", "b"].map(delivery))).toHaveLength(2);
  });

  it("waits for its list to the end of the period in which its event came, and never longer", () => {
    const batching = { ...webhook, batch: true, batchTimeout: 60 };
    const at = (time: string) => fullAt(batching, new Date(`2026-01-01T00:00:${time}Z`));
    expect(["00.001", "30.000", "59.999"].map(at)).toEqual(Array(3).fill("2026-01-01T00:01:00.000Z"));
    expect(at("00.000")).toBe("2026-01-01T00:00:00.000Z");
    expect(fullAt({ ...batching, batch: false }, now)).toBeUndefined();
    expect(fullAt({ ...webhook, batch: true }, now)).toBeUndefined();
  });
});

it("a batch whose starts SQS refuses names the items that are not sent, and starts the same messages when it is sent again", async () => {
  const messages = new Map<string, Message>();
  const keys = new Map<string, unknown>();
  const started: string[] = [];
  let refusals = 1;
  const dependencies = {
    ...nothingKnown,
    messages: {
      get: async (id: string) => messages.get(id),
      create: async (message: Message) => messages.set(message.messageId, message).size > 0,
    },
    profiles: { get: async () => undefined, merge: async () => {} },
    consents: { read: async () => [] },
    contacts: { stateOf: async () => ({}) },
    keys: {
      get: async (_: string, key: string) => keys.get(key),
      claim: async (_: string, key: string, message: unknown) => {
        const holder = keys.get(key);
        if (holder === undefined) keys.set(key, message);
        return holder;
      },
    },
    deployment: { channels: channelById, missingAccounts: {} },
    prices: { sms: { default: "0.01" } },
    retentionDays: 30,
    now: () => now,
    records: { put: async () => {} },
    publish: async () => {},
    noteProfile: async () => {},
    starts: {
      maxBatchEntries: 10,
      enqueue: async (ids: string[]) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error("SQS refused 10 starts");
        started.push(...ids);
      },
    },
  } as unknown as SendDependencies;
  const handler = httpHandler(() => createSend(dependencies).batch);
  const items = Array.from({ length: 12 }, () => ({
    to: { phoneNumber: "447123123123" },
    rules: ["sms"],
    body: "Hi",
  }));
  const send = async () => {
    const lambda = { client: "shop", keyId: "k", scopes: ["send"] };
    const event = {
      routeKey: "POST /cpaas/messages/batch",
      headers: { "idempotency-key": "monday" },
      body: JSON.stringify(items),
      isBase64Encoded: false,
      requestContext: { requestId: "r", authorizer: { lambda } },
    } as unknown as HttpEvent;
    const { statusCode, body = "" } = await handler(event, {} as Context);
    return {
      statusCode,
      results: JSON.parse(body) as { index: number; messageId?: string; status?: number }[],
    };
  };
  const first = await send();
  expect(first.statusCode).toBe(202);
  expect(first.results.filter(({ status }) => status === 500)).toHaveLength(10);
  expect(first.results.filter(({ messageId }) => messageId !== undefined)).toHaveLength(2);
  const again = await send();
  expect(again.results.every(({ messageId }) => messageId !== undefined)).toBe(true);
  expect(messages.size).toBe(12);
  expect(new Set(started)).toEqual(new Set(messages.keys()));
});
