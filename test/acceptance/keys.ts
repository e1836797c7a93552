/** API keys of the tests' own, as `npm run keys` makes them, and calls with them. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createKey, type NewKey, scopes } from "../../infra/commands/keys/api-keys.ts";
import { tableNamed } from "./deployed.ts";
import { type Answer, awsConfiguration, call } from "./service.ts";

const dynamoDb = new DynamoDBClient(awsConfiguration);

export interface Key {
  keyId: string;
  client: string;
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

let count = 0;
/** A key of a client whom no other test knows, where none is named. */
export async function newKey(changes: Partial<NewKey> = {}): Promise<Key> {
  const client = changes.client ?? `client-${Date.now()}-${++count}`;
  const key = { name: "a test", scopes: [...scopes], ...changes, client };
  const { keyId, apiKey } = await createKey(dynamoDb, tableNamed("ApiKeys"), key, new Date());
  return {
    keyId,
    client,
    call: (method, path, body, headers) =>
      call(method, path, body, { authorization: `Bearer ${apiKey}`, ...headers }),
  };
}
