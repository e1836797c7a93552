/** Text that breaks what stands behind (a cut emoji, NUL, bytes that are not UTF-8) is refused where it comes in. */
import { expect, it } from "vitest";
import { toEntry } from "../../infra/commands/send/message.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const sms = '"to":{"phoneNumber":"+447123980001"},"rules":["sms"],"body":"Hello"';
const half = "must be well-formed Unicode";

it.each([
  [
    "the body",
    `{"to":{"phoneNumber":"447123980001"},"rules":["sms"],"body":"ready \\ud83c"}`,
    `body .*${half}`,
  ],
  ["the body, the other half", `{${sms},"title":"\\udf89"}`, `title .*${half}`],
  ["NUL", `{${sms},"title":"a\\u0000"}`, "title .*must not have the character NUL"],
  ["bytes that were not UTF-8", `{${sms},"title":"caf\ufffd"}`, "title .*send the text as UTF-8"],
  ["a custom body", `{${sms},"customBody":{"sms":"\\ud83c"}}`, `customBody\\.sms .*${half}`],
  [
    "an option",
    `{${sms},"channelOptions":{"appMessaging":{"data":{"a":"\\ud83c"}}}}`,
    "appMessaging\\.data\\.a ",
  ],
  [
    "a template",
    `{${sms},"channelOptions":{"whatsApp":{"template":{"components":[{"text":"\\ud83c"}]}}}}`,
    "template\\.components\\[0\\]\\.text ",
  ],
  [
    "a token",
    `{"to":{"appDevices":[{"platform":"fcm","token":"\\ud83c"}]},"rules":["appMessaging"],"body":"a"}`,
    "to\\.appDevices\\[0\\]\\.token ",
  ],
  [
    "an address",
    `{"to":{"fbMessengerId":"\\ud83c"},"rules":["fbMessenger"],"body":"a"}`,
    "to\\.fbMessengerId ",
  ],
  ["metadata", `{${sms},"metadata":{"a":["\\ud83c"]}}`, "metadata\\.a\\[0\\] "],
  ["a name in metadata", `{${sms},"metadata":{"\\ud83c":1}}`, "metadata\\.\ufffd .*has a name that must be"],
])("unsound text in %s is refused with its field", async (_, body, fault) => {
  const { faultsOf, messages } = createIngestInProcess();
  expect(await faultsOf("/messages", body)).toEqual([expect.stringMatching(new RegExp(`^\\S*${fault}`))]);
  expect(await faultsOf("/messages/plan", body)).toHaveLength(1);
  expect(messages.size).toBe(0);
});

it("an item of a batch with unsound text is refused alone", async () => {
  const { post } = createIngestInProcess();
  const { body } = await post("/messages/batch", `[{${sms},"title":"\\ud83c"},{${sms}}]`);
  expect(body.results).toMatchObject([
    { status: 400, errors: [{ path: "title", code: "not_unicode" }] },
    { status: 201 },
  ]);
});

it("a message of the queue with unsound text is parked with its reason", async () => {
  const { deliver, parked, messages } = createIngestInProcess();
  await deliver(`{${sms},"title":"\\ud83c"}`);
  expect(parked).toEqual([expect.stringMatching(/^NotAccepted: .*title must be well-formed Unicode/)]);
  expect(messages.size).toBe(0);
});

it.each([
  ["a field that is merged", { phoneNumber: "+447123980001", firstName: "\ud83c" }, "sms", "body"],
  ["an address", { fbMessengerId: "a\0" }, "fbMessenger", "to.fbMessengerId"],
  [
    "a token",
    { appDevices: [{ platform: "fcm" as const, token: "\ud83c" }] },
    "appMessaging",
    "to.appDevices[0].token",
  ],
])(
  "a profile of an earlier version with unsound text in %s sends nothing",
  async (_, profile, channel, path) => {
    const { profiles, faultsOf, messages } = createIngestInProcess();
    profiles.set("anna", profile);
    const message = { to: { profileId: "anna" }, rules: [channel], body: "Hello {{profile.firstName}}" };
    expect(await faultsOf("/messages", message)).toEqual([
      expect.stringMatching(
        new RegExp(`^${path.replaceAll(/[.[\]]/g, "\\$&")} not_unicode .*put the profile again`),
      ),
    ]);
    expect(messages.size).toBe(0);
  },
);

it("whole emoji, and a byte order mark before the JSON, are taken", async () => {
  const { post, deliver, parked, messages } = createIngestInProcess();
  expect(await post("/messages", `\ufeff{${sms},"title":"\\ud83c\\udf89"}`)).toMatchObject({ status: 201 });
  await deliver(`\ufeff{${sms}}`);
  expect([parked, messages.size]).toEqual([[], 2]);
});

it("a line of a file with unsound text is not sent", () => {
  const fields = { to: { phoneNumber: "+447123980001" }, body: "a\0" };
  expect(toEntry({ number: 7, endByte: 0, content: { fields } }, 1, "a.csv", {})).toMatchObject({
    line: 7,
    faults: [{ path: "body", code: "not_unicode" }],
  });
  const again = { ...fields, body: "a", _error: { errors: [{ path: "metadata.\ufffd" }] } };
  expect(toEntry({ number: 7, endByte: 0, content: { fields: again } }, 1, "a.csv", {})).toHaveProperty(
    "json",
  );
});
