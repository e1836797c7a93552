/** What the local run deployed, by the names of the constructs. */
import { expect } from "vitest";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { readTemplate, Stack } from "../../infra/local/cloudformation.ts";
import { aws } from "./service.ts";

const template = readTemplate(await ensureAssembly(() => {}), "FallbackRouting");
export const stack = new Stack(template, "FallbackRouting", "http://api", aws);

/** `ApiIngest666D1B11` → `ApiIngest` */
export const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, "");

/** Where the suite was given a deployment of its own names (test/emulator). */
const physicalIds: Record<string, string> | undefined =
  process.env.PHYSICAL_IDS && JSON.parse(process.env.PHYSICAL_IDS);

/** The local run refuses what a role may not do, and knows a function by its credentials; an emulator does neither. */
export const rolesAreEnforced = physicalIds === undefined;

const only = (type: string, name: string) => {
  const found = stack.ofType(type).filter(({ logicalId }) => withoutHash(logicalId) === name);
  expect(found, name).toHaveLength(1);
  const [resource] = found;
  return physicalIds?.[resource?.logicalId ?? ""] ?? resource?.ref ?? "";
};
export const functionNamed = (name: string) => only("AWS::Lambda::Function", name);
export const tableNamed = (name: string) => only("AWS::DynamoDB::Table", `Tables${name}`);
