/** AWS's own rules of a good stack, by cdk-nag: none is broken without a reason beside the resource. */
import { readFileSync } from "node:fs";
import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, it } from "vitest";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { stackIn, withContext } from "./synthesize.ts";

const settings: [string, Record<string, unknown>][] = [
  ["with an account for every channel", localSettings],
  ["without accounts", {}],
];

it.each(settings)("a deployment %s breaks no rule of AWS Solutions", (_, context) => {
  const app = withContext(context);
  stackIn(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  let directory: string | undefined;
  try {
    ({ directory } = app.synth());
  } catch (error) {
    const [, report] = /found in: (\S+)/.exec(String(error)) ?? [];
    expect.fail(report === undefined ? String(error) : readFileSync(report, "utf8"));
  }
  expect(directory).toBeDefined();
});
