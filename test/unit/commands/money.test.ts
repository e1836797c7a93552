/** `npm run budgets` and `npm run report` as a person calls them, on a local DynamoDB. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClientsTable } from "../../../functions/storage/clients-table.ts";
import { createCarrier } from "../../../infra/local/carrier/index.ts";
import { createClock } from "../../../infra/local/clock.ts";
import { type LocalTables, startTables } from "../fixtures/routing-in-process.ts";
import { awsEnvironment, run, temporaryDirectory } from "./command.ts";

const carrierOptions = { port: 0, secretOf: () => "token", region: "us-east-1", accountId: "000000000000" };
let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const call = (command: string, args: string[], environment: Record<string, string> = {}) =>
  run(command, args, { environment: { ...awsEnvironment(tables.port), ...environment } });

describe("npm run budgets", () => {
  const budgets = (...args: string[]) => call("budgets", [...args, "--table", "clients"]);

  it("budgets are set, changed, listed and removed, and ingest reads them", async () => {
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
    [["set", "shop"], "set needs a CLIENT and an amount in USD"],
    [["set", "shop", "many"], 'USD is "many"'],
    [["set", "shop", "-1"], ""],
    [["set", "shop", "1", "2"], "set needs a CLIENT and an amount in USD"],
    [["list", "shop"], 'list has no argument, got "shop"'],
    [["remove"], "remove needs one CLIENT"],
    [[], "say set, list or remove"],
  ])("`budgets` refuses %j as wrong usage", async (args, says) => {
    const { status, stderr } = await budgets(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });

  it("`budgets` needs the table's name where there is no stack to ask", async () => {
    const { status, stderr } = await call("budgets", ["list"]);
    expect(status).toBe(2);
    expect(stderr).toContain("name the table with --table or CLIENTS_TABLE");
  });
});

describe("npm run report", () => {
  it("the report is written to its file, with the table that it was read from", async () => {
    const file = join(temporaryDirectory(), "a.html");
    await tables.messages.create({
      messageId: "m2",
      client: "shop",
      createdAt: "2030-03-31T12:00:00.000Z",
      fingerprint: "f",
      addresses: {},
      rules: ["sms"],
      route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered" }],
      skipped: {},
      attempts: {
        sms: { claimedAt: "2030-03-31T12:00:00.000Z", deliveredAt: "2030-03-31T12:00:07.000Z" },
      },
      finishedAt: "2030-03-31T12:00:07.000Z",
      outcome: "reached",
      ttl: 0,
    });
    const args = ["--from", "2030-03-31", "--out", file];
    const { status, stdout, stderr } = await call("report", args, { MESSAGES_TABLE: "messages" });
    expect([status, stdout]).toEqual([0, `${file}: open it in a browser\n`]);
    expect(stderr).toContain(
      "… reading 2030-03-31 to 2030-03-31 from the table messages, at http://127.0.0.1:",
    );
    expect(stderr).toContain("… drawing 1 message");
    const page = readFileSync(file, "utf8");
    expect(page).toContain("Read from the table messages, at http://127.0.0.1:");
    expect(page).toMatch(/2030-03-31 12:00<\/th><td>1<\/td>/);
    expect(page).toMatch(/<td>7 s<\/td>/);
  });

  it("the report finds the table of a local run, and says where no local run answers", async () => {
    const args = ["--local", "--out", join(temporaryDirectory(), "a.html")];
    const carrier = await createCarrier({ ...carrierOptions, clock: createClock() });
    const CARRIER_PORT = new URL(carrier.url).port;
    const { status, stderr } = await call("report", args, { AWS_PORT: String(tables.port), CARRIER_PORT });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("name the table with --table or MESSAGES_TABLE"),
    ]);
    const nobodyAnswers = async (ports: Record<string, string>) => {
      const nobody = await call("report", args, ports);
      expect([nobody.status, nobody.stderr]).toEqual([
        1,
        expect.stringMatching(/^cannot connect .*npm start.*\n$/),
      ]);
    };
    await nobodyAnswers({ AWS_PORT: "1", CARRIER_PORT });
    await carrier.stop();
    await nobodyAnswers({ AWS_PORT: String(tables.port), CARRIER_PORT });
  });
});

describe("npm run report -- --money", () => {
  it("the money report shows the cost of a day's messages", async () => {
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
    [["--money", "--out", "a.html"], "--money prints text"],
    [["money"], 'unknown argument "money"'],
    [["--from", "2030-01-01", "--to", "2031-01-02"], "more than 366 days"],
    [
      ["--out", "/no/such/folder/a.html"],
      "there is no directory /no/such/folder: create it, or name another file",
    ],
    [["--out", "/"], "it is a directory: name a file in it"],
    [["--local"], 'AWS_PORT is "none": set it to the port of the AWS endpoint'],
    [["--money", "--from", "2030-13-01"], '--from is "2030-13-01"'],
    [["--money", "--from", "yesterday"], '--from is "yesterday"'],
    [["--money", "--from", "2030-02-30"], '--from is "2030-02-30"'],
    [["--money", "--from", "2030-02-02", "--to", "2030-02-01"], "before --from"],
  ])("`report` refuses %j as wrong usage", async (args, says) => {
    const { status, stderr } = await call("report", args, { AWS_PORT: "none" });
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });
});
