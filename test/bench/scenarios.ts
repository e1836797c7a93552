/** The messages of the bench: what is sent, to whom, and what becomes of it. */
import type { ChannelId, Customer } from "./bench-system.ts";

export interface Scenario {
  id: string;
  name: string;
  rules: ChannelId[];
  phones: Customer["phones"];
  /** What it is to be found by: a profile, a reference. */
  foundBy?: { profileId?: string; reference?: string };
  /** The first channel says nothing for so long. */
  silentSeconds?: number;
}

const unregistered = { registered: false };

export const scenarios: readonly Scenario[] = [
  { id: "sms", name: "SMS", rules: ["sms", "fbMessenger"], phones: {} },
  {
    id: "profile",
    name: "SMS, profile",
    rules: ["sms", "fbMessenger"],
    phones: {},
    foundBy: { profileId: "anna@example.com" },
  },
  {
    id: "reference",
    name: "SMS, reference",
    rules: ["sms", "fbMessenger"],
    phones: {},
    foundBy: { reference: "order-1234" },
  },
  { id: "fbMessenger", name: "Messenger", rules: ["fbMessenger", "sms"], phones: {} },
  { id: "whatsApp", name: "WhatsApp", rules: ["whatsApp", "sms"], phones: {} },
  {
    id: "whatsAppRead",
    name: "WhatsApp, read",
    rules: ["whatsApp", "sms"],
    phones: { whatsApp: { reads: true } },
  },
  { id: "appMessaging", name: "App", rules: ["appMessaging", "sms"], phones: {} },
  {
    id: "oneFallback",
    name: "one fallback",
    rules: ["fbMessenger", "sms"],
    phones: { fbMessenger: unregistered },
  },
  {
    id: "silence",
    name: "a minute's silence",
    rules: ["fbMessenger", "sms"],
    phones: { fbMessenger: { delivers: false } },
    silentSeconds: 60,
  },
  {
    id: "fourFail",
    name: "four fail",
    rules: ["fbMessenger", "whatsApp", "appMessaging", "sms"],
    phones: {
      sms: unregistered,
      fbMessenger: unregistered,
      whatsApp: unregistered,
      appMessaging: unregistered,
    },
  },
];

export function scenarioOf(id: string): Scenario {
  const found = scenarios.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no scenario ${id}`);
  return found;
}

export const messageTo = (
  { to }: Customer,
  { rules, foundBy: { profileId, reference } = {}, silentSeconds }: Scenario,
) => ({
  to: { ...to, ...(profileId ? { profileId: `${profileId} ${to.phoneNumber}` } : {}) },
  ...(reference ? { reference } : {}),
  title: "Your order",
  body: "Hello Anna, your order 1234 is on its way and arrives tomorrow between 9 and 11.",
  rules: rules.map((channel, index) =>
    silentSeconds && index === 0 ? { channel, fallbackAfter: silentSeconds } : channel,
  ),
  metadata: { order: "1234" },
});
