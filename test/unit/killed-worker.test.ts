/** The whole system, and a function that is killed when its provider has the message and it has no answer yet. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureAssembly } from "../../infra/local/assembly.ts";
import { ensurePage } from "../../infra/local/console/build-page.ts";
import { type System, startSystem } from "../../infra/local/system.ts";

let system: System;
beforeAll(async () => {
  const [assembly, page] = await Promise.all([ensureAssembly(() => {}), ensurePage(() => {})]);
  system = await startSystem({ assembly, ports: { api: 0, aws: 0, carrier: 0, console: 0 }, page });
});
afterAll(() => system.stop());

const call = async (url: string, method = "GET", body?: object) => {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
};

it.each([
  { channel: "sms", address: "+447123000001", field: "phoneNumber", functionName: /RoutingSms/ },
  { channel: "whatsApp", address: "+447123000002", field: "phoneNumber", functionName: /RoutingWhatsApp/ },
  { channel: "fbMessenger", address: "psid-1", field: "fbMessengerId", functionName: /RoutingFbMessenger/ },
  { channel: "appMessaging", address: "device-1", field: "appDevices", functionName: /RoutingAppMessaging/ },
])(
  "a function killed after its send by $channel leaves one message on the phone, and the receipt still ends the task",
  async ({ channel, address, field, functionName }) => {
    let kills = 0;
    system.onMessage((onChannel, at) => {
      if (onChannel !== channel || at !== address) return;
      const names = system.lambda.names().filter((name) => functionName.test(name));
      kills += names.length;
      for (const name of names) void system.lambda.kill(name);
    });
    const value = field === "appDevices" ? [{ platform: "fcm", token: address }] : address;
    const rules = [
      { channel, until: "delivered", fallbackAfter: 3600 },
      channel === "sms" ? "whatsApp" : "sms",
    ];
    const to = { phoneNumber: "+447123999999", [field]: value };
    const { messageId } = await call(`${system.api}/messages`, "POST", { to, body: "Hello", rules });

    let trace: Record<string, unknown> = {};
    for (let looks = 0; looks < 200 && trace.finishedAt === undefined; looks++) {
      // What waits: the state's Retry, and a receipt that came too early.
      await system.clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      trace = await call(`${system.api}/messages/${messageId}`);
    }
    expect(kills).toBeGreaterThan(0);
    expect(trace).toMatchObject({
      status: "delivered",
      channels: [{ outcome: "delivered" }, { outcome: "notTried" }],
    });
    const phone = await call(`${system.carrier}/carrier/${channel}/${encodeURIComponent(address)}`);
    expect(phone.messages).toHaveLength(1);
  },
);
