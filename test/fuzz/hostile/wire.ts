/** Paths, methods and headers that mean harm. */
import fc from "fast-check";

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
  { what: "Basic", headers: [["authorization", "Basic bG9jYWw6b3RoZXI="]] },
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
