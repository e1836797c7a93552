/** The table of test addresses, and that what a test key sends counts in no statistics. */
import { readFileSync } from "node:fs";
import parsePhoneNumber from "libphonenumber-js/max";
import { expect, it } from "vitest";
import type { Attempt } from "../../functions/domain/message/message.ts";
import { createMoneyReport } from "../../functions/domain/money/money-report.ts";
import { changesBetween } from "../../functions/domain/outcome/changes.ts";
import { countMessages } from "../../functions/domain/reporting/delivery-report.ts";
import { metricsOf } from "../../functions/domain/reporting/message-metrics.ts";
import { testNumberOf, testOutcomes } from "../../functions/domain/test-addresses.ts";
import { habitsIn } from "../../functions/events/count-habits.ts";
import { queueTestReceipts } from "../../functions/events/queue-test-receipts.ts";
import { usualBehaviour } from "../../infra/local/carrier/behaviour.ts";
import { messageFrom } from "./fixtures/changed-message.ts";

it.each(Object.keys(testOutcomes))(
  "the number %s has an address of each form, and valid phone numbers",
  (number) => {
    const numbers = [`+44207946${number}`, `+120255501${number.slice(2)}`];
    for (const phone of numbers) expect(parsePhoneNumber(phone)?.isValid(), phone).toBe(true);
    for (const address of [
      ...numbers,
      `test-${number}`,
      `test-${number}@example.com`,
      [{ platform: "apns" as const, token: `test-${number}` }],
    ])
      expect(testNumberOf(address)).toBe(number);
  },
);

it.each([
  "+442079460009",
  "+4420794600000",
  "+447700900001",
  "+12025550200",
  "test-9999",
  "test-0",
  "test-0000@shop.example",
  "x test-0000",
  "",
])("%j is no test address", (address) => {
  expect(testNumberOf(address)).toBeUndefined();
  expect(
    testNumberOf([
      { platform: "fcm", token: "test-0000" },
      { platform: "fcm", token: address },
    ]),
  ).toBe(undefined);
});

it("of several devices the first that takes it decides", () => {
  const devices = (...numbers: string[]) =>
    numbers.map((number) => ({ platform: "fcm" as const, token: `test-${number}` }));
  expect(testNumberOf(devices("0001", "0005", "0000"))).toBe("0005");
  expect(testNumberOf(devices("0006", "0001"))).toBe("0006");
  expect(testNumberOf([])).toBeUndefined();
});

it("the local run's phones behave as the table says, until they are set otherwise", () => {
  const told = ({
    registered,
    window,
    fault,
    delivers,
    reads,
    delayMs,
  }: ReturnType<typeof usualBehaviour>) => [registered, window, fault, delivers, reads, delayMs];
  const of = Object.keys(testOutcomes).map((number) => [number, ...told(usualBehaviour(`test-${number}`))]);
  expect(of).toEqual([
    ["0000", true, "open", null, true, false, 0],
    ["0001", false, "open", null, true, false, 0],
    ["0002", true, "open", null, false, false, 0],
    ["0003", true, "open", "fails-later", true, false, 2000],
    ["0004", true, "open", null, true, false, 60_000],
    ["0005", true, "open", null, true, true, 0],
    ["0006", true, "open", "unavailable", true, false, 0],
    ["0007", true, "open", "lost-answer", true, false, 0],
    ["0008", true, "closed", null, true, false, 0],
  ]);
  for (const number of Object.keys(testOutcomes)) {
    const ofNumber = usualBehaviour(`test-${number}`);
    expect(usualBehaviour(`+44207946${number}`)).toEqual(ofNumber);
    expect(usualBehaviour(`+120255501${number.slice(2)}`)).toEqual(ofNumber);
  }
  const others = Array.from({ length: 100 }, (_, number) => String(number).padStart(4, "0"));
  for (const number of others.filter((one) => !Object.hasOwn(testOutcomes, one)))
    expect(usualBehaviour(`test-${number}`), number).toEqual(usualBehaviour("+447123123123"));
  expect(usualBehaviour("test-0000")).toEqual(usualBehaviour("+447123123123"));
});

