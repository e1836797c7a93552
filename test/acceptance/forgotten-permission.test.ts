/** The system from a template in which a permission was forgotten: it fails here as it would on AWS. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient, type Schemas } from "../../functions/api/client/client.ts";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";
import { eventually } from "./eventually.ts";

interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
}
interface Template {
  Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] } } }>;
}

const assembly = mkdtempSync(join(tmpdir(), "forgotten-permission-"));
const file = join(assembly, "FallbackRouting.template.json");
let template: string;
let page: string;
const systems: System[] = [];

beforeAll(async () => {
  cpSync(await ensureAssembly(() => {}), assembly, { recursive: true });
  template = readFileSync(file, "utf8");
  page = await ensurePage(() => {});
});
afterAll(async () => {
  for (const system of systems) await system.stop();
  rmSync(assembly, { recursive: true, force: true });
});

/** Starts the system without what the policy says of the action. */
async function startWithout(action: string, policy: RegExp): Promise<System> {
  const changed = JSON.parse(template) as Template;
  const found = Object.entries(changed.Resources).filter(
    ([id, { Type }]) => Type === "AWS::IAM::Policy" && policy.test(id),
  );
  expect(found).toHaveLength(1);
  const document = found[0]?.[1].Properties.PolicyDocument ?? { Statement: [] };
  const kept = document.Statement.filter((one) => ![one.Action].flat().includes(action));
  expect(kept.length).toBeLessThan(document.Statement.length);
  document.Statement = kept;
  writeFileSync(file, JSON.stringify(changed));
  const system = await startSystem({
    assembly,
    page,
    ports: { api: 0, aws: 0, carrier: 0, console: 0 },
    warn: () => {},
  });
  systems.push(system);
  return system;
}

it("a call that the function's role does not allow is refused, and the trace says why", async () => {
  const { api, apiKey } = await startWithout("sns:Publish", /^RoutingSmsServiceRole/);
  const { GET, POST } = createClient({ baseUrl: api, apiKey });
  const body = {
    to: { phoneNumber: "+447123123123" },
    body: "Hello",
    rules: ["sms", "whatsApp"],
  } satisfies Schemas["Message"];
  const path = { messageId: (await POST("/messages", { body })).data?.messageId ?? "" };
  const trace = async () => (await GET("/messages/{messageId}", { params: { path } })).data;
  expect(await eventually("the end", trace, (now) => now?.finishedAt !== undefined)).toMatchObject({
    channels: [
      {
        channel: "sms",
        outcome: "failed",
        error: {
          name: "ChannelMisconfigured",
          code: "AuthorizationError",
          message: expect.stringContaining("is not authorized to perform: sns:Publish on resource: *"),
        },
      },
      { channel: "whatsApp", outcome: "delivered" },
    ],
  });
});

it("a scheduled message whose queue cannot be reached for a day goes out after that, once", async () => {
  const system = await startWithout("sqs:SendMessage", /^IngestSchedulerRole/);
  const { GET, POST } = createClient({ baseUrl: system.api, apiKey: system.apiKey });
  let arrived = 0;
  system.onMessage(() => void arrived++);
  const sendAt = new Date(system.clock.now() + 3_600_000).toISOString();
  const to = { phoneNumber: "+447123123124" };
  const path = {
    messageId:
      (await POST("/messages", { body: { to, body: "Hello", rules: ["sms"], sendAt } })).data?.messageId ??
      "",
  };
  const trace = async () => (await GET("/messages/{messageId}", { params: { path } })).data;
  await system.clock.pass(23 * 3_600_000);
  expect([(await trace())?.status, arrived]).toEqual(["scheduled", 0]);
  writeFileSync(file, template);
  expect(system.redeploy(assembly).needingRestart).toEqual([]);
  await system.clock.pass(2 * 3_600_000);
  expect([(await trace())?.status, arrived]).toEqual(["delivered", 1]);
});

it("a connection without its permission in the template stops the start with the connection's name", async () => {
  const start = startWithout("sqs:ReceiveMessage", /^ReceiptsReceiptsServiceRole/);
  await expect(start).rejects.toThrow(/ReceiptsSqsEventSource.*sqs:ReceiveMessage on resource: .*Receipts/);
});
