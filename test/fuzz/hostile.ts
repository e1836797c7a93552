/** Requests that mean harm: bodies, headers and paths that no client of good will makes. */
import fc from "fast-check";

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

/** For the place of an id. */
export const hostileIds: readonly string[] = [
  "%",
  "%zz",
  "%ff%fe",
  "%c0%af",
  "%00",
  "%0d%0aX-Injected:%201",
  "%2e%2e",
  "%2e%2e%2fprofiles%2fanna",
  "..",
  ".",
  "*",
  "%20",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "undefined",
  "%F0%9F%92%A9",
  "%ED%A0%80",
  "a".repeat(2_049),
  "a".repeat(5_000),
  "%E2%82%AC".repeat(256),
  "%E2%82%AC".repeat(700),
  "'%20OR%201=1--",
  "${jndi:ldap:}",
  "{messageId}",
  "%7B%7Bprofile.a%7D%7D",
];

export const hostilePaths: readonly string[] = [
  "/",
  "//",
  "/messages/",
  "//messages",
  "/messages//",
  "/messages/a/b",
  "/profiles",
  "/profiles/",
  "/webhooks/sms",
  "/openapi.json/",
  "/OPENAPI.JSON",
  "/messages?__proto__=1",
  "/messages/plan/",
  "/$default",
  "/messages%2fplan",
  "/.well-known/security.txt",
  "/%",
];

const methods = ["PATCH", "PUT", "DELETE", "GET", "POST", "OPTIONS", "HEAD", "TRACE", "PROPFIND"];
export const hostileMethods = fc.constantFrom(...methods);

/** Each replaces the request's header of that name, where it has a value. */
export const keys: readonly { what: string; headers: [string, string][] }[] = [
  { what: "no API key", headers: [] },
  { what: "an API key that nobody has", headers: [["authorization", "Bearer nobody"]] },
  { what: "an empty API key", headers: [["authorization", ""]] },
  { what: "Bearer alone", headers: [["authorization", "Bearer"]] },
  { what: "Basic", headers: [["authorization", "Basic bG9jYWw6bG9jYWw="]] },
  { what: "two words", headers: [["authorization", "Bearer local local"]] },
  { what: "the API key of a prototype", headers: [["authorization", "Bearer __proto__"]] },
  { what: "a long API key", headers: [["authorization", `Bearer ${"x".repeat(8_000)}`]] },
  { what: "an API key in Latin-1", headers: [["authorization", "Bearer l\u00f6cal"]] },
  {
    what: "a wrong API key and the right one",
    headers: [
      ["authorization", "Bearer nobody"],
      ["authorization", "Bearer local"],
    ],
  },
  {
    what: "the API key in another header",
    headers: [
      ["x-api-key", "local"],
      ["cookie", "authorization=Bearer local"],
    ],
  },
];

export const headers: readonly { what: string; headers: [string, string][]; replaces?: string }[] = [
  { what: "the API key twice", headers: [["authorization", "Bearer local"]] },
  {
    what: "two keys of idempotency",
    headers: [
      ["idempotency-key", "a"],
      ["idempotency-key", "b"],
    ],
  },
  { what: "a long key of idempotency", headers: [["idempotency-key", "k".repeat(4_000)]] },
  { what: "an empty key of idempotency", headers: [["idempotency-key", ""]] },
  { what: "a key of idempotency in Latin-1", headers: [["idempotency-key", "schl\u00fcssel"]] },
  { what: "a key of idempotency of a prototype", headers: [["idempotency-key", "__proto__"]] },
  { what: "two content types", headers: [["content-type", "text/html"]] },
  ...[
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "image/png",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/octet-stream",
    ";;;",
    "application/json, text/html",
  ].map((type) => ({
    what: `the content type ${type}`,
    headers: [["content-type", type]] as [string, string][],
    replaces: "content-type",
  })),
  { what: "no content type", headers: [], replaces: "content-type" },
  { what: "a compression that it is not", headers: [["content-encoding", "gzip"]] },
  {
    what: "an answer in XML wished for",
    headers: [
      ["accept", "application/xml"],
      ["accept-encoding", "br;q=1e9"],
    ],
  },
  {
    what: "forged origins",
    headers: [
      ["x-forwarded-for", "127.0.0.1"],
      ["x-forwarded-host", "evil.example"],
      ["forwarded", "for=_"],
    ],
  },
  { what: "another method in a header", headers: [["x-http-method-override", "DELETE"]] },
  {
    what: "a hundred headers",
    headers: Array.from({ length: 100 }, (_, i): [string, string] => [`x-h${i}`, "v"]),
  },
  {
    what: "cookies",
    headers: [
      ["cookie", "a=1; __proto__=2; =;;"],
      ["cookie", "b=\u00ff"],
    ],
  },
];
