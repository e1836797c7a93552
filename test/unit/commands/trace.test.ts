/** `npm run trace`: the lines that a person reads, and what the command refuses. */
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Schemas } from "../../../functions/api/client/client.ts";
import { endOf, eventsOf, headOf, isReached, lineOf } from "../../../infra/commands/trace/timeline.ts";
import { run } from "./command.ts";

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 10, 0, second)).toISOString();
const trace: Schemas["Trace"] = {
  messageId: "m1",
  status: "delivered",
  category: "transactional",
  createdAt: at(0),
  finishedAt: at(12),
  reference: "order 1",
  metadata: {},
  cost: { usd: "0.00645" },
  saved: { usd: "0.0323", against: "whatsApp" },
  channels: [
    { channel: "fbMessenger", outcome: "skipped", code: "no_address", reason: "no fbMessengerId" },
    {
      channel: "whatsApp",
      outcome: "failed",
      error: { name: "NotRegistered", code: "131026", message: "not\u001b[31m reachable" },
      events: [
        { status: "claimed", at: at(1) },
        { status: "failed", at: at(2) },
      ],
    },
    {
      channel: "sms",
      outcome: "delivered",
      events: [
        { status: "claimed", at: at(3) },
        { status: "sent", at: at(4) },
        { status: "delivered", at: at(12), deliveredTo: "phone" },
      ],
    },
  ],
  execution: { arn: "arn", console: "https://console.example/m1" },
};

it("a trace is a timeline with the reasons, the money, and nothing that a terminal would obey", () => {
  expect([headOf(trace), ...eventsOf(trace), ...endOf(trace)]).toEqual([
    "m1, accepted at 2030-01-01T10:00:00.000Z, reference order 1",
    "     +1.0 s  whatsApp claimed",
    "     +2.0 s  whatsApp failed: NotRegistered 131026, not [31m reachable",
    "     +3.0 s  sms claimed",
    "     +4.0 s  sms sent",
    "    +12.0 s  sms delivered to the phone",
    "             fbMessenger skipped: no fbMessengerId",
    "delivered after 12.0 s, cost $0.00645, saved $0.0323 against whatsApp",
    "The execution: https://console.example/m1",
  ]);
});

it("a message of a test key is marked as a test, in the timeline and in its line", () => {
  const test = { ...trace, test: true as const };
  expect(headOf(test)).toBe(
    "m1, accepted at 2030-01-01T10:00:00.000Z, a test: it reaches no provider, reference order 1",
  );
  expect(lineOf(test)).toMatch(/^m1 {2}test {2}delivered {2}/);
});

it("a wait for the end of quiet hours is in the timeline, and so is a customer whose time zone nobody knows", () => {
  const until = "2030-01-02T07:00:00.000Z";
  const events = [{ status: "waiting" as const, at: at(1), until, timeZone: "Europe/Berlin" }];
  const channels = [{ channel: "sms", outcome: "waiting" as const, events }];
  expect(eventsOf({ ...trace, channels })).toEqual([
    `     +1.0 s  sms waiting for the end of quiet hours at ${until} (Europe/Berlin)`,
  ]);
  expect(endOf({ ...trace, quietHours: { timeZones: [] } }).join()).toContain("time zone is not known");
});

it("a message is one line, channel by channel", () => {
  expect(lineOf(trace)).toBe(
    "m1  delivered  fbMessenger skipped (no_address) → whatsApp ✗ (NotRegistered) → sms ✓  " +
      "cost $0.00645, saved $0.0323 against whatsApp  12.0 s",
  );
});

it.each([
  ["delivered", at(1), true],
  ["sent", at(1), true],
  ["sent", undefined, undefined],
  ["processing", undefined, undefined],
  ["failed", at(1), false],
  ["expired", at(1), false],
  ["cancelled", at(1), false],
] as const)("%s, finished at %s: reached is %s", (status, finishedAt, reached) => {
  expect(isReached({ status, ...(finishedAt ? { finishedAt } : {}) })).toBe(reached);
});

it.each([
  [[], {}, "give one message id"],
  [["a", "b", "--local"], {}, "give one message id"],
  [["a"], {}, "--local or --api URL"],
  [["a", "--local", "--api", "https://a"], {}, "--local or --api URL"],
  [["a", "--api", "shop"], {}, '--api is "shop"'],
  [["a", "--api", "https://a"], {}, "API_KEY is not set"],
  [["a", "--local"], { API_PORT: "http" }, 'API_PORT is "http"'],
])("`npm run trace` with %j and %j is refused with what would be right", async (args, environment, said) => {
  const { status, stderr } = await run("trace", args, { environment });
  expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
});

it("writes the message as a page to hand on, without what a provider or the sender wrote", async () => {
  const messageId = "0b9a4c7e-1f7b-4d43-9d0d-6c1b6a3f2e11";
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...trace, messageId }));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(mkdtempSync(join(tmpdir(), "trace-")), "message.html");
  const args = [messageId, "--html", file, "--api", api];
  const { status, stdout } = await run("trace", args, { environment: { API_KEY: "key" } });
  expect([status, stdout]).toEqual([0, expect.stringContaining("delivered after 12.0 s")]);
  const page = readFileSync(file, "utf8");
  expect(page).toContain(
    "Delivered by SMS, because Facebook Messenger was skipped (no fbMessengerId) and WhatsApp failed",
  );
  for (const personal of ["order 1", "reachable"]) expect(page).not.toContain(personal);
});
