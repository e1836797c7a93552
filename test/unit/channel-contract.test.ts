/** Each channel's file exports what its facts name, and nothing that they do not: the bundles and the stack are made from both. */
import { describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { asDeployed, fileName, providersOf, senderOf } from "../../functions/domain/channel.ts";
import type { ReadLogRecord, ReadTopicMessage, Webhook } from "../../functions/domain/receipt-readers.ts";

interface ChannelFile {
  [sender: string]: unknown;
  webhook?: Webhook;
  readTopicMessage?: ReadTopicMessage;
  readLogRecord?: ReadLogRecord;
}

const fileOf = async (id: string): Promise<ChannelFile> =>
  await import(`../../functions/channels/${fileName(id)}.ts`);
const all = channels.map(({ id, receipts = {} }) => ({ id, receipts }));
const webhooks = all.flatMap(({ id, receipts: { webhook: facts } }) => (facts ? [{ id, facts }] : []));

describe("a channel's file", () => {
  it.each(all)(
    "of $id exports a sender and a reader for each source of receipts, and no others",
    async ({ id, receipts: { webhook: facts, topic, deliveryLogs } }) => {
      const file = await fileOf(id);
      const { webhook, readTopicMessage, readLogRecord } = file;
      const senders = channels.find((one) => one.id === id)?.providers?.known.map(senderOf);
      expect(
        Object.keys(file)
          .filter((name) => name.startsWith("createSender"))
          .toSorted(),
      ).toEqual((senders ?? ["createSender"]).toSorted());
      expect(webhook !== undefined).toBe(facts !== undefined);
      expect(webhook?.answerHandshake !== undefined).toBe(facts?.handshake !== undefined);
      expect(readTopicMessage !== undefined).toBe(topic !== undefined);
      expect(readLogRecord !== undefined).toBe(deliveryLogs !== undefined);
    },
  );

  it.each(webhooks)("of $id reads a delivery from the example of its webhook", async ({ id, facts }) => {
    const { webhook } = await fileOf(id);
    const reading = { ours: undefined, leaveOut: (reason: string) => expect.fail(reason) };
    expect(webhook?.read(facts.example, reading)).toMatchObject([{ channel: id, status: "delivered" }]);
  });

  it.each(webhooks)(
    "of $id believes no post and answers no handshake without its secrets",
    async ({ id, facts }) => {
      const { webhook } = await fileOf(id);
      const headers = { [facts.proof.header.toLowerCase()]: "" };
      expect(webhook?.isGenuine({ headers, body: Buffer.from("{}") }, {})).toBe(false);
      const query = { "hub.mode": "subscribe", "hub.verify_token": "" };
      expect(webhook?.answerHandshake?.(query, {})).toBeUndefined();
    },
  );

  it.each(all.filter(({ receipts }) => receipts.topic))(
    "of $id leaves to others what is none of its topic's messages",
    async ({ id }) => {
      const { readTopicMessage } = await fileOf(id);
      for (const message of [null, 7, [], {}, { names: "customer", channel: id }])
        expect(readTopicMessage?.(message, new Date(0))).toBeUndefined();
    },
  );

  it.each(all.filter(({ receipts }) => receipts.deliveryLogs))(
    "of $id refuses what is no record of its log",
    async ({ id }) => {
      const { readLogRecord } = await fileOf(id);
      for (const text of ["", "{}", "null"]) expect(() => readLogRecord?.(text)).toThrow();
    },
  );
});

describe("a channel of several providers", () => {
  const several = channels.flatMap((channel) =>
    channel.providers ? [{ ...channel, providers: channel.providers }] : [],
  );
  it.each(several)("$id is what its facts say, whatever its setting", (channel) => {
    const { setting, known } = channel.providers;
    for (const provider of [undefined, ...known]) {
      const settings = provider === undefined ? {} : { [setting]: provider };
      expect(providersOf(channel, settings)).toEqual([provider ?? known[0]]);
      const { receipts = {}, identities } = asDeployed(channel, settings);
      // The readers of what is deployed are bundled.
      expect(Object.keys(channel.receipts ?? {})).toEqual(expect.arrayContaining(Object.keys(receipts)));
      expect(identities).toBe(channel.identities);
    }
    expect(channel.settings).toHaveProperty(setting);
  });

  it.each(several)("$id says which values its setting may have", (channel) => {
    const { setting, known, inOrder } = channel.providers;
    for (const wrong of ["pigeon", "", `${known[0]},${known[0]}`])
      expect(() => providersOf(channel, { [setting]: wrong })).toThrow(
        `the setting ${setting} is "${wrong}": it must be ${known.join(" or ")}`,
      );
    const all = { [setting]: known.toReversed().join(", ") };
    if (!inOrder) return expect(() => providersOf(channel, all)).toThrow(setting);
    expect(providersOf(channel, all)).toEqual(known.toReversed());
    expect(asDeployed(channel, all).identities?.(all, {})).toEqual(known.toReversed());
  });
});
