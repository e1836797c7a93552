/**
 * What some senders put beside the others' messages: content that every way in must refuse by itself. Each breaks a serializer
 * somewhere (half of a character, NUL), or would reach a customer as nothing or as a name in braces.
 */
export const hostileContents: readonly Readonly<Record<string, unknown>>[] = [
  { body: "Alice: ready \ud83c" },
  { body: "\udf89 half of a smile" },
  { body: "a\u0000b" },
  { title: "\ud83c", body: "Hello" },
  { body: "\u200b\u2060 \u00a0" },
  { body: "Dear {{firstName}}" },
  { body: "{{profile.nosuch}}" },
  { body: "Hello", metadata: { note: "\ud83c" } },
  { body: "Hello", channelOptions: { whatsApp: { template: { name: "a\ud800", language: "en" } } } },
  { body: "Hello", channelOptions: { appMessaging: { data: { "google.c.a.e": "1" } } } },
  { body: "Hello", rules: ["sms", "pigeon\u0000"] },
];

/** Texts that are odd and right: they must arrive as they are. */
export const oddTexts = [
  "",
  " 🎉👩‍👩‍👧",
  " \u202eright to left\u202c",
  " שלום",
  " &Message=another&TopicArn=x",
  ' "quoted" \\ \\u0041 %00 <b>&amp;</b>',
  " line\nline\ttab",
  " \u2028 between",
] as const;

/** Nobody's phone: what arrives at such an address was never to be sent. */
export const isHostile = (address: string): boolean => /^(\+4474|hostile-)/.test(address);

export const hostileRequest = (index: number, content: number): object => {
  const { metadata, ...rest } = hostileContents[content % hostileContents.length] ?? {};
  return {
    to: {
      phoneNumber: `+4474${String(index).padStart(8, "0")}`,
      fbMessengerId: `hostile-${index}`,
      email: `hostile-${index}@customers.example`,
      appDevices: [{ platform: "fcm", token: `hostile-${index}` }],
    },
    rules: ["sms", "fbMessenger", "whatsApp", "appMessaging", "nativePush", "email", "rcs", "mms"],
    metadata: { hostile: index, ...(metadata as object) },
    ...rest,
  };
};
