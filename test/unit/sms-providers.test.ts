/** SMS by Amazon SNS and by AWS End User Messaging: what each is sent, what it tells, and the one where the other refuses. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  type ChannelError,
  ChannelMisconfigured,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
} from "../../functions/channels/errors.ts";
import { inOrder } from "../../functions/channels/in-order.ts";
import {
  createSenderByEndUserMessaging,
  createSenderBySns,
  readTopicMessage,
  sms,
} from "../../functions/channels/sms.ts";
import { asDeployed, type Outbound, type Sent } from "../../functions/domain/channel.ts";
import { withinMaxCost } from "../../functions/domain/money/max-cost.ts";
import { admit } from "../../functions/hop/admission.ts";
import { environmentFor } from "./fixtures/answers-through.ts";
import { at, useCarrierWorld } from "./fixtures/carrier-world.ts";

const world = useCarrierWorld();
const phone = "+15550100001";
/** What the senders' calls said, as JSON or as a form. */
const calls: Record<string, unknown>[] = [];
beforeEach(() => {
  for (const [name, value] of Object.entries(environmentFor(world))) vi.stubEnv(name, value);
  calls.length = 0;
  world.onAwsCall = (text) =>
    calls.push(text.startsWith("{") ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text)));
  return () => vi.unstubAllEnvs();
});

const message = (changes: Partial<Outbound> = {}): Outbound => ({
  messageId: "m1",
  addresses: { phoneNumber: phone },
  body: "Hello",
  options: {},
  timeoutSeconds: 60,
  ...changes,
});
const byEndUserMessaging = (changes: Partial<Outbound>, settings = {}) =>
  createSenderByEndUserMessaging({ settings, secrets: {}, configurationSet: "set" })(message(changes));
const bySns = (changes: Partial<Outbound>, settings = {}) =>
  createSenderBySns({ settings, secrets: {} })(message(changes));

describe("an SMS by End User Messaging", () => {
  it("carries the message's id, its window, and what it may cost", async () => {
    await byEndUserMessaging({ mostCost: "0.0387519" });
    expect(calls).toEqual([
      {
        DestinationPhoneNumber: phone,
        MessageBody: "Hello",
        MessageType: "TRANSACTIONAL",
        ConfigurationSetName: "set",
        Context: { messageId: "m1", channel: "sms" },
        TimeToLive: 60,
        MaxPrice: "0.03875",
      },
    ]);
    expect(await world.messagesAt("sms", phone)).toMatchObject([{ body: "Hello" }]);
  });

  const pool = "pool-0123456789abcdef0123456789abcdef";
  it.each<[Partial<Outbound>, object, object]>([
    [{ options: { from: "MyShop" } }, {}, { OriginationIdentity: "MyShop" }],
    [
      { options: { from: "+12065550142" } },
      { smsOriginationIdentity: pool },
      { OriginationIdentity: "+12065550142" },
    ],
    [{}, { smsOriginationIdentity: pool }, { OriginationIdentity: pool }],
    [{ options: { type: "Promotional" } }, {}, { MessageType: "PROMOTIONAL" }],
    [{ timeoutSeconds: 1 }, {}, { TimeToLive: 5 }],
    [{ timeoutSeconds: 604_800 }, {}, { TimeToLive: 259_200 }],
    [{ mostCost: "250" }, {}, { MaxPrice: "99.99999" }],
    [
      { options: { dlt: { entityId: "1101", templateId: "1107" } } },
      {},
      { DestinationCountryParameters: { IN_ENTITY_ID: "1101", IN_TEMPLATE_ID: "1107" } },
    ],
  ])("%j with %j says %j", async (changes, settings, said) => {
    await byEndUserMessaging(changes, settings);
    expect(calls).toMatchObject([said]);
  });

  it("that would cost more than it may is refused", async () => {
    await expect(byEndUserMessaging({ mostCost: "0.001" })).rejects.toMatchObject({
      name: "Rejected",
      code: "PRICE_OVER_THRESHOLD",
    });
    expect(await world.messagesAt("sms", phone)).toEqual([]);
  });

  it("is not sent any more once its window is over, and the event says so", async () => {
    await world.call("PUT", at("sms", phone), { delayMs: 90_000 });
    await byEndUserMessaging({});
    await world.clock.advance(100_000);
    expect(await world.messagesAt("sms", phone)).toEqual([]);
    expect(readTopicMessage(world.endUserMessaging.at(-1), new Date(0))).toMatchObject([
      { names: "messageId", messageId: "m1", status: "failed", error: { code: "TTL_EXPIRED" } },
    ]);
  });
});