it("the table that senders read has each number, with what becomes of it, and no other", () => {
  const page = readFileSync("functions/api/README.md", "utf8");
  const [, table = ""] = /^## Test addresses$(.*?)^## /ms.exec(page) ?? [];
  const said = new Map(
    [...table.matchAll(/^\| (\d{4}) \| (.+) \|$/gm)].map(([, number, what]) => [number, what]),
  );
  expect([...said.keys()]).toEqual(Object.keys(testOutcomes));
  for (const [number = "", what = ""] of said) {
    const { answer, later } = testOutcomes[number] ?? {};
    const says = (words: RegExp, isSo: boolean) => expect(words.test(what), `${number}: ${what}`).toBe(isSo);
    says(/not registered/, answer === "NotRegistered");
    says(/not available/, answer === "ProviderUnavailable");
    says(/answer is lost/, answer === "OutcomeUnknown");
    says(/window is closed/, answer === "WindowClosed");
    says(/delivered/, later?.some(({ status }) => status === "delivered") === true);
    says(/read/, later?.some(({ status }) => status === "read") === true);
    says(
      /refused after 2 seconds/,
      later?.some(({ status, afterSeconds }) => status === "failed" && afterSeconds === 2) === true,
    );
    says(/after a minute/, later?.some(({ afterSeconds }) => afterSeconds === 60) === true);
    says(/never heard of again/, answer === undefined && later?.length === 0);
  }
});

it("the page's example of each kind of address is a test address", () => {
  const page = readFileSync("functions/api/README.md", "utf8");
  const [examples = ""] = /^`phoneNumber` is `.*The number at the end decides:$/m.exec(page) ?? [];
  const named = [...examples.matchAll(/`([^`]*0[01]00[^`]*)`/g)].map(([, address = ""]) =>
    address.replaceAll(" ", ""),
  );
  expect(named).toHaveLength(4);
  for (const address of named) expect(testNumberOf(address), address).toBe("0000");
});

const at = "2030-01-01T12:00:00.000Z";
const messageOf = messageFrom(at);
const delivered: Attempt = { claimedAt: at, sentAt: at, deliveredAt: at };

it.each([
  ["a test", { whatsApp: "0000", sms: "0000" }, 0],
  ["another message", undefined, 1],
])("%s with the test numbers %j counts %i times in reports, metrics, habits and money", (_, test, times) => {
  const after = messageOf(
    { whatsApp: delivered },
    { outcome: "reached", finishedAt: at, profileId: "anna", ...(test === undefined ? {} : { test }) },
  );
  const changed = { before: undefined, after, changes: changesBetween(undefined, after) };
  const report = countMessages({ from: "2030-01-01", to: "2030-01-01" });
  report.add(after);
  const money = createMoneyReport();
  money.add(after);
  expect(report.counts().messages).toBe(times);
  expect(money.report().messages).toBe(times);
  expect(metricsOf([changed]).length > 0).toBe(times > 0);
  expect(habitsIn([changed]).size > 0).toBe(times > 0);
});

it("the receipts of a test are queued once it went out, by the table, and none of any other message", async () => {
  const queued: unknown[] = [];
  const queue = { enqueueIn: async (seconds: number, item: object) => void queued.push([seconds, item]) };
  const consume = queueTestReceipts(queue, () => new Date(Date.parse(at) + 500));
  const test = { whatsApp: "0004", sms: "0003" };
  const claimed = messageOf({ whatsApp: { claimedAt: at } }, { test });
  const sent = messageOf({ whatsApp: { claimedAt: at, sentAt: at }, sms: { unknownAt: at } }, { test });
  await consume([
    { before: undefined, after: claimed, changes: [] },
    { before: claimed, after: sent, changes: [] },
    { before: sent, after: messageOf(sent.attempts, { test, finishedAt: at }), changes: [] },
    { before: messageOf({}), after: messageOf({ whatsApp: delivered }), changes: [] },
  ]);
  const receipt = (channel: string) => ({ names: "messageId", messageId: "m1", channel });
  expect(queued).toEqual([
    [60, { ...receipt("whatsApp"), status: "delivered", at: "2030-01-01T12:01:00.000Z" }],
    [
      2,
      {
        ...receipt("sms"),
        status: "failed",
        at: "2030-01-01T12:00:02.000Z",
        error: { name: "Undeliverable", message: expect.stringContaining("refused after 2 seconds") },
      },
    ],
  ]);
});
