/** What each provider's errors mean: what becomes of the hop, and whom the error speaks of. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSender as createAppSender } from "../../functions/channels/app-messaging.ts";
import { createSender as createMessengerSender } from "../../functions/channels/fb-messenger.ts";
import { messengerMeaning } from "../../functions/channels/fb-messenger-errors.ts";
import { type GraphError, graphError } from "../../functions/channels/graph-errors.ts";
import { readPushFailure } from "../../functions/channels/push-failure.ts";
import { createSender as createSmsSender } from "../../functions/channels/sms-by-sns.ts";
import { readSmsDeliveryLog } from "../../functions/channels/sms-delivery-log.ts";
import { createSender as createWhatsAppSender } from "../../functions/channels/whats-app-by-meta.ts";
import { whatsAppMeaning } from "../../functions/channels/whats-app-errors.ts";
import type { Outbound } from "../../functions/domain/channel.ts";

const read = (error: object): GraphError => v.parse(graphError, { message: "", ...error });
const summary = ({ meaning, code }: ReturnType<typeof whatsAppMeaning>) => {
  const { name, speaksOf } = new meaning.Kind("", meaning.speaksOf ? { speaksOf: meaning.speaksOf } : {});
  return [name, speaksOf, code];
};

describe("an error of WhatsApp", () => {
  it.each([
    [{ code: 131026 }, "NotRegistered", "customer"],
    [{ code: 131047 }, "WindowClosed", "customer"],
    [{ code: 130429 }, "Throttled", "identity"],
    [{ code: 131056 }, "Throttled", "customer"],
    [{ code: 131049 }, "Undeliverable", "customer"],
    [{ code: 131050 }, "Undeliverable", "customer"],
    [{ code: 131030 }, "Undeliverable", "customer"],
    [{ code: 131048 }, "ChannelMisconfigured", "identity"],
    [{ code: 131042 }, "ChannelMisconfigured", "account"],
    [{ code: 131063 }, "TemplateUnavailable", "template"],
    [{ code: 132015 }, "TemplateUnavailable", "template"],
    [{ code: 132016 }, "TemplateUnavailable", "template"],
    [{ code: 132001 }, "Rejected", "template"],
    [{ code: 132000 }, "Rejected", "request"],
    [{ code: 133010 }, "ChannelMisconfigured", "identity"],
    [{ code: 0 }, "ChannelMisconfigured", "account"],
    [{ code: 3 }, "ChannelMisconfigured", "account"],
    [{ code: 230 }, "ChannelMisconfigured", "account"],
    [{ code: 283 }, "ChannelMisconfigured", "account"],
    [{ code: 17 }, "Throttled", "account"],
    [{ code: 32 }, "Throttled", "identity"],
    [{ code: 341 }, "Throttled", "account"],
    [{ code: 613 }, "Throttled", "account"],
    [{ code: 80_006 }, "Throttled", "identity"],
    [{ code: 80_008 }, "Throttled", "account"],
    [{ code: 999_999 }, "Undeliverable", "request"],
    [{ code: 999_999, is_transient: true }, "ProviderUnavailable", "provider"],
    [{ code: 131009 }, "Rejected", "request"],
    [
      { code: 131009, error_data: { details: "Recipient phone number is invalid" } },
      "Undeliverable",
      "customer",
    ],
    [{ code: 131009, error_data: "Recipient phone number is invalid" }, "Undeliverable", "customer"],
    [{ code: "131026", error_subcode: null, error_data: null }, "NotRegistered", "customer"],
  ])("%j is %s and speaks of the %s", (error, name, speaksOf) => {
    expect(summary(whatsAppMeaning(read(error), "123"))).toEqual([name, speaksOf, String(error.code)]);
  });

  it("that names our own phone number id speaks of that identity, and one that does not speaks of the request", () => {
    const missing = (id: string) =>
      read({
        code: 100,
        error_subcode: 33,
        message: `Unsupported post request. Object with ID '${id}' does not exist`,
      });
    expect(summary(whatsAppMeaning(missing("106540352242922"), "106540352242922"))).toEqual([
      "ChannelMisconfigured",
      "identity",
      "100",
    ]);
    expect(summary(whatsAppMeaning(missing("1065403522429221"), "106540352242922"))).toEqual([
      "Rejected",
      "request",
      "100",
    ]);
  });
});

describe("an error of Messenger", () => {
  it.each([
    [{ code: 100, error_subcode: 2018001 }, "NotRegistered", "customer"],
    [{ code: 100, error_subcode: 1 }, "Rejected", "request"],
    [{ code: 10, error_subcode: 2018278 }, "WindowClosed", "customer"],
    [{ code: 10, error_subcode: 2018108 }, "Undeliverable", "customer"],
    [{ code: 10, error_subcode: 2018300 }, "Undeliverable", "customer"],
    [{ code: 10, error_subcode: 1893063 }, "ChannelMisconfigured", "identity"],
    [{ code: 10 }, "ChannelMisconfigured", "account"],
    [{ code: 1, error_subcode: 1357046 }, "OutcomeUnknown", "provider"],
    [{ code: 200, error_subcode: 1545041 }, "Undeliverable", "customer"],
    [{ code: 551, error_subcode: 1545041 }, "Undeliverable", "customer"],
    [{ code: 613 }, "Throttled", "account"],
    [{ code: 613, error_subcode: 2018338 }, "Undeliverable", "customer"],
    [{ code: 4242 }, "Undeliverable", "request"],
  ])("%j is %s and speaks of the %s", (error, name, speaksOf) => {
    expect(summary(messengerMeaning(read(error), "page")).slice(0, 2)).toEqual([name, speaksOf]);
  });

  it("100/33 speaks of the request, but where it names our page of the page", () => {
    const missing = (id: string) =>
      read({ code: 100, error_subcode: 33, message: `Object with ID '${id}' does not exist` });
    expect(summary(messengerMeaning(missing("777"), "555"))).toEqual(["Rejected", "request", "100/33"]);
    expect(summary(messengerMeaning(missing("555"), "555"))).toEqual([
      "ChannelMisconfigured",
      "identity",
      "100/33",
    ]);
  });
});

let server: Server | undefined;
const requests: string[] = [];
async function answering(answer: RequestListener): Promise<string> {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    requests.push(Buffer.concat(chunks).toString());
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  return url;
}
beforeEach(() => {
  requests.length = 0;
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

const outbound = (changes: Partial<Outbound> = {}): Outbound => ({
  messageId: "one",
  addresses: { phoneNumber: "+447123123123", fbMessengerId: "psid" },
  body: "Hello",
  options: {},
  timeoutSeconds: 60,
  ...changes,
});
const meta = (graphApiUrl: string, accessToken = "token") => ({
  settings: { graphApiUrl, graphApiVersion: "v26.0", whatsAppPhoneNumberId: "123", fbMessengerPageId: "555" },
  secrets: { accessToken, appSecret: "secret" },
});

describe("an answer of Meta without JSON", () => {
  it.each([
    [500, "ProviderUnavailable"],
    [502, "ProviderUnavailable"],
    [429, "Throttled"],
    [504, "OutcomeUnknown"],
    [404, "Undeliverable"],
  ])("with status %i is %s", async (status, name) => {
    const url = await answering((_, response) => response.writeHead(status).end("<html>proxy</html>"));
    await expect(createWhatsAppSender(meta(url))(outbound())).rejects.toMatchObject({
      name,
      code: `HTTP ${status}`,
      identity: "123",
    });
  });

  it("with a code that nobody knows goes by its status", async () => {
    const url = await answering((_, response) =>
      response.writeHead(503).end(JSON.stringify({ error: { message: "?", code: 987_654 } })),
    );
    await expect(createMessengerSender(meta(url))(outbound())).rejects.toMatchObject({
      name: "ProviderUnavailable",
      code: "987654",
      identity: "555",
    });
  });
});

describe("an error of Amazon SNS", () => {
  const xml = (code: string, message = "no") =>
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
  it.each([
    [400, "Throttling", "Throttled", "account"],
    [400, "ThrottlingException", "Throttled", "account"],
    [429, "TooManyRequestsException", "Throttled", "account"],
    [403, "AccessDenied", "ChannelMisconfigured", "account"],
    [403, "AccessDeniedException", "ChannelMisconfigured", "account"],
    [403, "UnrecognizedClientException", "ChannelMisconfigured", "account"],
    [403, "OptInRequired", "ChannelMisconfigured", "account"],
    [400, "OptedOut", "Undeliverable", "customer"],
    [400, "NeverHeardOf", "Undeliverable", "request"],
    [503, "NeverHeardOf", "ProviderUnavailable", "provider"],
  ])("with status %i and code %s is %s and speaks of the %s", async (status, code, name, speaksOf) => {
    await answering((_, response) => response.writeHead(status).end(xml(code)));
    await expect(createSmsSender({ settings: {}, secrets: {} })(outbound())).rejects.toMatchObject({
      name,
      speaksOf,
    });
  });

  it.each([
    ["PlatformApplicationDisabled", "no", "ChannelMisconfigured", "identity"],
    [
      "InvalidParameter",
      "Invalid parameter: Token Reason: iOS device tokens must be 64 characters",
      "Undeliverable",
      "customer",
    ],
    ["EndpointDisabled", "no", "NotRegistered", "customer"],
  ])("of a push, %s (%s), is %s and speaks of the %s", async (code, message, name, speaksOf) => {
    await answering((_, response) => response.writeHead(400).end(xml(code, message)));
    const apns = "arn:aws:sns:us-east-1:000000000000:app/APNS/local";
    const send = createAppSender({
      settings: { apnsPlatformApplicationArn: apns },
      secrets: { receiptKey: "0123456789abcdef" },
    });
    const devices = { appDevices: [{ platform: "apns" as const, token: "device" }] };
    await expect(send(outbound({ addresses: devices }))).rejects.toMatchObject({
      name,
      speaksOf,
      identity: apns,
    });
  });
});

describe("a request that could not be written", () => {
  const sent = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>id</MessageId></PublishResult></PublishResponse>`;

  it("is Rejected, as nothing left, and does not spoil the next one", async () => {
    await answering((_, response) => response.writeHead(200).end(sent));
    const send = createSmsSender({ settings: {}, secrets: {} });
    await expect(send(outbound({ body: "Alice: ready \ud83c" }))).rejects.toMatchObject({
      name: "Rejected",
      speaksOf: "request",
    });
    expect(requests).toEqual([]);
    await send(outbound({ body: "Bob: ready" }));
    expect(requests.map((body) => new URLSearchParams(body).getAll("Message"))).toEqual([["Bob: ready"]]);
  });

  it("for a secret that no header can carry is the account's", async () => {
    const url = await answering((_, response) => response.end());
    await expect(createWhatsAppSender(meta(url, "tok\nen"))(outbound())).rejects.toMatchObject({
      name: "ChannelMisconfigured",
      speaksOf: "account",
    });
    expect(requests).toEqual([]);
  });

  it("for options that are of another version is Rejected", async () => {
    const url = await answering((_, response) => response.end());
    const message = outbound({ options: { template: 1 } });
    for (const createSender of [createWhatsAppSender, createMessengerSender])
      await expect(createSender(meta(url))(message)).rejects.toMatchObject({
        name: "Rejected",
        speaksOf: "request",
      });
    expect(requests).toEqual([]);
  });

  it("for a setting that is no URL is Rejected", async () => {
    await expect(createMessengerSender(meta("graph.facebook.com"))(outbound())).rejects.toMatchObject({
      name: "Rejected",
    });
  });
});

describe("a failure that SNS reports later", () => {
  const log = (providerResponse: unknown, delivery: object = {}) =>
    readSmsDeliveryLog(
      JSON.stringify({
        notification: { messageId: "id", timestamp: "2026-11-23 14:00:00.123" },
        delivery: { destination: "+447123123123", providerResponse, ...delivery },
        status: "FAILURE",
      }),
    );
  it.each([
    ["No quota left for account", "ChannelMisconfigured", "account"],
    ["No origination entities available to send", "ChannelMisconfigured", "account"],
    ["This delivery would exceed max price", "ChannelMisconfigured", "request"],
    ["Blocked as spam by phone carrier", "Undeliverable", "request"],
    ["Message body is invalid", "Rejected", "request"],
    ["Rate exceeded.", "Undeliverable", "identity"],
    ["Phone has blocked SMS", "Undeliverable", "customer"],
    ["Phone number is opted out", "Undeliverable", "customer"],
    ["Something new", "Undeliverable", "request"],
  ])("of an SMS, %j, is %s and speaks of the %s", (text, name, speaksOf) => {
    expect(log(text)).toMatchObject({ error: { name, speaksOf } });
  });

  it("of an SMS is read also where the carrier gave no times and no text", () => {
    expect(
      log(null, { dwellTimeMs: null, dwellTimeMsUntilDeviceAck: null, phoneCarrier: null }),
    ).toMatchObject({
      status: "failed",
      at: "2026-11-23T14:00:00.123Z",
    });
  });

  it.each([
    ["InvalidPlatformToken", "NotRegistered", "customer"],
    ["PlatformApplicationDisabled", "ChannelMisconfigured", "identity"],
    ["SomethingNew", "Undeliverable", "request"],
  ])("of a push, %s, is %s and speaks of the %s", (FailureType, name, speaksOf) => {
    const Resource = "arn:aws:sns:us-east-1:111122223333:app/GCM/App";
    const event = {
      EventType: "DeliveryFailure",
      MessageId: "id",
      FailureType,
      Resource,
      Time: "2026-11-23T14:00:00.787Z",
    };
    expect(readPushFailure(event)).toMatchObject({ error: { name, speaksOf, identity: Resource } });
  });
});
