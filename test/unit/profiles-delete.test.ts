/** The deletion of a profile: everywhere, and as often as it takes; the endpoints by the real SNS client. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreatePlatformEndpointCommand,
  ListEndpointsByPlatformApplicationCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteProfile } from "../../functions/api/delete-profile.ts";
import { createPlatformEndpoints } from "../../functions/aws/platform-endpoints.ts";
import type { Profile } from "../../functions/domain/customer/profile.ts";
import { type Carrier, createCarrier } from "../../infra/local/carrier/index.ts";
import { createClock } from "../../infra/local/clock.ts";

const devices = [
  { platform: "fcm" as const, token: "phone" },
  { platform: "apns" as const, token: "tablet" },
];
const channels = [
  { id: "sms", address: "phoneNumber" },
  { id: "whatsApp", address: "phoneNumber" },
  { id: "telegram", address: "telegramId" },
  { id: "appMessaging", address: "appDevices" },
];

describe("the deletion of a profile", () => {
  /** Everything that is there, by name; the calls in `failing` fail once. */
  function setUp(failing: string[]) {
    const profile: Profile = { phoneNumber: "+447123123123", appDevices: devices, firstName: "Anna" };
    const there = new Set([
      "profile",
      "phone",
      "tablet",
      "sms +447123123123",
      "whatsApp +447123123123",
      "habits",
      "list",
      "ref",
    ]);
    const remove = async (what: string) => {
      const failure = failing.indexOf(what);
      if (failure >= 0) {
        failing.splice(failure, 1);
        throw new Error(`${what} cannot be deleted now`);
      }
      there.delete(what);
    };
    const dependencies = {
      profiles: {
        get: async () => (there.has("profile") ? profile : undefined),
        delete: () => remove("profile"),
      },
      contacts: { forget: (channel: string, address: string) => remove(`${channel} ${address}`) },
      habits: { forget: () => remove("habits") },
      lists: { cutOff: () => remove("list") },
      customerRefs: { forget: () => remove("ref") },
      retentionDays: 30,
      now: () => new Date(),
      endpoints: { delete: ({ token }: { token: string }) => remove(token) },
      channels,
    };
    return { there, run: () => deleteProfile("shop", "anna", dependencies) };
  }

  it("a deletion leaves nothing, and repeating it is no error", async () => {
    const { there, run } = setUp([]);
    await run();
    expect([...there]).toEqual([]);
    await run();
  });

  it.each([
    "phone",
    "tablet",
    "habits",
    "list",
    "ref",
    "sms +447123123123",
    "whatsApp +447123123123",
    "profile",
  ])("a deletion can be repeated where %s could not be deleted", async (what) => {
    const { there, run } = setUp([what]);
    await expect(run()).rejects.toThrow(what);
    expect(there).toContain("profile");
    await run();
    expect([...there]).toEqual([]);
  });
});

describe("the deletion of a device's endpoint", () => {
  const fcm = "arn:aws:sns:us-east-1:000000000000:app/GCM/app";
  let carrier: Carrier;
  let server: Server;
  let sns: SNSClient;
  beforeAll(async () => {
    const clock = createClock();
    carrier = await createCarrier({
      clock,
      port: 0,
      secretOf: () => "t",
      region: "us-east-1",
      accountId: "000000000000",
    });
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const answer = await carrier.handleSns(new URLSearchParams(Buffer.concat(chunks).toString()));
      if (typeof answer !== "object") throw new Error("not of the endpoints");
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    sns = new SNSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
  });
  afterAll(async () => {
    sns.destroy();
    server.close();
    await carrier.stop();
  });
  const tokens = async () => {
    const listed = await sns.send(
      new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: fcm }),
    );
    return (listed.Endpoints ?? []).map(({ Attributes }) => Attributes?.Token);
  };
  const make = async (Token: string, CustomUserData?: string) =>
    sns.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn: fcm, Token, CustomUserData }));

  it("endpoints are deleted, even with other attributes, and other devices' stay", async () => {
    await make("kept");
    await make("plain");
    await make("marked", "somebody's own mark");
    const { EndpointArn } = await make("disabled");
    await sns.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: "false" } }));
    const endpoints = createPlatformEndpoints(sns, { fcm });
    for (const token of ["plain", "marked", "disabled", "never registered"])
      await endpoints.delete({ platform: "fcm", token });
    expect(await tokens()).toEqual(["kept"]);
  });

  it("an endpoint of an application that this deployment does not have is left alone", async () => {
    await createPlatformEndpoints(sns, { fcm }).delete({ platform: "apns", token: "kept" });
    expect(await tokens()).toEqual(["kept"]);
  });
});
