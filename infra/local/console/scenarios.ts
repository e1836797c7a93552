/**
 * What the local run shows a newcomer, as data: how the phones are set, what is sent, what happens then, and what comes of it.
 * The page has a button for each, the tutorial names them, and test/acceptance/scenarios.test.ts sends them all.
 */

/** What PUT /carrier/{channel}/{address} takes; what is left out is as on a new phone. */
export interface PhoneSettings {
  registered?: boolean;
  delivers?: boolean;
  reads?: boolean;
  delayMs?: number;
  fault?: string | null;
  answer?: string | null;
  laterAnswer?: string | null;
  window?: "open" | "closed";
}

/**
 * What a person does while the message is under way or after it: moves the clock, answers as the customer, or sends it again, once
 * the plan skips a channel.
 */
export type Step = { label: string } & (
  | { advanceMs: number }
  | { answerBy: string; answer: string }
  | { sendOnceSkipped: string }
);

export interface Scenario {
  name: string;
  /** What is to be seen. */
  sentence: string;
  /** By channel. */
  phones: Readonly<Record<string, PhoneSettings>>;
  /** What PUT /settings takes; they hold after a minute. */
  settings?: object;
  /** `rules`: names of channels, best first. `customersHour`: what the customer's clock shows (zoneAt). */
  request: { body: string; rules: readonly string[]; category?: "marketing"; customersHour?: number };
  steps: readonly Step[];
  /** Of the trace of the last message, after the last step. `answered`: by channel, what the customer wrote. */
  expected: {
    status: string;
    channels: readonly { channel: string; outcome: string; late?: boolean; error?: { name: string } }[];
    possibleDuplicate?: boolean;
    answered?: Readonly<Record<string, string>>;
  };
}

/** Someone to write to, with an address on every channel. */
export const customer = {
  phoneNumber: "+447123123123",
  fbMessengerId: "anna",
  appDevices: [{ platform: "fcm", token: "annas-phone" }],
  email: "anna@shop.example",
} as const;

/** Where the customer is reached, by channel. */
export const addressOf: Readonly<Record<string, string>> = {
  whatsApp: customer.phoneNumber,
  fbMessenger: customer.fbMessengerId,
  appMessaging: customer.appDevices[0].token,
  nativePush: customer.appDevices[0].token,
  sms: customer.phoneNumber,
  rcs: customer.phoneNumber,
  mms: customer.phoneNumber,
  email: customer.email,
};

export const newPhone = {
  registered: true,
  delivers: true,
  reads: false,
  delayMs: 0,
  fault: null,
  answer: null,
  laterAnswer: null,
  window: "open",
} as const satisfies PhoneSettings;

