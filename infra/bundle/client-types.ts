/** `npm run client-types`: writes the types of the client (functions/api/client) from the API's document. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import openapiTs, { astToString } from "openapi-typescript";
import { openApiDocument } from "../../functions/api/openapi/document.ts";
import packageJson from "../../package.json" with { type: "json" };

export const clientTypesFile = resolve(import.meta.dirname, "../../functions/api/client/api-types.ts");

const header = `/** Made from the API's document by \`npm run client-types\`: not to be edited. */\n`;

/** The operations of every deployment, without those for receipts, which clients do not call. */
export async function clientTypes(): Promise<string> {
  const document = openApiDocument({ version: packageJson.version, enabledChannels: [], windows: {} });
  // The client converts API Gateway's own errors to problem details.
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const responses = Object.entries(document.components.responses).map(([name, response]) => [
    name,
    { ...response, content: problem },
  ]);
  const { GatewayAnswer, ...schemas } = document.components.schemas;
  const components = { ...document.components, schemas, responses: Object.fromEntries(responses) };
  return header + astToString(await openapiTs(JSON.stringify({ ...document, components })));
}

if (import.meta.main) writeFileSync(clientTypesFile, await clientTypes());
