/**
 * The API's authorizer: it maps `Authorization: Bearer <API key>`, or `Basic` with the key as its password, to the key's client and
 * scopes. The handlers check the scopes (functions/http/guard.ts), so one answer is valid for every route, and API Gateway caches it.
 * Keys are stored only as their SHA-256: they are long and random, so a slow hash would add nothing.
 */
import { createHash } from "node:crypto";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import * as v from "valibot";
import { authorizerCall } from "../aws/client.ts";
import { createDynamoDb, fromItem, toItem } from "../aws/dynamodb.ts";
import type { Caller } from "../http/caller.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";

/** A key without scopes may do nothing. */
const storedKey = v.object({
  client: v.pipe(v.string(), v.minLength(1)),
  keyId: v.optional(v.string()),
  scopes: v.optional(v.array(v.string()), []),
  rateLimit: v.optional(v.pipe(v.number(), v.gtValue(0))),
  test: v.optional(v.boolean(), false),
  revokedAt: v.optional(v.string()),
});

const refused = { isAuthorized: false, context: { client: "", keyId: "", scopes: [] } };

const hashApiKey = (apiKey: string) => createHash("sha256").update(apiKey).digest("hex");

/** RFC 6750 and RFC 7617; the user's name says nothing here. */
function apiKeyIn(authorization: string): string | undefined {
  const [, scheme = "", credentials = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== "basic") return credentials || undefined;
  return /^[^:]*:(\S+)$/.exec(Buffer.from(credentials, "base64").toString())?.[1];
}

export function createAuthorizer(dynamoDb: DynamoDBClient, TableName: string) {
  return async (
    event: Pick<APIGatewayRequestAuthorizerEventV2, "identitySource">,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<Caller>> => {
    const apiKey = apiKeyIn(event.identitySource?.[0] ?? "");
    if (apiKey === undefined) return refused;
    const keyHash = hashApiKey(apiKey);
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: toItem({ keyHash }) }));
    const stored = v.safeParse(storedKey, Item && fromItem(Item));
    if (!stored.success || stored.output.revokedAt !== undefined) return refused;
    // A key that was added to the table by hand may have no id.
    const { client, keyId = keyHash.slice(0, 12), scopes, rateLimit, test } = stored.output;
    // API Gateway does not pass on null.
    return {
      isAuthorized: true,
      context: {
        client,
        keyId,
        scopes,
        ...(rateLimit === undefined ? {} : { rateLimit }),
        ...(test ? { test } : {}),
      },
    };
  };
}

const authorize = lazily(() =>
  createAuthorizer(createDynamoDb(authorizerCall), environment("API_KEYS_TABLE")),
);
export const handler = (event: APIGatewayRequestAuthorizerEventV2) => authorize()(event);
