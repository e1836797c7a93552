/** Caps: how many messages a customer gets in some days, also where many come at once. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cap,
  type CappedMessage,
  cappedCustomer,
  stateOf,
} from "../../functions/domain/customer/cap.ts";
import { checkCaps, countMessage } from "../../functions/ingest/caps.ts";
import { createCapsTable } from "../../functions/storage/caps-table.ts";
import { createKeyedHash } from "../../functions/storage/keyed-hash.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

const dayMs = 24 * 3_600_000;
const start = Date.UTC(2030, 0, 1);
const isoAt = (ms: number) => new Date(ms).toISOString();

describe("a cap", () => {
  const cap: Cap = { categories: ["marketing"], most: 3, days: 7 };

  it("never lets more through in any of its spans of days, and says when the next one may be sent", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 * dayMs }), { maxLength: 40 }), (pauses) => {
        const taken: CappedMessage[] = [];
        let at = start;
        for (const [index, pause] of pauses.entries()) {
          at += pause;
          const { left, endsAt } = stateOf(cap, taken, new Date(at));
          if (left === 0) {
            expect(stateOf(cap, taken, new Date(Date.parse(endsAt ?? "") - 1)).left).toBe(0);
            expect(stateOf(cap, taken, new Date(endsAt ?? "")).left).toBe(1);
          } else taken.push({ messageId: `m${index}`, category: "marketing", at: isoAt(at) });
        }
        for (const { at: first } of taken) {
          const within = taken.filter(
            (one) => one.at >= first && Date.parse(one.at) < Date.parse(first) + cap.days * dayMs,
          );
          expect(within.length).toBeLessThanOrEqual(cap.most);
        }
      }),
    );
  });

  it("counts its categories alone, and a customer by the profile, else by the number before other addresses", () => {
    const known = ["marketing", "transactional", "authentication"].map((category, index) => ({
      messageId: `m${index}`,
      category,
      at: isoAt(start),
    }));
    expect(stateOf(cap, known, new Date(start))).toEqual({ ...cap, left: 2 });
    const addresses = { fbMessengerId: "psid", phoneNumber: "+447123123123" };
    const customers = [
      cappedCustomer("shop", "anna", addresses),
      cappedCustomer("shop", undefined, addresses),
      cappedCustomer("shop", undefined, { fbMessengerId: "psid" }),
      cappedCustomer("bank", undefined, addresses),
    ];
    expect(new Set(customers).size).toBe(4);
    expect(cappedCustomer("shop", undefined, { phoneNumber: "+447123123123" })).toBe(customers[1]);
  });
});

describe("the counted messages of a customer", () => {
  let dynamoDb: LocalDynamoDbTables;
  beforeAll(async () => {
    dynamoDb = await startLocalDynamoDb({ counters: ["counter"] });
  });
  afterAll(() => dynamoDb.stop());

  const caps: Cap[] = [{ categories: ["marketing"], most: 3, days: 7 }];
  const now = new Date(start);
  const table = () =>
    createCapsTable(
      dynamoDb.client,
      "counters",
      createKeyedHash(async () => ["key"]),
    );
  const check = (phoneNumber: string, category: "marketing" | "transactional" = "marketing", begins = now) =>
    checkCaps({ client: "shop", category, addresses: { phoneNumber } }, caps, table(), begins);
  async function count(phoneNumber: string, messageId: string, begins = now) {
    const checked = await check(phoneNumber, "marketing", begins);
    if (checked === undefined) throw new Error("no cap concerns it");
    return countMessage(checked, messageId, table(), { now, begins });
  }

  it("are three of a hundred that come at once; the others are refused with the figure and the time", async () => {
    const refused = await Promise.all(
      Array.from({ length: 100 }, (_, index) => count("+447123000001", `m${index}`)),
    );
    const problems = refused.filter((one) => one !== undefined);
    expect(problems).toHaveLength(97);
    expect(problems[0]).toMatchObject({
      status: 422,
      errors: [
        {
          code: "capped",
          message: expect.stringContaining("at most 3 of marketing in 7 days") as string,
        },
      ],
    });
    expect(problems[0]?.errors?.[0]?.message).toContain("2030-01-08T00:00:00.000Z");
    expect((await check("+447123000001"))?.states).toMatchObject([{ left: 0 }]);
  });

  it("have a message once that is counted again after its function died", async () => {
    for (let tries = 0; tries < 5; tries++) expect(await count("+447123000002", "same")).toBeUndefined();
    expect((await check("+447123000002"))?.states).toMatchObject([{ left: 2 }]);
  });

  it("count for the day on which they are to go out, whenever they were accepted", async () => {
    const day = (days: number) => new Date(start + days * dayMs);
    for (const [index, days] of [30, 31, 32].entries())
      expect(await count("+447123000004", `m${index}`, day(days))).toBeUndefined();
    expect(await count("+447123000004", "between", day(33))).toMatchObject({ status: 422 });
    expect(await count("+447123000004", "before", day(29))).toMatchObject({ status: 422 });
    expect(await count("+447123000004", "now", day(0))).toBeUndefined();
    expect(await count("+447123000004", "after", day(37))).toBeUndefined();
  });

  it("are not read for a message that no cap concerns", async () => {
    expect(await check("+447123000003", "transactional")).toBeUndefined();
  });
});
