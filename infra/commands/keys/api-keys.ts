/**
 * The table of API keys. A key is `frk_<keyId>_<secret>`; the table holds only its SHA-256, by which the authorizer looks it
 * up. The keyId is public: it names the key in lists and in `revoke`.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";

/** Must match functions/http/caller.ts. */
export const scopes = ["send", "read", "profiles", "rules", "webhook", "settings"] as const;
export type Scope = (typeof scopes)[number];

/**
 * The same rule as for the queue's attribute `client` (functions/ingest/queue.ts): the name is used in tables, metrics and
 * logs.
 */
export const clientName = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._@+-]{0,62}[\p{L}\p{N}._@+-])?$/u;
export const clientNameRule =
  "must begin with a letter or digit and have at most 64 letters, digits, spaces (inside) or . _ @ + -";

export interface NewKey {
  client: string;
  name: string;
  scopes: Scope[];
  /** Requests a second; each message of a batch counts as one. */
  rateLimit?: number;
  /** A test key: its messages go to test addresses, and reach no provider. */
  test?: true;
}

/** Keys that were added by hand may lack some fields. */
const storedKey = v.object({
  keyId: v.optional(v.string(), ""),
  client: v.optional(v.string(), ""),
  name: v.optional(v.string(), ""),
  scopes: v.optional(v.array(v.string()), []),
  rateLimit: v.optional(v.number()),
  test: v.optional(v.boolean(), false),
  createdAt: v.optional(v.string(), ""),
  revokedAt: v.optional(v.string()),
});
export type StoredKey = v.InferOutput<typeof storedKey>;

const secretBytes = 32;

export async function createKey(dynamoDb: DynamoDBClient, TableName: string, key: NewKey, now: Date) {
  const keyId = randomBytes(6).toString("hex");
  const apiKey = `frk_${keyId}_${randomBytes(secretBytes).toString("base64url")}`;
  const keyHash = createHash("sha256").update(apiKey).digest("hex");
  await dynamoDb.send(
    new PutItemCommand({
      TableName,
      Item: marshall({ keyHash, keyId, ...key, createdAt: now.toISOString() }),
      ConditionExpression: "attribute_not_exists(keyHash)",
    }),
  );
  return { keyId, apiKey };
}

export async function listKeys(dynamoDb: DynamoDBClient, TableName: string): Promise<StoredKey[]> {
  const keys: StoredKey[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName }))
    for (const item of Items) keys.push(v.parse(storedKey, unmarshall(item)));
  return keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** Returns since when the key is revoked; undefined if no key has this id. Idempotent. */
export async function revokeKey(
  dynamoDb: DynamoDBClient,
  TableName: string,
  keyId: string,
  now: Date,
): Promise<string | undefined> {
  // The table is small, and revoking is rare: a scan, not an index.
  const pages = paginateScan(
    { client: dynamoDb },
    {
      TableName,
      FilterExpression: "keyId = :keyId",
      ExpressionAttributeValues: marshall({ ":keyId": keyId }),
      ProjectionExpression: "keyHash, revokedAt",
    },
  );
  for await (const { Items = [] } of pages)
    for (const { keyHash, revokedAt } of Items) {
      if (keyHash === undefined) continue;
      if (revokedAt?.S !== undefined) return revokedAt.S;
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { keyHash },
          UpdateExpression: "SET revokedAt = :now",
          // An update must not recreate a key that was deleted meanwhile.
          ConditionExpression: "attribute_exists(keyHash)",
          ExpressionAttributeValues: marshall({ ":now": now.toISOString() }),
        }),
      );
      return now.toISOString();
    }
  return undefined;
}