/** A time zone whose clocks show this hour now. */
export function zoneAt(hour: number, now: Date): string {
  const isAt = (timeZone: string) =>
    Number(now.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit" })) === hour;
  const zone = Intl.supportedValuesOf("timeZone").find(isAt);
  if (zone === undefined) throw new RangeError(`nowhere is it ${hour} o'clock`);
  return zone;
}

/** How long PUT /settings takes to hold everywhere, and a second more. */
export const settingsHoldAfterMs = 61_000;

const minutes = 60_000;
const notRegistered = (channel: string) =>
  ({ channel, outcome: "failed", error: { name: "NotRegistered" } }) as const;

export const scenarios: readonly Scenario[] = [
  {
    name: "Phone off",
    sentence:
      "WhatsApp takes the message, and it never arrives: after WhatsApp's window of 5 minutes Messenger has its turn.",
    phones: { whatsApp: { delivers: false } },
    request: { body: "Your parcel is at the door", rules: ["whatsApp", "fbMessenger", "sms"] },
    steps: [{ label: "Skip the 5 minutes", advanceMs: 5 * minutes }],
    expected: {
      status: "delivered",
      channels: [
        { channel: "whatsApp", outcome: "timedOut", error: { name: "States.Timeout" } },
        { channel: "fbMessenger", outcome: "delivered" },
        { channel: "sms", outcome: "notTried" },
      ],
    },
  },
  {
    name: "WhatsApp refuses",
    sentence: "Anna has no WhatsApp: it refuses at once, and Messenger delivers a moment later, for nothing.",
    phones: { whatsApp: { registered: false } },
    request: { body: "Your order is on its way", rules: ["whatsApp", "fbMessenger", "sms"] },
    steps: [],
    expected: {
      status: "delivered",
      channels: [
        notRegistered("whatsApp"),
        { channel: "fbMessenger", outcome: "delivered" },
        { channel: "sms", outcome: "notTried" },
      ],
    },
  },
  {
    name: "Late receipt, two channels",
    sentence:
      "WhatsApp delivers after 6 minutes, one after its window: Messenger was sent by then, and Anna gets it twice. The trace says so.",
    phones: { whatsApp: { delayMs: 6 * minutes } },
    request: { body: "We are at your door in 10 minutes", rules: ["whatsApp", "fbMessenger", "sms"] },
    steps: [
      { label: "Skip the 5 minutes", advanceMs: 5 * minutes },
      { label: "Wait for the late receipt", advanceMs: 2 * minutes },
    ],
    expected: {
      status: "delivered",
      channels: [
        { channel: "whatsApp", outcome: "delivered", late: true, error: { name: "States.Timeout" } },
        { channel: "fbMessenger", outcome: "delivered" },
        { channel: "sms", outcome: "notTried" },
      ],
      possibleDuplicate: true,
    },
  },
  {
    name: "All fail",
    sentence:
      "Nobody knows Anna: each channel refuses, and the message ends as failed, with the reason of each.",
    phones: {
      whatsApp: { registered: false },
      fbMessenger: { registered: false },
      appMessaging: { registered: false },
      sms: { registered: false },
    },
    request: { body: "Are you there?", rules: ["whatsApp", "fbMessenger", "appMessaging", "sms"] },
    steps: [],
    expected: {
      status: "failed",
      channels: [
        ...["whatsApp", "fbMessenger", "appMessaging"].map(notRegistered),
        { channel: "sms", outcome: "failed", error: { name: "Undeliverable" } },
      ],
    },
  },
  {
    name: "24-hour window closed",
    sentence:
      "Anna last wrote more than 24 hours ago: WhatsApp and Messenger take only templates then, and the SMS goes out.",
    phones: { whatsApp: { window: "closed" }, fbMessenger: { window: "closed" } },
    request: { body: "Your table is booked for tonight", rules: ["whatsApp", "fbMessenger", "sms"] },
    steps: [],
    expected: {
      status: "delivered",
      channels: [
        { channel: "whatsApp", outcome: "failed", error: { name: "WindowClosed" } },
        { channel: "fbMessenger", outcome: "failed", error: { name: "WindowClosed" } },
        { channel: "sms", outcome: "delivered" },
      ],
    },
  },
  {
    name: "Customer answers",
    sentence:
      "Anna reads the message and answers: her words go to the webhook, with the message that they answer.",
    phones: { whatsApp: { reads: true } },
    request: { body: "Shall we leave it with a neighbour?", rules: ["whatsApp", "sms"] },
    steps: [{ label: "Answer as Anna", answerBy: "whatsApp", answer: "Yes, please" }],
    expected: {
      status: "read",
      channels: [
        { channel: "whatsApp", outcome: "read" },
        { channel: "sms", outcome: "notTried" },
      ],
      answered: { whatsApp: "Yes, please" },
    },
  },
  {
    name: "Customer says STOP",
    sentence:
      "Anna answers an offer by STOP: from then on nothing goes to her by SMS, and the next offer takes the next channel.",
    phones: {},
    request: { body: "20 % off this weekend", rules: ["sms", "whatsApp"], category: "marketing" },
    steps: [
      { label: "Answer STOP as Anna", answerBy: "sms", answer: "STOP" },
      { label: "Send the next offer", sendOnceSkipped: "sms" },
    ],
    expected: {
      status: "delivered",
      channels: [
        { channel: "sms", outcome: "skipped" },
        { channel: "whatsApp", outcome: "delivered" },
      ],
    },
  },
  {
    name: "Night there",
    sentence:
      "It is 3 at night where Anna is, and these settings keep marketing by SMS for the day: after WhatsApp refused, the SMS waits until 8.",
    phones: { whatsApp: { registered: false } },
    settings: {
      quietHours: [{ channels: ["sms"], categories: ["marketing"], from: "21:00", to: "08:00" }],
    },
    request: {
      body: "20 % off this weekend",
      rules: ["whatsApp", "sms"],
      category: "marketing",
      customersHour: 3,
    },
    steps: [{ label: "Skip to the morning", advanceMs: 5 * 60 * minutes }],
    expected: {
      status: "delivered",
      channels: [notRegistered("whatsApp"), { channel: "sms", outcome: "delivered" }],
    },
  },
];
