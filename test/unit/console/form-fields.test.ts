/** A fault of the API is shown in the form's words, at the field where it can be corrected. */
import { expect, it } from "vitest";
import { addressName, fieldOf, labelOf } from "../../../infra/local/console/page/form-fields.ts";

const channels = ["whatsApp", "sms"];
const nameOf = (channel: string) => ({ whatsApp: "WhatsApp", sms: "SMS" })[channel] ?? channel;

it.each([
  ["to.phoneNumber", "to.phoneNumber", "Phone number"],
  ["to.appDevices[0].token", "to.appDevices", "App device token"],
  ["to", "to", "To"],
  ["to.pagerId", "to", "To"],
  ["body", "body", "Message"],
  ["bodyguard", "bodyguard", "Further fields, bodyguard"],
  ["rules", "rules", "Channels"],
  ["rules[1]", "rules.sms", "SMS"],
  ["rules[0].fallbackAfter", "rules.whatsApp.fallbackAfter", "WhatsApp, seconds until the route goes on"],
  ["rules[1].until", "rules.sms.until", "SMS, counts as reached when"],
  ["rules[7]", "rules", "Channels"],
  ["metadata.order", "metadata.order", "Further fields, metadata.order"],
  ["", "", undefined],
])("the fault at %j is of the field %j, %j", (path, field, label) => {
  expect(fieldOf(path, channels)).toBe(field);
  expect(labelOf(field, nameOf)).toBe(label);
});

it("an address without a label of the form's has its own name", () => {
  expect(addressName("phoneNumber")).toBe("Phone number");
  expect(addressName("pagerId")).toBe("pagerId");
});
