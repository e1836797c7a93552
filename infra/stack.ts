/** Our own stack: the construct alone. */
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { bundleFunctions } from "./bundle/bundle.ts";
import { FallbackRouting } from "./construct.ts";
import { passedLimits, type Template } from "./limits.ts";
import { propsOf } from "./props.ts";
import type { DeploymentSettings } from "./settings.ts";

export interface FallbackRoutingStackProps {
  readonly settings: DeploymentSettings;
}

export class FallbackRoutingStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: FallbackRoutingStackProps) {
    super(scope, id, {
      description: "Fallback routing: reaches a customer by the first channel that works",
      terminationProtection: settings.deletionProtection,
    });
    bundleFunctions();
    // An id that logical ids leave out: those from before there was a construct stay.
    // https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
    new FallbackRouting(this, "Default", propsOf(settings));
  }

  /** @throws {Error} if a deployment would fail at one of AWS's limits */
  protected override _toCloudFormation(): Template {
    const template: Template = super._toCloudFormation();
    const passed = passedLimits(template, this.stackName);
    if (passed.length > 0) throw new Error(`limits of AWS are passed: ${passed.join("; ")}`);
    return template;
  }
}
