/** What the characters of an SMS cost: NFC, look-alikes, replacements, and what the plan says of them. */
import { expect, it } from "vitest";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const message = (body: string, sms: object = {}, more: object = {}) => ({
  to: { profileId: "anna", phoneNumber: "+447123980001" },
  rules: ["sms"],
  body,
  channelOptions: { sms },
  ...more,
});
const convert = { unicodeConversion: { convertUnicodeToGsm: true } };
const planOf = async (request: object) => {
  const { body } = await createIngestInProcess().post("/messages/plan", request);
  return body.hops?.[0] ?? body.errors;
};
const stored = async (request: object, profile = {}) => {
  const { post, messages, profiles } = createIngestInProcess();
  profiles.set("anna", profile);
  expect(await post("/messages", request)).toMatchObject({ status: 201 });
  return [...messages.values()][0];
};

const french = "Votre commande numéro 1234 a été expédiée et arrivera à l'adresse indiquée demain. "
  .repeat(2)
  .slice(0, 155);

it("French text costs one part, whichever form its accents have", async () => {
  const sms = { parts: 1, encoding: "GSM-7" };
  for (const body of [french, french.normalize("NFD")])
    expect(await planOf(message(body))).toMatchObject({ sms, estimatedCost: "0.01" });
});

it("all texts go out in NFC, and metadata as it was", async () => {
  const [nfd, nfc] = ["e\u0301", "\u00e9"];
  const template = (text: string) => ({ name: "t", language: "en", components: [{ text }] });
  const request = message(
    `${nfd} {{profile.firstName}} e{{profile.accent}}`,
    {},
    {
      title: nfd,
      customBody: { whatsApp: nfd },
      channelOptions: { whatsApp: { template: template(nfd) } },
      metadata: { a: nfd },
    },
  );
  expect(await stored(request, { firstName: nfd, accent: "\u0301" })).toMatchObject({
    title: nfc,
    body: `${nfc} ${nfc} ${nfc}`,
    customBody: { whatsApp: nfc },
    channelOptions: { whatsApp: { template: template(nfc) } },
    metadata: { a: nfd },
  });
});

const curly = `It’s on its way – ${"x".repeat(280)}`;

it("the plan names the characters that cost, and what conversion would save", async () => {
  expect(await planOf(message(curly))).toMatchObject({
    sms: {
      parts: 5,
      encoding: "UCS-2",
      costly: ["’", "–"],
      converted: { parts: 2, encoding: "GSM-7", saves: "0.03" },
    },
    estimatedCost: "0.05",
  });
  const { sms } = await planOf(message("Привет ’"));
  expect(sms).toEqual({ parts: 1, encoding: "UCS-2", costly: [..."Привет", "’"] });
});

it("the conversion puts look-alikes in the place of what is not in GSM-7, for SMS alone", async () => {
  expect(await planOf(message(curly, convert))).toMatchObject({
    sms: { parts: 2, encoding: "GSM-7" },
    estimatedCost: "0.02",
  });
  const { body, customBody } = (await stored(message("“It’s” …", convert))) ?? {};
  expect([body, customBody]).toEqual(["“It’s” …", { sms: '"It\'s" ...' }]);
});

it("a text that stays UCS-2 all the same is not changed", async () => {
  expect(await stored(message("Привет “мир”", convert))).not.toHaveProperty("customBody");
});

it("replacements of the sender's own come first, one after another", async () => {
  const customReplacements = [
    { from: "ł", to: "l" },
    { from: "a\u0328", to: "a$&" },
    { from: "$&", to: "" },
  ];
  const sms = { unicodeConversion: { convertUnicodeToGsm: true, customReplacements } };
  expect((await stored(message("Żądło’s", sms)))?.customBody).toEqual({ sms: "Żadlo’s" });
  expect((await stored(message("łąd’s", sms)))?.customBody).toEqual({ sms: "lad's" });
  const custom = message("Hi", sms, { customBody: { sms: "ł {{profile.firstName}}" } });
  expect((await stored(custom, { firstName: "Pawe\u0142" }))?.customBody).toEqual({ sms: "l Pawel" });
});

it("a replacement of nothing, as of an empty merge field, replaces nothing", async () => {
  const customReplacements = [{ from: "{{profile.nosuch}}", to: "x" }];
  expect(await stored(message("Hello", { unicodeConversion: { customReplacements } }))).not.toHaveProperty(
    "customBody",
  );
});

it("replacements that swell end in the fault of a text that is too long", async () => {
  const customReplacements = Array.from({ length: 100 }, () => ({ from: "a", to: "a".repeat(100) }));
  const unicodeConversion = { convertUnicodeToGsm: true, customReplacements };
  expect(await planOf(message("a", { unicodeConversion, allowUnicode: false }))).toMatchObject([
    { path: "body", code: "too_long" },
  ]);
});

it.each([
  ["a text that needs UCS-2", message("It’s", { allowUnicode: false }), "body", "unicode_not_allowed", "’"],
  [
    "a character that cannot be seen",
    message("It\u200bs", { allowUnicode: false }),
    "body",
    "unicode_not_allowed",
    "replace U+200B",
  ],
  [
    "what the conversion leaves",
    message("It’s łatwe", { ...convert, allowUnicode: false }),
    "body",
    "unicode_not_allowed",
    "ł",
  ],
  [
    "a text that the replacements empty",
    message(
      "Hi",
      { unicodeConversion: { customReplacements: [{ from: "a", to: "" }] } },
      { customBody: { sms: "a" } },
    ),
    "customBody.sms",
    "blank",
    "",
  ],
])("is refused: %s", async (_, request, path, code, named) => {
  expect(await planOf(request)).toEqual([{ path, code, message: expect.stringContaining(named) }]);
});

it("without Unicode allowed, a text of GSM-7 is sent", async () => {
  expect(await planOf(message("It’s", { ...convert, allowUnicode: false }))).toMatchObject({
    sms: { parts: 1 },
  });
  expect(await planOf(message("£5 or €6", { allowUnicode: false }))).toMatchObject({ sms: { parts: 1 } });
});
