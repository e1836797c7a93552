/** Gives a function what a channel's contract declares: environment variables from the settings, and statements of its role. */
import { Aws } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { environmentName, type Permission, type Settings } from "../functions/domain/channel.ts";
import { acknowledge } from "./acknowledge.ts";
import type { ServiceFunction } from "./function.ts";

export function addSettings(target: ServiceFunction, names: readonly string[], settings: Settings): void {
  for (const name of names) {
    const value = settings[name];
    if (value !== undefined) target.addEnvironment(environmentName(name), value);
  }
}

export function grantPermissions(target: ServiceFunction, permissions: readonly Permission[]): void {
  for (const { effect, actions, resources: given, why } of permissions) {
    const resources = given.map((resource) => filled(resource, Aws));
    target.addToRolePolicy(
      new PolicyStatement({ effect: effect === "Deny" ? Effect.DENY : Effect.ALLOW, actions, resources }),
    );
    if (why !== undefined)
      for (const resource of given)
        acknowledge(target.ownRole, { [`AwsSolutions-IAM5[Resource::${filled(resource, named)}]`]: why });
  }
}

/** As the rule names a resource. */
const named = { PARTITION: "<AWS::Partition>", REGION: "<AWS::Region>", ACCOUNT_ID: "<AWS::AccountId>" };
const filled = (resource: string, { PARTITION, REGION, ACCOUNT_ID }: typeof named) =>
  resource
    .replace(/^arn:aws:(?=[\w-]+:[*{:])/, `arn:${PARTITION}:`)
    .replace("{region}", REGION)
    .replace("{account}", ACCOUNT_ID);
