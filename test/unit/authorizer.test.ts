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

it("the authorizer passes on the client, the key's id, its scopes and its rate limit", async () => {
  expect(await answerFor(full)).toEqual({
    isAuthorized: true,
    context: { client: "shop", keyId: "k1", scopes: ["send", "read"], rateLimit: 5 },
  });
});

it("the authorizer passes on that a key is a test key, and refuses one of which that is not clear", async () => {
  const { context } = await answerFor({ ...full, test: { BOOL: true } });
  expect(context).toEqual({
    client: "shop",
    keyId: "k1",
    scopes: ["send", "read"],
    rateLimit: 5,
    test: true,
  });
  expect((await answerFor({ ...full, test: { BOOL: false } })).context).not.toHaveProperty("test");
  expect(await answerFor({ ...full, test: { S: "true" } })).toEqual(refused);
});

it("a key that was added by hand may do only what its item says", async () => {
  expect(await answerFor({ client: { S: "shop" } })).toEqual({
    isAuthorized: true,
    context: { client: "shop", keyId: hashOf("secret").slice(0, 12), scopes: [] },
  });
});

const refused = { isAuthorized: false, context: { client: "", keyId: "", scopes: [] } };
it.each([
  { what: "is revoked", item: { ...full, revokedAt: { S: "2030-01-01T00:00:00.000Z" } } },
  { what: "has no client", item: { keyId: { S: "k1" } } },
  { what: "has an invalid rate limit", item: { ...full, rateLimit: { S: "many" } } },
])("a key that $what is refused", async ({ item }) => {
  expect(await answerFor(item)).toEqual(refused);
});

it.each(["Bearer other", "Basic secret", "secret", "Bearer ", ""])(
  "the Authorization header %j is refused",
  async (authorization) => {
    expect(await answerFor(full, authorization)).toEqual(refused);
  },
);
