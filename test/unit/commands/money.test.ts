/** `npm run budgets` and `npm run report -- --money` as a person calls them, on a local DynamoDB. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClientsTable } from "../../../functions/aws/clients-table.ts";
import { type LocalTables, startTables } from "../fixtures/routing-in-process.ts";
import { awsEnvironment, run } from "./command.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const call = (command: string, args: string[], environment: Record<string, string> = {}) =>
  run(command, args, { environment: { ...awsEnvironment(tables.port), ...environment } });

describe("budgets", () => {
  const budgets = (...args: string[]) => call("budgets", [...args, "--table", "clients"]);

  it("are set, changed, listed and removed, and ingest reads them", async () => {
    const { client } = tables;
    const clients = createClientsTable(client, "clients");
    await clients.putRuleSet("shop", "alerts", { channels: [{ channel: "sms" }] });
    expect(await budgets("set", "shop", "25")).toMatchObject({
      status: 0,
      stdout: "shop may spend 25 USD a day.\n",
    });
    expect(await clients.budget("shop")).toBe("25");
    expect((await budgets("set", "shop", "0.5")).status).toBe(0);
    expect((await budgets("set", "bank", "100")).status).toBe(0);
    const { stdout } = await budgets("list");
    expect(stdout).toBe("CLIENT  USD A DAY\nbank    100\nshop    0.5\n");
    expect((await budgets("remove", "shop")).status).toBe(0);
    expect(await clients.budget("shop")).toBeUndefined();
    expect(await budgets("remove", "shop")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("shop has no budget"),
    });
    expect(await clients.ruleSet("shop", "alerts")).toEqual({ channels: [{ channel: "sms" }] });
  });

  it.each([
    [["set", "shop"], "set takes a CLIENT and its USD"],
    [["set", "shop", "many"], 'USD is "many"'],
    [["set", "shop", "-1"], ""],
    [["set", "shop", "1", "2"], "set takes a CLIENT and its USD"],
    [["list", "shop"], 'list takes no "shop"'],
    [["remove"], "remove takes one CLIENT"],
    [[], "say set, list or remove"],
  ])("%j is wrong usage", async (args, says) => {
    const { status, stderr } = await budgets(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });

  it("need their table's name where there is no stack to ask", async () => {
    const { status, stderr } = await call("budgets", ["list"]);
    expect(status).toBe(2);
    expect(stderr).toContain("name the table with --table or CLIENTS_TABLE");
  });
});

describe("the report of money", () => {
  it("says what a day's messages cost", async () => {
    await tables.messages.create({
      messageId: "m1",
      client: "shop",
      createdAt: "2030-01-31T12:00:00.000Z",
      fingerprint: "f",
      addresses: { phoneNumber: "+447123123123" },
      country: "GB",
      rules: ["sms"],
      route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered", estimatedCost: "0.03878" }],
      skipped: {},
      attempts: { sms: { claimedAt: "t", sentAt: "t", cost: { usd: "0.00645", source: "provider" } } },
      ttl: 0,
    });
    const environment = { MESSAGES_TABLE: "messages" };
    const { status, stdout } = await call("report", ["--money", "--from", "2030-01-31"], environment);
    expect(status).toBe(0);
    expect(stdout).toBe(
      "DAY         CLIENT  COUNTRY  CHANNEL  ATTEMPTS  USD\n" +
        "2030-01-31  shop    GB       sms      1         0.00645\n" +
        "1 messages cost 0.00645 USD; the order of their channels saved 0 USD.\n",
    );
    const other = await call(
      "report",
      ["--money", "--from", "2030-02-01", "--to", "2030-02-28"],
      environment,
    );
    expect(other.stdout).toContain("0 messages cost 0 USD");
  });

  it.each([
    [[], "--money"],
    [["--money", "--from", "yesterday"], '--from is "yesterday"'],
    [["--money", "--from", "2030-02-30"], '--from is "2030-02-30"'],
    [["--money", "--from", "2030-02-02", "--to", "2030-02-01"], "before --from"],
  ])("%j is wrong usage", async (args, says) => {
    const { status, stderr } = await call("report", args);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });
});
