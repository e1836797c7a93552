/** The document that the service serves, and its examples, sent as they stand there. */
import { beforeAll, describe, expect, it } from "vitest";
import { scopes } from "../../infra/commands/keys/api-keys.ts";
import { createContract, operationsIn } from "../contract/contract.ts";
import { newKey } from "./keys.ts";
import { api, webhook } from "./service.ts";

const response = await fetch(`${api}/openapi.json`);
const { document } = createContract(await response.clone().json());

it("GET /openapi.json is served to everyone, for the channels that are deployed", async () => {
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({ openapi: "3.1.1", info: { title: "Fallback routing" } });
});

/** Its token is made up. */
const refused = ["takeAppReceipt"];
const examples = operationsIn(document).flatMap(({ route, operation }) =>
  Object.values(operation.requestBody?.content ?? {}).flatMap((content) =>
    Object.entries(content.examples).map(([name, { value }]) => ({ route, operation, name, value })),
  ),
);

describe("the examples of the document", () => {
  // What they say of customers (who opted out) is no other test's.
  let own: Awaited<ReturnType<typeof newKey>>;
  /** What the Omnichannel API's routes name. */
  let stored: Record<string, string> = {};
  beforeAll(async () => {
    own = await newKey();
    const make = async (route: string, id: string) => {
      const given = examples.find((one) => one.route === route)?.value;
      return String((await own.call("POST", route.replace("POST ", ""), given)).body[id]);
    };
    stored = {
      messageId: await make("POST /cpaas/messages", "messageId"),
      webhookId: await make("POST /cpaas/webhooks", "id"),
      inboundId: await make("POST /cpaas/messages/inbounds", "id"),
      status: "read",
    };
  });
  it.each(examples)(
    "the example $name of $route is accepted as it stands",
    async ({ route, operation, value }) => {
      const [method = "", path = ""] = route.split(" ");
      const named = path.replace(/\{(\w+)\}/g, (whole, name) =>
        path.startsWith("/cpaas/") ? (stored[name] ?? whole) : whole,
      );
      // The messages' examples name the same profile.
      const key = route === "POST /cpaas/profiles" ? await newKey() : own;
      const { status } = path.startsWith("/webhooks/")
        ? await webhook(path.replace("/webhooks/", "") as "whats-app", JSON.stringify(value))
        : await key.call(method, named.replace("{channel}", "sms").replace(/\{[^}]+\}/g, "example"), value);
      if (refused.includes(operation.operationId)) expect(status).toBe(401);
      else expect([200, 201, 202]).toContain(status);
    },
  );
});

describe("the scopes of the document", () => {
  const keyed = operationsIn(document).flatMap(({ route, operation: { security } }) =>
    security.flatMap(({ apiKey: [scope = ""] = [] }) => (scope === "" ? [] : [{ route, scope }])),
  );
  it.each(keyed)("a key needs the scope $scope for $route", async ({ route, scope }) => {
    const others = await newKey({ scopes: scopes.filter((one) => one !== scope) });
    const [method = "", path = ""] = route.split(" ");
    const { status, body } = await others.call(
      method,
      path.replace(/\{[^}]+\}/g, "example"),
      method === "GET" ? undefined : {},
    );
    expect([status, body.title]).toEqual([403, `the API key lacks the scope ${scope}`]);
  });
});
