/** The CDK app: `npx cdk synth`, `npx cdk deploy`, and the local run start here. No AWS account is needed to synthesize. */
import { App } from "aws-cdk-lib";
import { readSettings } from "./settings.ts";
import { FallbackRoutingStack } from "./stack.ts";

const app = new App();
const settings = readSettings(app.node);
new FallbackRoutingStack(app, settings.stackName, { settings });
