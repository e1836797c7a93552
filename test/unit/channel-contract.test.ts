/** Each channel's file exports what its facts name, and nothing that they do not: the bundles and the stack are made from both. */
import { describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { fileName } from "../../functions/domain/channel.ts";
import type { ReadLogRecord, ReadTopicMessage, Webhook } from "../../functions/domain/receipt-readers.ts";

interface ChannelFile {
  createSender: unknown;
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
      const { createSender, webhook, readTopicMessage, readLogRecord } = await fileOf(id);
      expect(createSender).toBeTypeOf("function");
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