describe("an SMS by SNS", () => {
  it.each<[Partial<Outbound>, Record<string, string>]>([
    [{ options: { from: "MyShop" } }, { "AWS.SNS.SMS.SenderID": "MyShop" }],
    [{}, { "AWS.SNS.SMS.SenderID": "Usual" }],
    [{ options: { from: "+12065550142" } }, { "AWS.MM.SMS.OriginationNumber": "+12065550142" }],
    [{ options: { from: "45678" } }, { "AWS.MM.SMS.OriginationNumber": "45678" }],
    [
      { options: { from: "MyShop", dlt: { entityId: "1101", templateId: "1107" } } },
      { "AWS.SNS.SMS.SenderID": "MyShop", "AWS.MM.SMS.EntityId": "1101", "AWS.MM.SMS.TemplateId": "1107" },
    ],
  ])("%j has the attributes %j", async (changes, attributes) => {
    await bySns(changes, { smsSenderId: "Usual" });
    const [form = {}] = calls;
    const names = Object.entries(form).filter(([name]) => name.endsWith(".Name"));
    const said = names.map(([key, name]) => [name, form[key.replace(/Name$/, "Value.StringValue")]]);
    expect(Object.fromEntries(said)).toEqual({ "AWS.SNS.SMS.SMSType": "Transactional", ...attributes });
  });

  it("from a pool is refused before anything is sent: SNS knows none", async () => {
    await expect(
      bySns({ options: { from: "pool-0123456789abcdef0123456789abcdef" } }),
    ).rejects.toBeInstanceOf(Rejected);
    expect(calls).toEqual([]);
  });
});

describe("an event of an SMS", () => {
  // https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html, with a context of ours.
  const event = {
    eventType: "TEXT_SUCCESSFUL",
    eventVersion: "1.0",
    eventTimestamp: 1686975103470,
    isFinal: true,
    originationPhoneNumber: "+12065550152",
    destinationPhoneNumber: "+14255550156",
    isoCountryCode: "US",
    messageId: "862a8790-60c0-4430-9b2b-658bdexample",
    messageStatus: "SUCCESSFUL",
    messageStatusDescription: "Message has been accepted by phone carrier",
    context: { messageId: "m1", channel: "sms" },
    totalMessageParts: 1,
    totalMessagePrice: 0.09582,
    totalCarrierFee: 0.003,
  };
  const read = (changes: object) => readTopicMessage({ ...event, ...changes }, new Date(0));

  it("that is the carrier's last word is a delivery to the carrier, with the price and the fee", () => {
    expect(read({})).toMatchObject([
      {
        names: "messageId",
        messageId: "m1",
        status: "delivered",
        deliveredTo: "carrier",
        pricing: { usd: "0.09882" },
      },
    ]);
  });

  it.each([
    ["TEXT_SUCCESSFUL", { isFinal: false }],
    ["TEXT_UNKNOWN", {}],
    ["TEXT_SENT", { isFinal: false }],
  ])("%s with %j ends no hop: what follows does, or the window", (eventType, more) => {
    expect(read({ eventType, messageStatus: eventType.slice(5), ...more })).toEqual([]);
  });

  it("of the phone is a delivery", () => {
    expect(read({ eventType: "TEXT_DELIVERED", messageStatus: "DELIVERED" })).toMatchObject([
      { status: "delivered", deliveredTo: "phone" },
    ]);
  });

  it.each([
    ["INVALID", "Undeliverable", "customer"],
    ["INVALID_MESSAGE", "Rejected", "request"],
    ["UNREACHABLE", "Undeliverable", "customer"],
    ["CARRIER_UNREACHABLE", "Undeliverable", "customer"],
    ["BLOCKED", "Undeliverable", "customer"],
    ["CARRIER_BLOCKED", "Undeliverable", "request"],
    ["SPAM", "Undeliverable", "request"],
    ["TTL_EXPIRED", "Undeliverable", "customer"],
    ["PROTECT_BLOCKED", "Undeliverable", "customer"],
  ])("%s is %s and speaks of the %s", (status, name, speaksOf) => {
    expect(read({ eventType: `TEXT_${status}`, messageStatus: status })).toMatchObject([
      { status: "failed", error: { name, code: status, speaksOf } },
    ]);
  });
});

