/** `GET /openapi.json`: the stack puts the document beside the code. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { apiDocumentFile, requiredVariable } from "../../shared/environment.ts";
import { lazily } from "../../shared/lazily.ts";

const document = lazily(() =>
  readFileSync(resolve(requiredVariable("LAMBDA_TASK_ROOT"), apiDocumentFile), "utf8"),
);

export const handler = async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
  body: document(),
});
