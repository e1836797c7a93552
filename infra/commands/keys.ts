/** `npm run keys`: creates, lists and revokes API keys. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readArguments, runCommand, UsageError, wholeNumber } from "./command-line.ts";
import {
  clientName,
  clientNameRule,
  createKey,
  listKeys,
  revokeKey,
  type Scope,
  scopes,
} from "./keys/api-keys.ts";
import { useLocalRun } from "./local-run.ts";
import { stackHelp } from "./stack-name.ts";
import { findTableName } from "./table-name.ts";
import { textTable } from "./text-table.ts";

const help = `npm run keys -- create --client NAME --name TEXT [--scopes send,read,profiles,rules,webhook,settings] [--rate N] [--test]
npm run keys -- list
npm run keys -- revoke ID

create    creates a key and prints it once: only its hash is stored
list      shows the keys' ids, names and clients, never the keys
revoke    revokes a key; the API may accept it for 5 more minutes

  --client NAME      who owns the messages sent with the key
  --name TEXT        what the key is for
  --scopes LIST      what it may do: send (send, plan, cancel, redact), read (traces), profiles,
                     rules, webhook, settings; without it, all of them
  --rate N           at most N requests a second; each message of a batch counts, and a key with a limit has
                     about 500 calls a second at most, whatever N is: more messages go by batch
  --test             a test key: its messages go to test addresses alone (functions/api/README.md), reach no
                     provider and cost nothing
  --local            the local run on this machine (npm start, AWS_PORT)
  --table NAME       the table; without it API_KEYS_TABLE, or the output ApiKeysTableName of the stack
${stackHelp}

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 done, 1 failed, 2 wrong usage.`;

const options = {
  client: { type: "string" },
  name: { type: "string" },
  scopes: { type: "string" },
  rate: { type: "string" },
  test: { type: "boolean" },
  table: { type: "string" },
  stack: { type: "string" },
  local: { type: "boolean" },
} as const;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, options);
  if (values.local) useLocalRun(process.env);
  const [action, id, ...more] = positionals;
  const table = () => findTableName(values, process.env);
  switch (action) {
    case "create": {
      if (id !== undefined) throw new UsageError(`create has options only, got "${id}"`);
      const { client, name } = values;
      if (!client || !name) throw new UsageError("create needs --client NAME and --name TEXT");
      if (!clientName.test(client)) throw new UsageError(`--client ${clientNameRule}`);
      const rate =
        values.rate === undefined ? {} : { rateLimit: wholeNumber("--rate", values.rate, 1, 100_000) };
      const key = {
        client,
        name,
        scopes: readScopes(values.scopes),
        ...rate,
        ...(values.test ? { test: true as const } : {}),
      };
      const { keyId, apiKey } = await createKey(new DynamoDBClient(), await table(), key, new Date());
      console.error(`${values.test ? "Test key" : "Key"} ${keyId} of ${client}. It is shown only once:`);
      console.log(apiKey);
      return 0;
    }
    case "list":
      if (id !== undefined) throw new UsageError(`list has no argument, got "${id}"`);
      return list(await table());
    case "revoke":
      if (id === undefined || more.length > 0) throw new UsageError("revoke needs the ID of one key");
      return revoke(await table(), id);
    default:
      throw new UsageError("say create, list or revoke");
  }
});

async function list(table: string): Promise<number> {
  const keys = await listKeys(new DynamoDBClient(), table);
  const rows = keys.map(({ keyId, client, name, scopes: granted, rateLimit, test, createdAt, revokedAt }) => [
    keyId || "-",
    client,
    name,
    granted.join(","),
    rateLimit === undefined ? "-" : `${rateLimit}/s`,
    test ? "test" : "live",
    createdAt,
    revokedAt ?? "-",
  ]);
  console.log(textTable(["ID", "CLIENT", "NAME", "SCOPES", "RATE", "KIND", "CREATED", "REVOKED"], rows));
  return 0;
}

async function revoke(table: string, id: string): Promise<number> {
  const since = await revokeKey(new DynamoDBClient(), table, id, new Date());
  if (since === undefined) {
    console.error(`no key has the id ${id}: \`npm run keys -- list\` shows them`);
    return 1;
  }
  console.log(`Key ${id} has been revoked since ${since}.`);
  return 0;
}

function readScopes(given: string | undefined): Scope[] {
  if (given === undefined) return [...scopes];
  const named = given.split(",").map((scope) => scope.trim());
  const known = scopes.filter((scope) => named.includes(scope));
  if (known.length === named.length) return known;
  throw new UsageError(`--scopes is "${given}": it must be some of ${scopes.join(",")}, each once`);
}
