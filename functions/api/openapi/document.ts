/**
 * The API as an OpenAPI 3.1 document: the operations, their schemas, and the answers that every route can give. Created when the
 * functions are bundled (infra/bundle/bundle.ts), so that the function that serves it loads nothing.
 */
import type { Channel, WebhookFacts } from "../../domain/channel.ts";
import { webhooks } from "./events.ts";
import { type Answer, notValid, type Operation, problem } from "./operation.ts";
import { operationsOf } from "./operations.ts";
import { capitalized, ref } from "./ref.ts";
import { makeSchemas } from "./schemas.ts";

export interface DocumentOptions {
  version: string;
  /** The channels that this deployment has. */
  enabledChannels: readonly Channel[];
  /** Its windows, in seconds, where they differ from the channels' own. */
  windows: Readonly<Record<string, number>>;
  /** Whether it takes the requests of the Omnichannel API. @default false */
  omnichannelApi?: boolean;
}

const description = `One request names a customer and the channels to try in order; the service tries them one by one until
the customer has the message. Unknown fields are refused, never ignored; every fault names its field.
Lengths are counted in UTF-16 code units, as in JavaScript. A request may have 6 MB, as UTF-8, plain or by gzip (\`Content-Encoding: gzip\`, best with \`Content-Type: application/octet-stream\`).
Text must be well-formed Unicode without NUL, and goes out in NFC. A field that is null is the same as one that is left out.`;

const tags: Record<Operation["tag"], string> = {
  Messages: "Send messages, and follow what became of them.",
  Rules: "Channels in order of preference, stored under a name.",
  Profiles: "What is known of a customer: addresses, and fields to merge into texts.",
  Settings: "What holds for all your messages.",
  Webhook: "Where you receive events about your messages.",
  Receipts:
    "What the providers and your app report. No API key is needed: the signature or the token says who calls.",
  "Omnichannel API":
    "For clients of dotdigital's Omnichannel API (once Comapi): its requests, below `/cpaas` and in the same way below `/apispaces/{apiSpaceId}`, with a key as bearer token or as the password of HTTP Basic, as everywhere here.",
  "This document": "The API as OpenAPI.",
};

const gateway = (description: string): Answer => ({ description, schema: "GatewayAnswer" });
const noApiKey = gateway("The request has no API key.");
const notAllowed: Answer = {
  ...problem("The API key lacks the scope that the answer names, is unknown, or was revoked."),
  orByGateway: true,
};
const tooLarge: Answer = {
  ...problem("The request is larger than 6 MB, or would be once it is unpacked."),
  orByGateway: true,
};
const notReadable = problem("The body is not UTF-8, or is compressed by something other than gzip.");
const tooManyRequests = gateway("Too many requests: wait, and send the request again.");
const tooManyOfKey: Answer = {
  ...problem(
    "The API key's rate limit or the client's budget is exceeded, as the answer says, or there are too many requests in all: wait, and send the request again.",
  ),
  headers: {
    "Retry-After": {
      description: "Seconds to wait, where the limit is the key's or the client's.",
      schema: { type: "integer" },
    },
  },
  orByGateway: true,
};
const tooSlow = gateway(
  "The function took too long: send the request again, a message with the same Idempotency-Key.",
);
const failed: Answer = {
  ...problem(
    "Something failed on our side: send the request again, a message with the same Idempotency-Key.",
  ),
  orByGateway: true,
};
/** The answers that many routes give, by their names in the components. */
const shared = {
  notValid,
  noApiKey,
  notAllowed,
  tooLarge,
  notReadable,
  tooManyRequests,
  tooManyOfKey,
  failed,
  tooSlow,
};
const sharedNames = new Map<Answer, string>(
  Object.entries(shared).map(([name, answer]) => [answer, capitalized(name)]),
);
const toAll = { 413: tooLarge, 429: tooManyRequests, 500: failed, 503: tooSlow };
const toKeyed = { 401: noApiKey, 403: notAllowed, 429: tooManyOfKey };

