/** The template of a deployment: the settings of cdk.json, and these over them. */
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import cdkJson from "../../cdk.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { FallbackRoutingStack } from "../../infra/stack.ts";

export const withContext = (context: Record<string, unknown>) =>
  new App({ context: { ...cdkJson.context, ...context } });

export function stackIn(app: App): FallbackRoutingStack {
  const settings = readSettings(app.node);
  return new FallbackRoutingStack(app, settings.stackName, { settings });
}

export const synthesize = (context: Record<string, unknown>): Template =>
  Template.fromStack(stackIn(withContext(context)));
