/** What this checkout would deploy with the settings of a deployment, to see whether that is older. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cdkJson from "../../../cdk.json" with { type: "json" };
import { ensureAssembly } from "../../local/assembly.ts";
import { readTemplate } from "../../local/cloudformation.ts";
import type { Deployment, Resources } from "./deployment.ts";

/** @throws {Error} where the settings do not fit this checkout */
export async function resourcesHere({ isLocal, stackName, settings }: Deployment): Promise<Resources> {
  // The local run keeps its own synthesis until a source changes.
  return isLocal ? readTemplate(await ensureAssembly(() => {}), stackName).Resources : synthesize(settings);
}

/** The CDK is loaded only here, because that takes a while. */
async function synthesize({ channels, ...others }: Deployment["settings"]): Promise<Resources> {
  const { App } = await import("aws-cdk-lib");
  const { readSettings } = await import("../../settings.ts");
  const { FallbackRoutingStack } = await import("../../stack.ts");
  const outdir = mkdtempSync(join(tmpdir(), "doctor-"));
  try {
    const app = new App({ outdir, context: { ...cdkJson.context, ...channels, ...others } });
    const settings = readSettings(app.node);
    new FallbackRoutingStack(app, settings.stackName, { settings });
    return app.synth().getStackByName(settings.stackName).template.Resources;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The logical ids of what is missing, superfluous or otherwise than in this checkout. */
export function differences(deployed: Resources, here: Resources): string[] {
  const ids = new Set([...Object.keys(deployed), ...Object.keys(here)]);
  return [...ids]
    .filter((id) => (deployed[id] ?? here[id])?.Type !== "AWS::CDK::Metadata")
    .filter((id) => canonical(deployed[id]) !== canonical(here[id]))
    .sort();
}

/** Without the metadata, which the CDK's command line adds. */
const canonical = (given: Resources[string] | undefined) =>
  JSON.stringify(given && { ...given, Metadata: undefined }, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
