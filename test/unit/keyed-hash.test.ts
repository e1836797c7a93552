/** Contacts are found by hashes with a key, which can be replaced; also those of before there was a key. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createContactsTable } from "../../functions/storage/contacts-table.ts";
import { createKeyedHash } from "../../functions/storage/keyed-hash.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const withKeys = (...keys: string[]) =>
  createContactsTable(
    tables.client,
    "contacts",
    30,
    createKeyedHash(async () => keys),
  );
const at = (second: number) => `2030-01-01T00:00:0${second}.000Z`;
const of = (messageId: string) => ({ messageId, client: "c1" });
const contacts = async () =>
  ((await tables.client.send(new ScanCommand({ TableName: "contacts" }))).Items ?? []).map(
    ({ contact }) => contact?.S,
  );

it("a contact is no plain hash of its address, which anybody could make", async () => {
  const number = "+447123980001";
  await withKeys("k").recordSend("sms", number, of("m1"), at(1));
  const plain = createHash("sha256")
    .update(JSON.stringify(["sms", number]))
    .digest("base64url");
  expect(await contacts()).not.toContain(plain);
  expect(await withKeys("k").findLatest("sms", number, at(9), 5)).toEqual(["m1"]);
  expect(await withKeys("another").findLatest("sms", number, at(9), 5)).toEqual([]);
});

it.each(["old", "unkeyed"])(
  "what was written with the key %j is found while the new one comes first",
  async (old) => {
    const address = `psid-${old}`;
    const [before, both] = [withKeys(old), withKeys("new", old)];
    await before.recordSend("sms", address, of("m1"), at(1));
    await before.recordProviderIds("sms", [`p1-${old}`], "m1", at(1));
    await before.advance("sms", address, "heardAt", at(2));
    await before.advance("sms", address, "readUntil", at(3));
    await both.recordSend("sms", address, of("m2"), at(4));
    await both.advance("sms", address, "heardAt", at(5));

    expect(await both.findLatest("sms", address, at(9), 5)).toEqual(["m2", "m1"]);
    expect(await both.findLatest("sms", address, at(9), 1)).toEqual(["m2"]);
    expect(await both.findSentBetween("sms", address, at(0), at(2))).toEqual(["m1"]);
    expect(await both.findByProviderId("sms", `p1-${old}`)).toBe("m1");
    expect(await both.stateOf("sms", address)).toEqual({ heardAt: at(5), readUntil: at(3) });
    // Once the old key is gone, so is what it had written.
    expect(await withKeys("new").findLatest("sms", address, at(9), 5)).toEqual(["m2"]);
    await both.forget("sms", address);
    expect([await both.stateOf("sms", address), await before.stateOf("sms", address)]).toEqual([{}, {}]);
  },
);

it.each(["0.1", "0.2"])("what %s wrote, recorded, is found with the key `unkeyed`", async (version) => {
  const file = new URL(`../acceptance/fixtures/recorded/${version}.jsonl`, import.meta.url);
  const [first, ...rows] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const { table, item } of rows)
    if (table === "Contacts")
      await tables.client.send(new PutItemCommand({ TableName: "contacts", Item: item }));
  const sent = await withKeys("new", "unkeyed").findSentBetween(
    "sms",
    "+447123100001",
    "2026-11-01T00:00:00.000Z",
    "2026-12-01T00:00:00.000Z",
  );
  expect(sent).toEqual(expect.arrayContaining([first.delivered, first.preferred]));
});
