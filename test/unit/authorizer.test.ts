/** What the authorizer says of a key, as the table has it. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAuthorizer } from "../../functions/api/authorizer.ts";
import { callDynamoDb } from "../../infra/local/aws/dynamodb.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

let dynamoDb: LocalDynamoDbTables;
let authorize: ReturnType<typeof createAuthorizer>;
const hashOf = (apiKey: string) => createHash("sha256").update(apiKey).digest("hex");

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb({ keys: ["keyHash"] });
  authorize = createAuthorizer(dynamoDb.client, "keys");
});
afterAll(() => dynamoDb.stop());

async function answerFor(item: object, authorization = "Bearer secret") {
  const Item = { keyHash: { S: hashOf("secret") }, ...item };
  await callDynamoDb(dynamoDb.port, "PutItem", { TableName: "keys", Item });
  return authorize({ identitySource: [authorization] });
}
const full = {
  client: { S: "shop" },
  keyId: { S: "k1" },
  scopes: { L: [{ S: "send" }, { S: "read" }] },
  rateLimit: { N: "5" },
};

it("hands on the client, the key's id, its scopes and its rate limit", async () => {
  expect(await answerFor(full)).toEqual({
    isAuthorized: true,
    context: { client: "shop", keyId: "k1", scopes: ["send", "read"], rateLimit: 5 },
  });
});

it("lets a key that was put there by hand do nothing that it does not say", async () => {
  expect(await answerFor({ client: { S: "shop" } })).toEqual({
    isAuthorized: true,
    context: { client: "shop", keyId: hashOf("secret").slice(0, 12), scopes: [] },
  });
});

const refused = { isAuthorized: false, context: { client: "", keyId: "", scopes: [] } };
it.each([
  { what: "is revoked", item: { ...full, revokedAt: { S: "2030-01-01T00:00:00.000Z" } } },
  { what: "is nobody's", item: { keyId: { S: "k1" } } },
  { what: "has a limit that is none", item: { ...full, rateLimit: { S: "many" } } },
])("refuses a key that $what", async ({ item }) => {
  expect(await answerFor(item)).toEqual(refused);
});

it.each(["Bearer other", "Basic secret", "secret", "Bearer ", ""])("refuses %j", async (authorization) => {
  expect(await answerFor(full, authorization)).toEqual(refused);
});
