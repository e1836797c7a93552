/** How phone numbers are read: with +, in bare digits, and as they are dialled in a default country. */
import { parsePhoneNumberFromString as parse } from "libphonenumber-js/max";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  type NumberSettings,
  phoneNumber,
  readPhoneNumber,
} from "../../functions/domain/customer/phone-number.ts";

/** As a request brings it: through the schema, and then by the settings. The number, or the fault's code. */
function read(text: string, settings: NumberSettings = {}): string {
  const shaped = v.safeParse(phoneNumber, text);
  if (!shaped.success) return "no number";
  const result = readPhoneNumber(shaped.output, settings);
  return "fault" in result ? result.fault.code : result.phoneNumber;
}
const [us, gb] = [{ defaultCountry: "US" }, { defaultCountry: "GB" }];

describe("a number", () => {
  it.each([
    ["+447123123123", "+447123123123"],
    [" +44 (7123) 123-123 ", "+447123123123"],
    ["+44 20 7946 0018", "+442079460018"],
    ["447123123123", "+447123123123"],
    ["447123980001", "+447123980001"],
    ["12025552671", "+12025552671"],
    ["442079460018", "+442079460018"],
  ])("%s is international without any setting: %s", (text, number) => {
    for (const settings of [{}, us, gb]) expect(read(text, settings)).toBe(number);
  });

  it.each([
    "(202) 555-2671",
    "202 555 2671",
    "917-555-2671",
    "2025552671",
    "9175552671",
    "020 7946 0018",
    "02079460018",
    "00447123123123",
    "011447123123123",
    "44 7123 123123",
  ])("%s says nothing without a default country", (text) => expect(read(text)).toBe("invalid"));

  it.each([
    ["(202) 555-2671", us, "+12025552671"],
    ["917-555-2671", us, "+19175552671"],
    ["2025552671", us, "+12025552671"],
    ["2015552671", us, "+12015552671"],
    ["011447123123123", us, "+447123123123"],
    ["020 7946 0018", gb, "+442079460018"],
    ["07123 123123", gb, "+447123123123"],
    ["7123123123", gb, "+447123123123"],
    ["00 1 202 555 2671", gb, "+12025552671"],
    ["44 7123 123123", gb, "+447123123123"],
    ["020 7946 0018", us, "invalid"],
    ["(202) 555-2671", gb, "invalid"],
  ] as const)("%s, dialled in %o, is %s", (text, settings, number) =>
    expect(read(text, settings)).toBe(number),
  );

  it.each([
    "",
    "+",
    "12",
    "+44CALLME",
    "+44",
    "٤٤٧١٢٣١٢٣١٢٣",
    "447123123123;ext=1",
    "4".repeat(33),
    "44+7123123123",
  ])("%s is none", (text) => expect(read(text, gb)).toBe("no number"));
});

it("a number of the US in bare digits is never another country's, unless that country has the number", () => {
  let possible = 0;
  let taken = 0;
  for (let area = 200; area < 1000; area++) {
    const digits = `${area}5552671`;
    const atHome = parse(`+1${digits}`);
    if (!(atHome?.isValid() && atHome.country === "US") || !parse(`+${digits}`)?.isPossible()) continue;
    possible += 1;
    const number = read(digits);
    if (number === "invalid") continue;
    taken += 1;
    expect(parse(number)?.isValid(), number).toBe(true);
  }
  expect([possible, taken]).toEqual([177, 40]);
});

describe("a client that sends to some countries", () => {
  const settings = { countries: ["GB", "IE"] };
  it.each([
    ["+447123123123", "+447123123123"],
    ["447123123123", "+447123123123"],
    ["+353871234567", "+353871234567"],
    ["+12025552671", "country_not_allowed"],
    ["+447624369230", "country_not_allowed"],
    ["+80012345678", "country_not_allowed"],
  ])("to %s: %s", (text, expected) => expect(read(text, settings)).toBe(expected));

  it("is refused with its country and those that are allowed", () =>
    expect(readPhoneNumber("+12025552671", settings)).toMatchObject({
      fault: { message: "is a number of US, and your settings allow GB, IE" },
    }));
});
