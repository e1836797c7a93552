/** API keys: what each scope lets in, the rate limit, and revoking. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { revokeKey, type Scope, scopes } from "../../infra/commands/keys/api-keys.ts";
import { stack, tableNamed } from "./deployed.ts";
import { newKey } from "./keys.ts";
import { advanceClock, awsConfiguration, newCustomer } from "./service.ts";

const message = () => ({ to: newCustomer(), body: "Hello", rules: ["sms"] });

/**
 * Every route behind the authorizer, its scope, and what a key with the scope is answered here. Those of the Omnichannel API:
 * omnichannel-messages.test.ts.
 */
const routes: [route: string, scope: Scope, body: () => unknown, status: number][] = [
  ["POST /messages", "send", message, 201],
  ["POST /messages/plan", "send", message, 200],
  ["POST /messages/batch", "send", () => [message()], 202],
  ["DELETE /messages/{messageId}", "send", () => undefined, 404],
  ["POST /messages/resolve", "send", () => ({ reference: "none" }), 200],
  ["POST /messages/{messageId}/redact", "send", () => undefined, 404],
  ["GET /messages/{messageId}", "read", () => undefined, 404],
  ["POST /messages/{messageId}/resend", "send", () => undefined, 404],
  ["GET /messages", "read", () => undefined, 400],
  ["GET /profiles/{profileId}/messages", "read", () => undefined, 200],
  ["PUT /rules/{name}", "rules", () => ["sms"], 200],
  ["GET /rules/{name}", "rules", () => undefined, 200],
  ["DELETE /rules/{name}", "rules", () => undefined, 204],
  ["PUT /profiles/{profileId}", "profiles", () => ({ firstName: "Anna" }), 200],
  ["GET /profiles/{profileId}", "profiles", () => undefined, 200],
  ["PUT /profiles/{profileId}/consents/{channel}", "profiles", () => ({ state: "opted-out" }), 200],
  ["GET /profiles/{profileId}/consents/{channel}", "profiles", () => undefined, 200],
  ["DELETE /profiles/{profileId}/consents/{channel}", "profiles", () => undefined, 204],
  ["POST /consents", "profiles", () => [{ to: { profileId: "anna" }, state: "opted-in" }], 200],
  ["DELETE /profiles/{profileId}", "profiles", () => undefined, 204],
  ["PUT /settings", "settings", () => ({ defaultCountry: "GB" }), 200],
  ["GET /settings", "settings", () => undefined, 200],
  ["PUT /webhook", "webhook", () => ({ url: "https://shop.example/" }), 200],
  ["GET /webhook", "webhook", () => undefined, 200],
  ["DELETE /webhook", "webhook", () => undefined, 204],
];
const pathOf = (route: string) =>
  (route.split(" ")[1] ?? "").replace("{channel}", "sms").replace(/\{\w+\}/, "anna");

it("the scopes of all routes are listed in this test", () => {
  const guarded = stack
    .ofType("AWS::ApiGatewayV2::Route")
    .filter(({ properties }) => properties.AuthorizationType === "CUSTOM")
    .map(({ properties }) => String(properties.RouteKey))
    .filter((route) => !route.startsWith("ANY "));
  expect(routes.map(([route]) => route).sort()).toEqual(guarded.sort());
});

describe("a key", () => {
  it.each(scopes)(
    "with the scope %s may do what it is for, and is refused elsewhere with the scope that it lacks",
    async (scope) => {
      const key = await newKey({ scopes: [scope] });
      for (const [route, needed, body, status] of routes) {
        const answer = await key.call(route.split(" ")[0] ?? "", pathOf(route), body());
        if (scope === needed) expect([route, answer.status]).toEqual([route, status]);
        else
          expect([route, answer.status, answer.body]).toEqual([
            route,
            403,
            expect.objectContaining({ title: `the API key lacks the scope ${needed}` }),
          ]);
      }
    },
  );

  it("a key that may only send adds addresses to a profile, and replaces none; one with profiles does", async () => {
    const [owner, { fbMessengerId, phoneNumber }, other] = [await newKey(), newCustomer(), newCustomer()];
    const sender = await newKey({ client: owner.client, scopes: ["send"] });
    await owner.call("PUT", "/profiles/anna", { phoneNumber, firstName: "Anna" });
    const profile = async () => (await owner.call("GET", "/profiles/anna")).body;
    const to = { profileId: "anna", fbMessengerId, phoneNumber: other.phoneNumber };
    const message = { to, body: "Hello", rules: ["sms"] };
    expect((await sender.call("POST", "/messages", message)).status).toBe(201);
    const [item] = (await sender.call("POST", "/messages/batch", [message])).body.results;
    expect(item.status).toBe(201);
    expect(await profile()).toEqual({ profileId: "anna", firstName: "Anna", phoneNumber, fbMessengerId });
    await owner.call("POST", "/messages", message);
    expect((await profile()).phoneNumber).toBe(other.phoneNumber);
    expect((await owner.call("PUT", "/profiles/anna", { profileId: "bob" })).status).toBe(400);
  });

  it("a key over its rate limit is answered 429 with the seconds to wait, and a batch counts as many requests as it has messages", async () => {
    const key = await newKey({ rateLimit: 2 });
    const batch = await key.call(
      "POST",
      "/messages/batch",
      Array.from({ length: 200 }, () => ({})),
    );
    expect(batch.status).toBe(202);
    const refused = await key.call("GET", "/profiles/anna");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.body).toMatchObject({ title: "the API key may make 2 requests per second" });
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThanOrEqual(100);
    await advanceClock(seconds * 1000);
    expect((await key.call("GET", "/profiles/anna")).status).toBe(404);
  });

  it("a revoked key is refused once the authorizer's cache has ended, and other keys still work", async () => {
    const [revoked, kept] = [await newKey({ client: "two-keys" }), await newKey({ client: "two-keys" })];
    expect((await revoked.call("GET", "/messages/none")).status).toBe(404);
    await revokeKey(new DynamoDBClient(awsConfiguration), tableNamed("ApiKeys"), revoked.keyId, new Date());
    await advanceClock(5 * 60_000 + 1000);
    expect((await revoked.call("GET", "/messages/none")).status).toBe(403);
    expect((await kept.call("GET", "/messages/none")).status).toBe(404);
  });
});
