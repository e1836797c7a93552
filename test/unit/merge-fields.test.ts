/** Merge fields: what is right is filled, what only looks like one is refused, and nothing blank is sent. */
import { describe, expect, it } from "vitest";
import { fillMergeFields, mergeFieldFaults } from "../../functions/domain/route/merge-fields.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const message = (body: string, more: object = {}) => ({
  to: { profileId: "anna", phoneNumber: "+447123980001" },
  rules: ["sms"],
  body,
  ...more,
});

it.each([
  ["{{profile.firstName|there}}", "there"],
  ["{{ profile.firstName | dear customer }}!", "dear customer!"],
  ["Hello{{profile.firstName|}}!", "Hello!"],
  ["{{profile.city|somewhere}}", "Leeds"],
  ["{{profile.blank|there}}", "there"],
  ["{{profile.zero|none}} {{profile.no|yes}}", "0 false"],
  ['{"a":{{profile.zero}}}', '{"a":0}'],
])("%s becomes %s", (text, expected) => {
  const profile = { city: "Leeds", blank: " \u200b", zero: 0, no: false };
  expect(fillMergeFields(text, profile)).toBe(expected);
});

it.each([
  ["{{firstName}}", "{{profile.firstName}}"],
  ["{{Profile.firstName}}", "{{profile.firstName}}"],
  ["{{ customer.first_name }}", "{{profile.first_name}}"],
  ["{{profile.a.b}}", "{{profile.b}}"],
  ['{{profile.firstName | default: "x"}}', "{{profile.firstName|x}}"],
  ["{{profile.firstName|default('dear customer')}}", "{{profile.firstName|dear customer}}"],
  ['{{profile.firstName|"there"}}', "{{profile.firstName|there}}"],
  ["{{profile.firstName|upper|trim}}", "{{profile.firstName|upper}}"],
  ["{{{profile.firstName}}}", "{{profile.firstName}}"],
  ["{{profile.firstName}", "{{profile.firstName}}"],
  ["{{#if profile.vip}}", "{{profile.vip}}"],
  ["{{1}}", "{{profile.firstName}}"],
  ["{{}}", "{{profile.firstName}}"],
])("%s is refused, and %s is named as right", async (text, right) => {
  expect(mergeFieldFaults({ a: [`Hello ${text}, bye`] })).toEqual([
    { path: "a[0]", code: "no_merge_field", message: expect.stringContaining(right) },
  ]);
  const { faultsOf } = createIngestInProcess();
  for (const request of [
    message(`Hello ${text}`),
    message("Hello", { customBody: { whatsApp: `Hello ${text}` } }),
    message("Hello", {
      channelOptions: { whatsApp: { template: { name: "t", language: "en", components: [{ text }] } } },
    }),
  ])
    expect(await faultsOf("/messages", request)).toEqual([expect.stringMatching(/ no_merge_field has \{\{/)]);
});

it("what is named as right is right", () => {
  const [fault] = mergeFieldFaults('{{Customer.firstName | default: "you"}}');
  expect(fault?.message).toContain("{{profile.firstName|you}}");
  expect(mergeFieldFaults(fault?.message.split("write ")[1])).toEqual([]);
});

it("a field that never ends is read in no time, and named in short", () => {
  const faults = mergeFieldFaults("{{profile.".repeat(900));
  expect(faults).toHaveLength(900);
  expect(mergeFieldFaults(`{{${"x".repeat(9_000)}`)[0]?.message.length).toBeLessThan(300);
});

it("metadata may hold braces of any meaning", async () => {
  const { post } = createIngestInProcess();
  expect(await post("/messages", message("Hello", { metadata: { a: "{{x}}" } }))).toMatchObject({
    status: 201,
  });
});

describe("blank text", () => {
  it.each([
    ["the body", message("{{profile.nosuch}}"), "body"],
    ["spaces", message(" \n"), "body"],
    ["zero-width characters", message("\u200b\u2060\ufeff\u00ad"), "body"],
    ["the empty Braille pattern and a Hangul filler", message("\u2800\u3164"), "body"],
    ["a field of zero-width characters", message("{{profile.invisible}}"), "body"],
    ["a custom body", message("Hello", { customBody: { sms: "{{profile.nosuch}}" } }), "customBody.sms"],
    ["the title", message("Hello", { title: "{{profile.nosuch}} " }), "title"],
    [
      "a template's parameter",
      message("Hello", {
        channelOptions: {
          whatsApp: { template: { name: "t", language: "en", components: [{ text: "{{profile.nosuch}}" }] } },
        },
      }),
      "channelOptions.whatsApp.template.components[0].text",
    ],
  ])("is refused: %s", async (_, request, path) => {
    const { profiles, faultsOf } = createIngestInProcess();
    profiles.set("anna", { invisible: "\u200b" });
    expect(await faultsOf("/messages", request)).toEqual([expect.stringContaining(`${path} blank `)]);
  });

  it("is not what has one sign that can be seen", async () => {
    const { post } = createIngestInProcess();
    for (const body of [".", "\u200b👍", "٠"])
      expect(await post("/messages", message(body))).toMatchObject({ status: 201 });
  });
});

it("the plan names the fields that were empty, also where the request is repeated", async () => {
  const { post, profiles } = createIngestInProcess();
  profiles.set("anna", { firstName: "Anna" });
  const request = message(
    "Hello {{profile.firstName}} {{profile.lastName}}, {{profile.title|dear}} {{profile.lastName}}",
  );
  expect((await post("/messages/plan", request)).body.emptyFields).toEqual(["lastName"]);
  const headers = { "idempotency-key": "k" };
  const [first, again] = [
    await post("/messages", request, headers),
    await post("/messages", request, headers),
  ];
  expect(first.body.plan.emptyFields).toEqual(["lastName"]);
  expect(again.body).toEqual(first.body);
  expect((await post("/messages/plan", message("Hello"))).body).not.toHaveProperty("emptyFields");
});
