/** Where the functions' bundles are: in the checkout the synthesis makes them (bundle.ts), the package brings them. */
import { createHash } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { openApiDocument } from "../../functions/api/openapi/document.ts";
import { channels } from "../../functions/channels/registry.ts";
import {
  asDeployed,
  type Channel,
  fileName,
  providersOf,
  type Settings,
} from "../../functions/domain/channel.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { DeploymentSettings } from "../settings.ts";

export const root = resolve(import.meta.dirname, "../..");
export const buildDirectory = resolve(root, ".build");
export const bundlesDirectory = resolve(buildDirectory, "functions");

export const bundleDirectory = (name: string) => resolve(bundlesDirectory, name);

/** By the provider that sends; `in-order` where there are several. */
export function channelFunctionName(channel: Channel, settings: Settings): string {
  const [provider, other] = providersOf(channel, settings);
  const suffix = other === undefined ? provider : "inOrder";
  const isUsual = suffix === channel.providers?.known[0];
  return `channel-${fileName(channel.id)}${suffix === undefined || isUsual ? "" : `-${fileName(suffix)}`}`;
}

/**
 * The bundle as a Lambda asset. With further files (texts by their names) it is a copy in the cloud assembly, in a directory
 * that is named by them: the bundles themselves stay as they are.
 */
export function bundledCode(scope: Construct, name: string, files: Readonly<Record<string, string>>): Code {
  const directory = bundleDirectory(name);
  if (Object.keys(files).length === 0) return Code.fromAsset(directory);
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const copy = resolve(Stage.of(scope)?.assetOutdir ?? buildDirectory, "functions-with-files", hash, name);
  cpSync(directory, copy, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(resolve(copy, file), text);
  return Code.fromAsset(copy);
}

/** The OpenAPI document of a deployment with these settings. */
export const apiDocument = ({ channels: accounts, windows, omnichannelApi }: DeploymentSettings) =>
  openApiDocument({
    omnichannelApi,
    version: packageJson.version,
    enabledChannels: channels
      .filter((channel) => channel.missingAccount(accounts) === undefined)
      .map((channel) => asDeployed(channel, accounts)),
    windows,
  });
