/**
 * The API's authorizer: `Authorization: Bearer <API key>` → the client that the key belongs to. Keys are stored as their
 * SHA-256 alone: they are long and random, so a slow hash would buy nothing. API Gateway caches the answer.
 */
import { createHash } from "node:crypto";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import { environment } from "../aws/client.ts";
import { createDynamoDb, fromItem, toItem } from "../aws/dynamodb.ts";
import type { Caller } from "../http/problem.ts";
import { lazily } from "../lazily.ts";

const hashApiKey = (apiKey: string) => createHash("sha256").update(apiKey).digest("hex");

export function createAuthorizer(client: DynamoDBClient, TableName: string) {
  return async (
    event: Pick<APIGatewayRequestAuthorizerEventV2, "identitySource">,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<Caller>> => {
    const refused = { isAuthorized: false, context: { client: "" } };
    const apiKey = /^Bearer +(\S+)$/i.exec(event.identitySource?.[0] ?? "")?.[1];
    if (apiKey === undefined) return refused;
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: toItem({ keyHash: hashApiKey(apiKey) }) }),
    );
    if (Item === undefined) return refused;
    const key = fromItem(Item);
    if (key.revokedAt !== undefined || typeof key.client !== "string") return refused;
    return { isAuthorized: true, context: { client: key.client } };
  };
}

const authorize = lazily(() => createAuthorizer(createDynamoDb(), environment("API_KEYS_TABLE")));
export const handler = (event: APIGatewayRequestAuthorizerEventV2) => authorize()(event);
