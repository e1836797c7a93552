/** The API's document by the recommended rules of Redocly and Spectral, as those who generate clients check it. */
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { type IRuleResult, Ruleset, Spectral } from "@stoplight/spectral-core";
import { oas } from "@stoplight/spectral-rulesets";
import { describe, expect, it } from "vitest";
import { apiDocument } from "../../infra/bundle/bundles.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { withContext } from "./synthesize.ts";

/** What the rules say and the document keeps to, by rule, with the reason. */
const differs: Readonly<Record<string, { message: RegExp; why: string }>> = {
  "info-contact": {
    message: /contact/,
    why: "who runs a deployment is not known here",
  },
  "oas3-operation-security-defined": {
    message: /must be listed among scopes/,
    why: "OpenAPI 3.1 lets every scheme name the roles that a call needs (https://spec.openapis.org/oas/v3.1.1#security-requirement-object); the rule knows OAuth's alone",
  },
};

const spectral = new Spectral();
spectral.setRuleset(new Ruleset({ extends: [[oas, "recommended"]] }));
const isKnown = ({ code, message }: IRuleResult) => differs[code]?.message.test(message) ?? false;

const { queueClient } = localSettings;
describe.each([
  ["with an account for every channel", localSettings],
  ["without accounts", { queueClient }],
])("the document of a deployment %s", (_, context) => {
  const document = JSON.stringify(apiDocument(readSettings(withContext(context).node)));

  it("has no finding of Redocly", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source: document, absoluteRef: "openapi.json", config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  it("has no finding of Spectral but those that are named", async () => {
    const results = await spectral.run(JSON.parse(document));
    const others = results.filter((result) => !isKnown(result));
    expect(others.map(({ code, message, path }) => [code, message, path.join(".")])).toEqual([]);
    for (const rule of Object.keys(differs)) expect(results.map(({ code }) => code)).toContain(rule);
  });
});

it("finds what is wrong", async () => {
  const [path, wrong] = ["/wrong/{id}", { get: { responses: { 200: {} } } }];
  const source = { ...apiDocument(readSettings(withContext({}).node)), paths: { [path]: wrong } };
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({
    source: JSON.stringify(source),
    absoluteRef: "openapi.json",
    config,
  });
  expect(problems.map(({ ruleId }) => ruleId)).toContain("path-parameters-defined");
  const codes = (await spectral.run(source)).map(({ code }) => code);
  expect(codes).toContain("path-params");
});
