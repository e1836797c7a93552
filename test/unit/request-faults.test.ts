/** How a request is refused: null is absent, every fault is named, dates exist, and the words are those of the API's users. */
import { expect, it } from "vitest";
import { profile } from "../../functions/domain/customer/profile.ts";
import { validated } from "../../functions/http/validate.ts";
import { ruleSet } from "../../functions/ingest/rules.ts";
import { appReceipt } from "../../functions/receipts/app-receipt-request.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const message = { to: { phoneNumber: "+447123980001" }, rules: ["sms"] as unknown, body: "Hello" };
const faults = async (change: object) =>
  createIngestInProcess().faultsOf("/messages/plan", { ...message, ...change });

it("null is the same as absent, at any depth", async () => {
  const { post, messages } = createIngestInProcess();
  const nulls = {
    to: { ...message.to, profileId: null, fbMessengerId: null, appDevices: null, loyaltyCard: null },
    rules: { prefer: null, channels: [{ channel: "sms", fallbackAfter: null, until: null }] },
    title: null,
    customBody: { sms: null, whatsApp: "Hi" },
    channelOptions: {
      sms: { from: null, unicodeConversion: { convertUnicodeToGsm: null, customReplacements: null } },
      whatsApp: null,
      fbMessenger: { template: null, messagingType: null },
      appMessaging: { data: null },
    },
    expiresOn: null,
    maxCost: null,
  };
  const answer = await post("/messages", { ...message, ...nulls });
  expect(answer).toMatchObject({ status: 201 });
  const [stored] = messages.values();
  expect(JSON.stringify(stored)).not.toContain("null");
  const { body } = await post("/messages/batch", [{ ...message, ...nulls, idempotencyKey: null }]);
  expect(body.results).toMatchObject([{ status: 201 }]);
});

it("null in the sender's own data stays, and a required field that is null is missing", async () => {
  const { post, messages } = createIngestInProcess();
  await post("/messages", { ...message, metadata: { a: null } });
  expect([...messages.values()]).toMatchObject([{ metadata: { a: null } }]);
  expect(await faults({ to: null, rules: null })).toEqual([
    "to missing is required",
    "rules missing is required",
  ]);
});

it("a profile's field that is null is left out", () => {
  const given = { phoneNumber: null, firstName: "Anna", city: null };
  expect(validated(profile, given)).toEqual({ value: { firstName: "Anna" } });
});

it("every unknown field is named", async () => {
  expect(
    await faults({
      text: "Hello",
      Body: "Hello",
      rules: [{ channel: "sms", untill: "sent", window: 3 }],
      constructor: "x",
    }),
  ).toEqual(
    ["rules[0].untill", "rules[0].window", "text", "Body", "constructor"].map(
      (path) => `${path} unknown_field is not a field of this request: remove it, or check its spelling`,
    ),
  );
});

it.each([
  ["2030-02-30T00:00:00Z", "must be on a day that exists"],
  ["2030-04-31T10:00:00+02:00", "must be on a day that exists"],
  ["2029-02-29T00:00:00Z", "must be on a day that exists"],
  ["2030-13-01T00:00:00Z", "must be an ISO 8601 date and time with a time zone, e.g. 2030-01-01T00:00:00Z"],
])("the time %s is refused", async (expiresOn, fault) => {
  expect(await faults({ expiresOn })).toEqual([`expiresOn invalid ${fault}`]);
});

it("the last day of a leap year's February is taken, in every zone", async () => {
  for (const expiresOn of ["2028-02-29T00:00:00Z", "2028-02-29T23:30:00-05:00", "2028-03-01T00:30:00+02:00"])
    expect(await faults({ expiresOn })).toEqual([]);
});

const channelOptions = (channel: string, options: unknown) => ({ channelOptions: { [channel]: options } });
it.each([
  [channelOptions("fbMessenger", { messagingType: "PROMO" }), "must be one of RESPONSE, UPDATE"],
  [channelOptions("fbMessenger", { messagingType: 7 }), "must be one of RESPONSE, UPDATE, not a number"],
  [{ body: 7 }, "must be text, not a number"],
  [{ body: true }, "must be text, not true"],
  [{ title: ["a"] }, "must be text, not an array"],
  [channelOptions("whatsApp", { previewUrl: "yes" }), "must be true or false, not text"],
  [channelOptions("sms", 7), "must be an object, not a number"],
  [channelOptions("sms", []), "must be an object, not an array"],
  [{ to: "447123980001" }, "must be an object, not text"],
  [{ to: { appDevices: [{ platform: "nokia", token: "t" }] } }, "must be one of fcm, apns"],
  [
    { rules: ["pigeon"] },
    "must be one of appMessaging, email, fbMessenger, mms, nativePush, rcs, sms, whatsApp",
  ],
  [
    { rules: [7] },
    "must be one of appMessaging, email, fbMessenger, mms, nativePush, rcs, sms, whatsApp, not a number",
  ],
  [{ rules: [{ channel: "sms", until: "read" }] }, "must be one of sent, delivered, which sms reports"],
  [{ rules: { prefer: "speed", channels: ["sms"] } }, "must be one of cost, engagement"],
  [
    { rules: "fbMessenger,sms" },
    'must be a list where it names channels: ["fbMessenger", "sms"], in a CSV file',
  ],
  [{ rules: "fbMessenger; sms" }, "must be a list where it names channels"],
  [{ rules: "7up" }, "must be the name of a rule set"],
])("a sender understands what is said of %j", async (change, text) => {
  expect(await faults(change)).toEqual([expect.stringContaining(text)]);
});

it("no error text is the validation library's own", () => {
  const ofOthers = [
    validated(appReceipt, { token: "t", status: "seen" }),
    validated(profile, { firstName: {} }),
    validated(ruleSet, 7),
  ].map((result) => ("refused" in result ? result.refused.errors.map(({ message }) => message) : []));
  expect(ofOthers).toEqual([
    ["must be one of delivered, read"],
    ["must be text, a number, true or false"],
    ["must be an array of channels in order of preference"],
  ]);
});
