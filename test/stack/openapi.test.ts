/** The API's document: valid, named as client generators need it, and with examples that fit its own schemas. */
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { phoneNumber } from "../../functions/domain/customer/phone-number.ts";
import { apiDocument } from "../../infra/bundle/bundles.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { createContract, operationsIn } from "../contract/contract.ts";
import { withContext } from "./synthesize.ts";

const { queueClient } = localSettings;
const deployments = {
  "with an account for every channel": localSettings,
  "without accounts": { queueClient },
};

describe.each(Object.entries(deployments))("the document of a deployment %s", (_, context) => {
  const document = apiDocument(readSettings(withContext(context).node));
  const contract = createContract(document);
  const operations = operationsIn(contract.document);

  it("the document is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it("every operation has a unique operationId that a client generator can use as a function name", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it("every path parameter is described", () => {
    for (const { route, operation } of operations) {
      const inPath = operation.parameters.filter((one) => one.in === "path").map(({ name }) => name);
      expect(inPath, route).toEqual([...route.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name));
    }
  });

  it("every body has an example that fits its schema", () => {
    for (const { route, operation } of operations)
      for (const { schema, examples } of Object.values(operation.requestBody?.content ?? {})) {
        expect(Object.keys(examples), route).not.toEqual([]);
        for (const { value } of Object.values(examples))
          expect(contract.schemaErrors(schema, value), route).toEqual([]);
      }
  });

  it("every error is problem details, and no schema allows unnamed fields", () => {
    for (const { route, operation } of operations)
      for (const status of Object.keys(operation.responses)) {
        const bare = {
          method: route.split(" ")[0] ?? "",
          path: route.split(" ")[1] ?? "",
          status: Number(status),
        };
        const answer = (contentType: string, body: object) =>
          contract.violations({
            ...bare,
            headers: new Headers({ "content-type": contentType, location: "/" }),
            body: JSON.stringify(body),
          });
        const problem = { type: "about:blank", title: "no", status: Number(status), errors: [] };
        const accepted = [
          answer("application/problem+json", problem),
          answer("application/json", { message: "no" }),
        ].filter((faults) => faults.length === 0);
        if (Number(status) >= 400) expect(accepted.length, `${route} ${status}`).toBeGreaterThan(0);
        else if (route !== "GET /openapi.json" && !route.startsWith("GET /profiles"))
          expect(accepted, `${route} ${status}`).toEqual([]);
        if (Number(status) >= 400)
          expect(
            answer("application/problem+json", { ...problem, stack: "…" }),
            `${route} ${status}`,
          ).not.toEqual([]);
      }
  });
});

const { violations, schemaErrors, document } = createContract(
  apiDocument(readSettings(withContext({}).node)),
);
const { Rules, PhoneNumber, Settings, Template, To } = document.components.schemas;

it("says that a channel is named once, as far as JSON Schema can", () => {
  for (const rules of [["sms"], ["sms", { channel: "whatsApp" }, "fbMessenger", { channel: "appMessaging" }]])
    expect(schemaErrors(Rules, rules)).toEqual([]);
  for (const rules of [
    [],
    ["sms", "sms"],
    ["sms", { channel: "sms" }],
    [{ channel: "sms" }, "sms", "whatsApp"],
  ])
    expect(schemaErrors(Rules, rules), JSON.stringify(rules)).not.toEqual([]);
});

it("says that null in a template leaves the field out", () => {
  const template = { name: "order_update", language: "en" };
  expect(schemaErrors(Template, { ...template, components: null })).toEqual([]);
  expect(schemaErrors(Template, { ...template, name: null })).not.toEqual([]);
});

it("names the channels that quiet hours may have", () => {
  const withChannels = (...channels: string[]) => ({
    quietHours: [{ channels, from: "21:00", to: "08:00" }],
  });
  expect(schemaErrors(Settings, withChannels("sms"))).toEqual([]);
  expect(schemaErrors(Settings, withChannels("pigeon"))).not.toEqual([]);
});

it("lets through no list in a further field", () => {
  const appDevices = [{ platform: "fcm", token: "t" }];
  expect(schemaErrors(To, { appDevices, loyaltyCard: "77" })).toEqual([]);
  for (const other of [[], appDevices]) expect(schemaErrors(To, { appDevices, other })).not.toEqual([]);
});

it("has a form of phone numbers that fits every number that is taken", () => {
  expect(schemaErrors(PhoneNumber, "+00000000000000")).not.toEqual([]);
  expect(schemaErrors(PhoneNumber, "12345")).not.toEqual([]);
  const characters = fc.constantFrom(..."0123456789 ().-+");
  // Austria and Germany have the shortest numbers of the world.
  const numbers = fc
    .tuple(
      fc.constantFrom("", "+", " +", "+(", "43", "+43", "49", "1"),
      fc.string({ unit: characters, maxLength: 20 }),
    )
    .map((parts) => parts.join(""));
  let taken = 0;
  fc.assert(
    fc.property(numbers, (number) => {
      if (!v.is(phoneNumber, number)) return;
      taken += 1;
      expect(schemaErrors(PhoneNumber, number), number).toEqual([]);
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(50);
});

it("is no contract that lets everything pass", () => {
  const exchange = {
    method: "DELETE",
    path: "/messages/m1",
    status: 202,
    headers: new Headers({ "content-type": "application/json" }),
    body: '{"messageId":"m1","status":"cancelled"}',
  };
  expect(violations(exchange)).toEqual([]);
  expect(violations({ ...exchange, status: 200 })).toHaveLength(1);
  expect(
    violations({ ...exchange, body: '{"messageId":"m1","status":"cancelled","client":"shop"}' }),
  ).toHaveLength(1);
  expect(violations({ ...exchange, body: '{"messageId":"m1"}' })).toHaveLength(1);
  expect(violations({ ...exchange, body: "" })).toHaveLength(1);
  expect(violations({ ...exchange, headers: new Headers({ "content-type": "text/html" }) })).toHaveLength(1);
  expect(violations({ ...exchange, path: "/nowhere" })).toHaveLength(1);
  expect(violations({ ...exchange, path: "/nowhere", status: 404, body: '{"message":"Not Found"}' })).toEqual(
    [],
  );
});
