/** Example requests. The tests send each of them. */
const device = { platform: "fcm", token: "bk3RNwTe3H0:CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1" };

const message = {
  to: { profileId: "anna@example.com", phoneNumber: "447123123123" },
  body: "Fallback routing send",
  rules: ["fbMessenger", "sms"],
};

const everyField = {
  to: { profileId: "anna@example.com", phoneNumber: "447123123123", appDevices: [device] },
  title: "Your order",
  body: "Hello {{profile.firstName}}, your order is on its way",
  rules: ["fbMessenger", { channel: "whatsApp", fallbackAfter: 300, until: "read" }, "sms"],
  customBody: { sms: "Your order is on its way" },
  channelOptions: { whatsApp: { template: { name: "order_update", language: "en" } } },
  expiresOn: "2099-01-01T00:00:00Z",
  maxCost: "0.10",
  metadata: { order: "1234" },
};

export const examples = {
  messages: { short: message, "every field": everyField },
  ruleSets: {
    "by cost": { prefer: "cost", channels: ["whatsApp", "sms"] },
    "an order": ["appMessaging", { channel: "sms", fallbackAfter: "auto" }],
  },
  batches: { "two messages": [{ ...message, idempotencyKey: "order-1234" }, message] },
  resolutions: { paid: { reference: "order-1234", reason: "paid" } },
  profiles: { profile: { phoneNumber: "+447123123123", appDevices: [device], firstName: "Anna" } },
  consents: { "an opt-out": { state: "opted-out", source: "web form", at: "2026-01-01T00:00:00Z" } },
  consentLists: {
    "an old list": [
      {
        to: { phoneNumber: "+447123123123" },
        channel: "sms",
        state: "opted-out",
        at: "2026-01-01T00:00:00Z",
      },
      { to: { profileId: "anna@example.com" }, state: "opted-in", source: "web form" },
    ],
  },
  settings: { "one country": { defaultCountry: "GB", countries: ["GB"] } },
  webhooks: { "failures alone": { url: "https://shop.example/messages", events: ["message.failed"] } },
  appReceipts: { read: { token: "eyJhbGciOiJIUzI1NiJ9.e30.0", status: "read" } },
};
