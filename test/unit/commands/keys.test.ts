/** `npm run keys`: creates, lists and revokes API keys, in a local DynamoDB, and what the authorizer says of them. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createAuthorizer } from "../../../functions/api/authorizer.ts";
import {
  callDynamoDb,
  createTable,
  type LocalDynamoDb,
  startDynamoDb,
} from "../../../infra/local/aws/dynamodb.ts";
import { awsEnvironment, run } from "./command.ts";

let dynamoDb: LocalDynamoDb;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

let tables = 0;
async function createKeysTable(ref = `keys-${++tables}`): Promise<string> {
  await createTable(dynamoDb.port, {
    logicalId: "ApiKeys",
    type: "AWS::DynamoDB::Table",
    metadata: {},
    ref,
    arn: "",
    properties: {
      KeySchema: [{ AttributeName: "keyHash", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "keyHash", AttributeType: "S" }],
    },
  });
  return ref;
}
const keys = (args: string[], environment: Record<string, string> = {}) =>
  run("keys", args, { environment: { ...awsEnvironment(dynamoDb.port), ...environment } });
const itemsIn = async (TableName: string) =>
  ((await callDynamoDb(dynamoDb.port, "Scan", { TableName })) as { Items: Record<string, unknown>[] }).Items;
const create = ["create", "--client", "shop", "--name", "Orders"];

it("`create` makes a key, stores only its hash, and prints the key by itself", async () => {
  const table = await createKeysTable();
  const { status, stdout, stderr } = await keys([
    ...create,
    "--table",
    table,
    "--scopes",
    "read, send",
    "--rate",
    "5",
  ]);
  expect(status).toBe(0);
  const apiKey = stdout.trimEnd();
  // 12 hexadecimal digits; 32 bytes in base64url.
  const [, keyId = ""] = /^frk_([0-9a-f]{12})_[\w-]{43}$/.exec(apiKey) ?? [];
  expect(stderr).toBe(`Key ${keyId} of shop. It is shown only once:\n`);
  expect(await itemsIn(table)).toEqual([
    {
      keyHash: { S: createHash("sha256").update(apiKey).digest("hex") },
      keyId: { S: keyId },
      client: { S: "shop" },
      name: { S: "Orders" },
      scopes: { L: [{ S: "send" }, { S: "read" }] },
      rateLimit: { N: "5" },
      createdAt: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
    },
  ]);
});

it("`create` gives every scope and no limit by default, and another key each time", async () => {
  const table = await createKeysTable();
  const environment = { API_KEYS_TABLE: table };
  const [first, second] = [await keys(create, environment), await keys(create, environment)];
  expect(first.stdout).not.toBe(second.stdout);
  const items = await itemsIn(table);
  expect(items).toHaveLength(2);
  for (const item of items) {
    expect(item.scopes).toEqual({
      L: ["send", "read", "profiles", "rules", "webhook", "settings"].map((scope) => ({ S: scope })),
    });
    expect(item).not.toHaveProperty("rateLimit");
  }
});

it.each([" ", "a\nb", "__proto__", "x".repeat(65), "shop "])(
  "`create` refuses the client %j",
  async (client) => {
    const { status, stderr } = await keys(["create", "--client", client, "--name", "Orders", "--table", "t"]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("--client must begin with a letter or digit"),
    ]);
  },
);

it("the authorizer accepts a key until it is revoked", async () => {
  const table = await createKeysTable();
  const { stdout } = await keys([...create, "--table", table]);
  const apiKey = stdout.trimEnd();
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${dynamoDb.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const authorize = async () =>
    (await createAuthorizer(client, table)({ identitySource: [`Bearer ${apiKey}`] })).isAuthorized;
  expect(await authorize()).toBe(true);
  const [, keyId = ""] = apiKey.split("_");
  const revoked = await keys(["revoke", keyId, "--table", table]);
  expect(revoked.status).toBe(0);
  expect(revoked.stdout).toMatch(new RegExp(`^Key ${keyId} has been revoked since \\S+Z\\.\n$`));
  expect(await authorize()).toBe(false);
  // Again changes nothing: it says since when.
  expect((await keys(["revoke", keyId, "--table", table])).stdout).toBe(revoked.stdout);
});

it("`list` shows the keys without key and hash, including those added by hand", async () => {
  const table = await createKeysTable();
  const { stdout: apiKey } = await keys([...create, "--table", table, "--rate", "5", "--test"]);
  const [, keyId = ""] = apiKey.split("_");
  await keys(["revoke", keyId, "--table", table]);
  await callDynamoDb(dynamoDb.port, "PutItem", {
    TableName: table,
    Item: { keyHash: { S: "ab12" }, client: { S: "by-hand" } },
  });
  const { status, stdout } = await keys(["list", "--table", table]);
  expect(status).toBe(0);
  const [header, byHand, made] = stdout.trimEnd().split("\n");
  expect(header).toMatch(/^ID +CLIENT +NAME +SCOPES +RATE +KIND +CREATED +REVOKED$/);
  expect(byHand).toMatch(/^- +by-hand +- +live +-$/);
  expect(made).toMatch(
    new RegExp(
      `^${keyId} +shop +Orders +send,read,profiles,rules,webhook,settings +5/s +test +\\S+Z +\\S+Z$`,
    ),
  );
  expect(stdout).not.toContain("ab12");
  expect(stdout).not.toContain(apiKey.trimEnd().split("_").slice(2).join("_"));
  for (const { keyHash } of (await itemsIn(table)) as { keyHash: { S: string } }[])
    expect(stdout).not.toContain(keyHash.S);
});

it("an unknown key id and a missing table are reported", async () => {
  const table = await createKeysTable();
  expect(await keys(["revoke", "000000000000", "--table", table])).toEqual({
    status: 1,
    stdout: "",
    stderr: "no key has the id 000000000000: `npm run keys -- list` shows them\n",
  });
  expect(await keys(["list", "--table", "none"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "the table does not exist: `aws dynamodb list-tables` shows those of this region and account\n",
  });
});

it.each<[string, string[], string]>([
  ["no action", [], "say create, list or revoke"],
  ["no client", ["create", "--name", "a"], "create needs --client NAME and --name TEXT"],
  ["no name", ["create", "--client", "a"], "create needs --client NAME and --name TEXT"],
  [
    "an unknown scope",
    [...create, "--scopes", "send,all"],
    '--scopes is "send,all": it must be some of send,read,profiles,rules,webhook',
  ],
  ["a scope twice", [...create, "--scopes", "send,send"], "each once"],
  ["a rate of 0", [...create, "--rate", "0"], '--rate is "0": it must be a whole number from 1'],
  ["no id", ["revoke"], "revoke needs the ID of one key"],
  ["two ids", ["revoke", "a", "b"], "revoke needs the ID of one key"],
  ["no table, with an endpoint", ["list"], "name the table with --table or API_KEYS_TABLE"],
])("`keys` with %s is refused with what would be right", async (_, args, remedy) => {
  const { status, stdout, stderr } = await keys(args);
  expect(stderr).toContain(remedy);
  expect(stderr).toContain("npm run keys -- create --client NAME --name TEXT");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

it("the table is found by the output of the deployed stack", async () => {
  const table = await createKeysTable();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push((await buffer(request)).toString());
    response.writeHead(200, { "content-type": "text/xml" }).end(
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>FallbackRouting</StackName><CreationTime>2030-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
<Outputs><member><OutputKey>ApiKeysTableName</OutputKey><OutputValue>${table}</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { AWS_ENDPOINT_URL, ...credentials } = awsEnvironment(dynamoDb.port);
  const { status, stderr } = await run("keys", create, {
    environment: {
      ...credentials,
      AWS_ENDPOINT_URL_DYNAMODB: AWS_ENDPOINT_URL,
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
  });
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining("of shop") });
  expect(asked).toEqual([expect.stringContaining("StackName=FallbackRouting")]);
  expect(await itemsIn(table)).toHaveLength(1);
});

it("finds the table of the stack that is named", async () => {
  const [first, second] = [
    await createKeysTable("First-TablesApiKeysA1"),
    await createKeysTable("Second-TablesApiKeysB2"),
  ];
  expect((await keys([...create, "--stack", "Second"])).status).toBe(0);
  expect((await keys(create, { STACK_NAME: "First" })).status).toBe(0);
  for (const table of [first, second]) expect(await itemsIn(table)).toHaveLength(1);
});
