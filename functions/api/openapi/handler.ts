/** `GET /openapi.json`. Its entry point is written by infra/bundle/bundle.ts, with the document in it. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export const createHandler = (document: string) => async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
  body: document,
});
