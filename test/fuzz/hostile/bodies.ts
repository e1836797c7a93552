/** Bodies that mean harm. */

export interface HostileBody {
  what: string;
  body: () => string;
}

const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const deep = (depth: number): HostileBody[] => [
  { what: "deep arrays", body: () => nested("[", "]", depth) },
  { what: "deep objects", body: () => nested('{"a":', "}", depth) },
];
const megabytes = (count: number) => "x".repeat(count * 1024 * 1024);

/** In the place of the whole body. */
export const wholeBodies: readonly HostileBody[] = [
  { what: "no body", body: () => "" },
  { what: "JSON that ends early", body: () => '{"to":{"phoneNumber":"4471' },
  { what: "a comma too many", body: () => '{"body":"a",}' },
  { what: "two values", body: () => "{}{}" },
  { what: "NaN", body: () => '{"body":NaN}' },
  { what: "a byte order mark", body: () => "\ufeff{}" },
  { what: "null", body: () => "null" },
  { what: "a number", body: () => "1e999" },
  { what: "a string", body: () => '"{}"' },
  {
    what: "XML",
    body: () => '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  },
  { what: "a form", body: () => "body=a&to%5BphoneNumber%5D=4471" },
  { what: "binary", body: () => "\u0000\u0001\uffff\u0000" },
  ...deep(100_000),
  {
    what: "ten thousand fields",
    body: () => `{${Array.from({ length: 10_000 }, (_, i) => `"f${i}":1`).join()}}`,
  },
  { what: "5,001 items", body: () => `[${Array.from({ length: 5001 }, () => "{}").join()}]` },
  { what: "5,000 empty items", body: () => `[${Array.from({ length: 5000 }, () => "{}").join()}]` },
];
/** Rarely: each is many megabytes. */
export const largeBodies: readonly HostileBody[] = [
  { what: "7 MB", body: () => JSON.stringify({ body: megabytes(7) }) },
  { what: "11 MB", body: () => JSON.stringify({ body: megabytes(11) }) },
  { what: "5 MB in one field", body: () => JSON.stringify({ body: megabytes(5) }) },
];

const to = { profileId: "hostile", phoneNumber: "+447123123123", fbMessengerId: "hostile" };
const message = (fields: object, json = "") => {
  const text = JSON.stringify({ to, body: "Hello", rules: ["sms", "whatsApp", "fbMessenger"], ...fields });
  return json === "" ? text : `${text.slice(0, -1)},${json}}`;
};
const template = (components: string) =>
  `"channelOptions":{"whatsApp":{"template":{"name":"t","language":"en","components":${components}}}}`;
const many = (count: number, item: (index: number) => [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => item(index)));

/** A message but for one thing. */
export const messageBodies: readonly HostileBody[] = [
  ...[9, 40, 5_000, 100_000].flatMap((depth) =>
    deep(depth).flatMap(({ what, body }) => [
      { what: `metadata: ${what}`, body: () => message({}, `"metadata":{"a":${body()}}`) },
      { what: `a template's components: ${what}`, body: () => message({}, template(`[{"a":${body()}}]`)) },
    ]),
  ),
  { what: "a template of 500 KB", body: () => message({}, template(`[{"a":"${"x".repeat(500_000)}"}]`)) },
  {
    what: "a template with huge numbers",
    body: () => message({}, template('[{"a":1e400,"b":1e300,"c":1e-300}]')),
  },
  { what: "a template with __proto__", body: () => message({}, template('[{"__proto__":{"a":1}}]')) },
  {
    what: "metadata with huge numbers",
    body: () => message({}, '"metadata":{"a":1e400,"b":1e300,"c":5e-324}'),
  },
  { what: "metadata with __proto__", body: () => message({}, '"metadata":{"__proto__":{"a":1},"b":2}') },
  { what: "metadata with an empty name", body: () => message({ metadata: { "": "", a: [] } }) },
  { what: "metadata of one long name", body: () => message({ metadata: { ["x".repeat(5000)]: 1 } }) },
  {
    what: "500 KB for the app",
    body: () => message({ channelOptions: { appMessaging: { data: { a: "x".repeat(500_000) } } } }),
  },
  {
    what: "ten thousand values for the app",
    body: () => message({ channelOptions: { appMessaging: { data: many(10_000, (i) => [`a${i}`, "x"]) } } }),
  },
  {
    what: "merge fields that swell",
    body: () =>
      message({
        to: { ...to, swollen: "x".repeat(256) },
        customBody: { appMessaging: "{{profile.swollen}}".repeat(500) },
        title: "{{profile.swollen}}".repeat(10),
      }),
  },
  {
    what: "merge fields of a prototype",
    body: () => message({ body: "{{profile.__proto__}}{{profile.constructor}}!" }),
  },
  { what: "an endless merge field", body: () => message({ body: `${"{{profile.".repeat(900)}` }) },
  { what: "text of surrogates", body: () => message({}, '"title":"\\ud800\\udfff\\ud83d"') },
  {
    what: "text of combining marks",
    body: () => message({ body: "a\u0301\u0301\u0301\u202e\u0000\u200b".repeat(100) }),
  },
  { what: "a field twice", body: () => message({}, '"body":1,"body":"Hello"') },
  { what: "__proto__ in the message", body: () => message({}, '"__proto__":{"client":"other"}') },
  {
    what: "__proto__ in the addresses",
    body: () => message({}, '"to":{"phoneNumber":"+447123123123","__proto__":"x"}'),
  },
  { what: "__proto__ as a rule", body: () => message({ rules: ["__proto__", "constructor", "toString"] }) },
  {
    what: "__proto__ as a rule's channel",
    body: () => message({ rules: [{ channel: "__proto__" }, { channel: "sms" }] }),
  },
  {
    what: "__proto__ for a channel's text",
    body: () => message({}, '"customBody":{"__proto__":"x","constructor":"x"}'),
  },
  { what: "sixty addresses", body: () => message({ to: many(60, (index) => [`a${index}`, "x"]) }) },
  { what: "a profile of a long name", body: () => message({ to: { ...to, profileId: "€".repeat(256) } }) },
  { what: "a date that is none", body: () => message({ expiresOn: "2030-02-31T25:61:61Z" }) },
  { what: "the end of time", body: () => message({ expiresOn: "9999-12-31T23:59:59Z" }) },
  { what: "a window of no time", body: () => message({ rules: [{ channel: "sms", fallbackAfter: 1e-7 }] }) },
  {
    what: "a window of all time",
    body: () => message({}, '"rules":[{"channel":"sms","fallbackAfter":1e400}]'),
  },
  { what: "a phone number in other digits", body: () => message({ to: { phoneNumber: "٤٤٧١٢٣١٢٣١٢٣" } }) },
  {
    what: "a phone number of 10,000 digits",
    body: () => message({ to: { phoneNumber: "4".repeat(10_000) } }),
  },
  {
    what: "an address that is a path",
    body: () => message({ to: { fbMessengerId: "../../me?x=1#\r\nX: y" } }),
  },
];