describe("two providers in order", () => {
  const settings = { smsProviders: "endUserMessaging,sns" };
  const answer = (result: ChannelError | string) => () => async (): Promise<Sent> => {
    if (typeof result !== "string") throw result;
    return { providerMessageIds: [result] };
  };
  const send = (first: ChannelError | string, second: ChannelError | string, unusable: string[] = []) =>
    inOrder(sms, { sns: answer(second), endUserMessaging: answer(first) })({ settings, secrets: {} })(
      message({ unusable: { identities: new Set(unusable), template: false } }),
    );

  it.each([
    ["is down", new ProviderUnavailable("")],
    ["is over its limit", new Throttled("")],
    ["has no such sender", new ChannelMisconfigured("", { speaksOf: "request" })],
  ])("the second sends where the first %s", async (_, refusal) => {
    expect(await send(refusal, "two")).toEqual({
      providerMessageIds: ["two"],
      provider: "sns",
      failures: [expect.objectContaining({ name: refusal.name, identity: "endUserMessaging" })],
    });
  });

  it.each([
    ["nobody knows whether the first took it", new OutcomeUnknown("")],
    ["the number is not reachable", new Undeliverable("")],
    ["the message is wrong", new Rejected("")],
  ])("the second is not asked where %s", async (_, refusal) => {
    await expect(send(refusal, "two")).rejects.toMatchObject({
      name: refusal.name,
      identity: "endUserMessaging",
    });
  });

  it("where both refuse, the one that may be tried again is told, with the other", async () => {
    await expect(send(new Throttled(""), new ChannelMisconfigured(""))).rejects.toMatchObject({
      name: "Throttled",
      identity: "endUserMessaging",
      others: [{ name: "ChannelMisconfigured", identity: "sns" }],
    });
    await expect(send(new ProviderUnavailable(""), new OutcomeUnknown(""))).rejects.toMatchObject({
      name: "OutcomeUnknown",
      others: [{ name: "ProviderUnavailable" }],
    });
  });

  it("one that is known to be down is not asked", async () => {
    expect(await send(new OutcomeUnknown(""), "two", ["endUserMessaging"])).toMatchObject({
      provider: "sns",
      failures: [{ name: "CircuitOpen", identity: "endUserMessaging" }],
    });
    await expect(send(new Throttled(""), "two", ["sns"])).rejects.toMatchObject({ name: "Throttled" });
  });

  it("circuits get the outcome of those that were asked, each by its name", async () => {
    const reported: unknown[] = [];
    const circuits = {
      admit: async () => ({
        identities: new Map<string, string>(),
        report: async (outcomes: ReadonlyMap<string, unknown>) => void reported.push([...outcomes]),
      }),
    };
    const dependencies = { channel: asDeployed(sms, settings), circuits, settings } as never;
    const { report } = await admit({ client: "shop", addresses: {} } as never, true, dependencies);
    const down = new ProviderUnavailable("", { identity: "endUserMessaging" });
    await report(undefined, { providerMessageIds: ["two"], provider: "sns", failures: [down] });
    await report(undefined, { providerMessageIds: ["one"], provider: "endUserMessaging", failures: [] });
    await report(new OutcomeUnknown("", { identity: "endUserMessaging" }));
    expect(reported).toEqual([
      [
        ["endUserMessaging", down],
        ["sns", undefined],
      ],
      [["endUserMessaging", undefined]],
      [["endUserMessaging", expect.any(OutcomeUnknown)]],
    ]);
  });
});

describe("what settings make of SMS", () => {
  const deployed = (settings: Record<string, string>) => asDeployed(sms, settings);

  it("End User Messaging alone has events and no logs; where nobody can answer, no entry by number", () => {
    const alone = deployed({ smsProviders: "endUserMessaging", smsTwoWay: "false", smsSenderId: "MyShop" });
    expect(alone.receipts?.deliveryLogs).toBeUndefined();
    expect(alone.receipts?.topic?.configurationSet).toMatchObject({ defaultSenderId: "MyShop" });
    expect(alone.receiptsNameThe).toBeUndefined();
    expect(deployed({ smsProviders: "endUserMessaging" }).receiptsNameThe).toBe("address");
    expect(deployed({ smsProviders: "endUserMessaging,sns", smsTwoWay: "false" }).receiptsNameThe).toBe(
      "address",
    );
  });

  it("SNS alone has logs and no configuration set", () => {
    const { receipts } = deployed({});
    expect(receipts?.deliveryLogs).toBeDefined();
    expect(receipts?.topic?.configurationSet).toBeUndefined();
  });
});

it("maxCost leaves each hop what the others do not need", () => {
  const hop = (channel: string, estimatedCost: string) => ({
    channel,
    timeoutSeconds: 60,
    until: "delivered" as const,
    estimatedCost,
  });
  const { hops } = withinMaxCost([hop("sms", "0.04"), hop("whatsApp", "0.01"), hop("rcs", "0.1")], "0.1");
  expect(hops.map(({ mostCost }) => mostCost)).toEqual(["0.09", "0.06"]);
});
