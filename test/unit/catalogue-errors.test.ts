/** The product's classification of every answer of the catalogue: whom an error speaks of, and whether the message may be out. */
import * as v from "valibot";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createSender as createAppSender } from "../../functions/channels/app-messaging.ts";
import { ChannelError, OutcomeUnknown } from "../../functions/channels/errors.ts";
import { createSender as createMessengerSender } from "../../functions/channels/fb-messenger.ts";
import { readPushFailure } from "../../functions/channels/push-failure.ts";
import { createSender as createSmsSender } from "../../functions/channels/sms.ts";
import { readSmsDeliveryLog } from "../../functions/channels/sms-delivery-log.ts";
import { createSender as createWhatsAppSender } from "../../functions/channels/whats-app.ts";
import { readWhatsAppWebhook } from "../../functions/channels/whats-app-webhook.ts";
import type { CreateSender, Outbound } from "../../functions/domain/channel.ts";
import type { AttemptError, Subject } from "../../functions/domain/message/message.ts";
import { type CatalogueEntry, catalogue } from "../../infra/local/carrier/answers/index.ts";
import type { Channel } from "../../infra/local/carrier/sends.ts";
import { applicationArn, at, useCarrierWorld } from "./fixtures/carrier-world.ts";

const world = useCarrierWorld();
const phone = "+15550100001";
const addresses = { sms: phone, whatsApp: phone, fbMessenger: "psid", appMessaging: "device" } as const;
const identity = "106540352242922";
const identityOf: Readonly<Record<Channel, string | undefined>> = {
  sms: undefined,
  fbMessenger: identity,
  whatsApp: identity,
  appMessaging: applicationArn("GCM"),
};

/** Which are no failure of the message, or not of one kind, and why they are left out here. */
const leftOut: Readonly<Record<string, string>> = {
  "whatsApp-200-held-for-quality-assessment": "it is taken, with a status of 200",
  "whatsApp-200-paused": "it has the status 200",
  "appMessaging-InvalidParameter-same-token": "the token has another endpoint, which takes the message",
};

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_ENDPOINT_URL", world.snsUrl);
  return () => vi.unstubAllEnvs();
});

const createSenders: Readonly<Record<Channel, CreateSender>> = {
  sms: createSmsSender,
  fbMessenger: createMessengerSender,
  whatsApp: createWhatsAppSender,
  appMessaging: createAppSender,
};
const message: Outbound = {
  messageId: "one",
  addresses: {
    phoneNumber: phone,
    fbMessengerId: addresses.fbMessenger,
    appDevices: [{ platform: "fcm", token: addresses.appMessaging }],
  },
  body: "Hello",
  options: {},
  timeoutSeconds: 60,
};
const sendBy = (channel: Channel) =>
  createSenders[channel]({
    settings: {
      graphApiUrl: world.carrier.url,
      graphApiVersion: "v26.0",
      whatsAppPhoneNumberId: identity,
      fbMessengerPageId: identity,
      fcmPlatformApplicationArn: applicationArn("GCM"),
    },
    secrets: { accessToken: "token", appSecret: "secret", receiptKey: "0123456789abcdef" },
  })(message);

const refusalOf = (channel: Channel): Promise<ChannelError> =>
  sendBy(channel).then(
    () => expect.fail("it was taken"),
    (error: unknown) => (error instanceof ChannelError ? error : expect.fail(String(error))),
  );

const log = v.object({ record: v.looseObject({}) });
/** What the product reads in what the business was told last. */
const receiptsToldBy = (channel: Channel) =>
  ({
    sms: () => [readSmsDeliveryLog(JSON.stringify(v.parse(log, world.logs.at(-1)).record))],
    whatsApp: () => readWhatsAppWebhook(world.posts.at(-1)?.body),
    appMessaging: () => [readPushFailure(world.pushEvents.at(-1))],
    fbMessenger: () => [],
  })[channel]();
function failureToldBy(channel: Channel): AttemptError {
  const read = receiptsToldBy(channel);
  const [receipt] = read;
  if (receipt === undefined || !("status" in receipt) || receipt.status !== "failed" || !receipt.error)
    return expect.fail(`no failure was read: ${JSON.stringify(read)}`);
  return receipt.error;
}

/** A conversation is the customer's. */
const subjectOf = ({ about }: CatalogueEntry): Subject => (about === "thread" ? "customer" : about);
const named = (entries: readonly CatalogueEntry[]) =>
  entries
    .filter(({ name }) => leftOut[name] === undefined)
    .map((entry) => ({ name: entry.name, subject: subjectOf(entry), entry }));

it("leaves out nothing that the catalogue does not have", () => {
  expect(catalogue.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(leftOut)));
});

describe("An error that is answered to the call", () => {
  it.each(named(catalogue.filter(({ sync }) => sync !== undefined)))(
    "$name speaks of the $subject",
    async ({ name, subject, entry: { channel, sync } }) => {
      await world.call("PUT", at(channel, addresses[channel]), { answer: name });
      const error = await refusalOf(channel);
      expect(error).toMatchObject({ speaksOf: subject });
      // Sent again, it would arrive twice; and what clearly did not go out need not wait for its window.
      expect(error instanceof OutcomeUnknown).toBe(sync?.takesMessage === true);
      expect(error.identity).toBe(identityOf[channel]);
    },
  );
});

describe("A failure that is told later", () => {
  const failing = catalogue.filter(
    ({ name, later }) => later?.outcome === "failed" && name !== "fbMessenger-silence",
  );
  it.each(named(failing))("$name speaks of the $subject", async ({ name, subject, entry: { channel } }) => {
    const receipts = { beforeAnswer: true };
    await world.call("PUT", at(channel, addresses[channel]), { laterAnswer: name, receipts });
    await sendBy(channel);
    const failure = failureToldBy(channel);
    expect(failure).toMatchObject({ speaksOf: subject });
    // By it the circuit is found that the next send looks at.
    expect(failure.identity).toBe(identityOf[channel]);
  });
});

describe("A delivery that is told later", () => {
  const delivered = catalogue.filter(({ later }) => later?.outcome === "delivered");
  it.each(named(delivered.filter(({ channel }) => channel !== "fbMessenger")))(
    "$name is read",
    async ({ name, entry: { channel } }) => {
      const receipts = { beforeAnswer: true };
      await world.call("PUT", at(channel, addresses[channel]), { laterAnswer: name, receipts });
      await sendBy(channel);
      expect(receiptsToldBy(channel)).toMatchObject([{ status: "delivered" }]);
    },
  );
});
