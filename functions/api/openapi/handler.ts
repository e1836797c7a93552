/** `GET /openapi.json`. infra/bundle/bundle.ts writes its entry point, which contains the document. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export const createHandler = (document: string) => async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
  body: document,
});