export function openApiDocument({
  version,
  enabledChannels,
  windows,
  omnichannelApi = false,
}: DocumentOptions) {
  const operations = operationsOf(enabledChannels, omnichannelApi);
  const paths = pathsOf(operations);
  const responses = Object.fromEntries(
    [...sharedNames].map(([answer, name]) => [name, describeAnswer(answer)]),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Fallback routing",
      version,
      description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: tagsOf(operations).map(([name, description]) => ({ name, description })),
    paths,
    webhooks,
    components: {
      schemas: usedBy([paths, webhooks, responses], makeSchemas(windows)),
      responses,
      securitySchemes: {
        apiKey,
        basic,
        ...Object.fromEntries(
          operations.flatMap(({ caller }) =>
            typeof caller === "object" ? [[caller.scheme, headerOf(caller)]] : [],
          ),
        ),
      },
    },
  };
}

/** A deployment may have no operation of some. */
const tagsOf = (operations: readonly Operation[]) =>
  Object.entries(tags).filter(([name]) => operations.some(({ tag }) => tag === name));

const basic = {
  type: "http",
  scheme: "basic",
  description: "Any user name, and an API key as the password.",
};
const apiKey = {
  type: "http",
  scheme: "bearer",
  description: "An API key, with the scope that the operation names.",
};
const headerOf = ({ header: name, description }: WebhookFacts["proof"]) => ({
  type: "apiKey",
  in: "header",
  name,
  description,
});

/** The schemas that these refer to, directly or indirectly: a deployment may not need all of them. */
function usedBy(users: unknown, schemas: Record<string, object>): Record<string, object> {
  const names = new Set<string>();
  const follow = (user: unknown): void => {
    for (const [, name = ""] of JSON.stringify(user).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      follow(schemas[name]);
    }
  };
  follow(users);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)));
}

function pathsOf(operations: readonly Operation[]): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const [method = "", path = ""] = operation.route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) };
  }
  return paths;
}

function describe({ id, tag, summary, description, caller, parameters, request, answers }: Operation) {
  const isKeyed = caller !== "open" && typeof caller === "string";
  const all = {
    ...answers,
    ...toAll,
    ...(request === undefined ? {} : { 415: notReadable }),
    ...(isKeyed ? toKeyed : {}),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security:
      typeof caller === "object"
        ? [{ [caller.scheme]: [] }]
        : caller === "open"
          ? []
          : [{ apiKey: [caller] }, { basic: [caller] }],
    ...(parameters === undefined ? {} : { parameters }),
    ...(request === undefined ? {} : { requestBody: describeRequest(request) }),
    responses: Object.fromEntries(Object.entries(all).map(([status, answer]) => [status, refer(answer)])),
  };
}

const describeRequest = ({ schema, description, examples }: NonNullable<Operation["request"]>) => ({
  required: true,
  ...(description === undefined ? {} : { description }),
  content: {
    "application/json": {
      schema: ref(schema),
      examples: Object.fromEntries(
        Object.entries(examples).map(([name, value]) => [
          name.replaceAll(" ", "-"),
          { summary: name, value },
        ]),
      ),
    },
  },
});

function refer(answer: Answer): object {
  const name = sharedNames.get(answer);
  return name === undefined ? describeAnswer(answer) : { $ref: `#/components/responses/${name}` };
}

function describeAnswer({
  description,
  schema,
  contentType = "application/json",
  headers,
  orByGateway,
}: Answer) {
  const content = {
    ...(schema === undefined ? {} : { [contentType]: { schema: ref(schema) } }),
    ...(orByGateway ? { "application/json": { schema: ref("GatewayAnswer") } } : {}),
  };
  return {
    description,
    ...(headers === undefined ? {} : { headers }),
    ...(schema === undefined ? {} : { content }),
  };
}
