/** Whom a webhook may call: when it is set, and at each call. */
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import awsSettings from "../../cdk.json" with { type: "json" };
import { createCall } from "../../functions/events/webhooks/call.ts";
import {
  type Address,
  createAddressCheck,
  createResolve,
  isPublic,
} from "../../functions/events/webhooks/public-address.ts";
import { turnMs } from "../../functions/events/webhooks/schedule.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };

const v4 = (address: string): Address => ({ address, family: 4 });
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

it.each([
  ["private", "10.1.2.3"],
  ["private", "172.16.0.1"],
  ["private", "192.168.1.1"],
  ["loopback", "127.0.0.1"],
  ["unspecified", "0.0.0.0"],
  ["link-local (instance metadata)", "169.254.169.254"],
  ["shared by a carrier's customers", "100.64.0.1"],
  ["multicast", "224.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["for documentation", "203.0.113.7"],
  ["reserved", "240.0.0.1"],
  ["loopback", "::1"],
  ["unspecified", "::"],
  ["unique local (instance metadata)", "fd00:ec2::254"],
  ["link-local", "fe80::1"],
  ["multicast", "ff02::1"],
  ["IPv4-mapped", "::ffff:127.0.0.1"],
  ["IPv4-mapped", "::ffff:a9fe:a9fe"],
  ["IPv4-compatible", "::127.0.0.1"],
  ["translated (NAT64)", "64:ff9b::a00:1"],
  ["tunnelled (6to4)", "2002:7f00:1::"],
  ["tunnelled (Teredo)", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["a host name", "localhost"],
])("an address that is %s is not public: %s", (_, address) => expect(isPublic(address)).toBe(false));

it.each([
  ["22", false],
  ["25", false],
  ["80", false],
  ["443", true],
  ["8443", true],
])("a webhook at port %s may be called: %s", async (port, isAllowed) => {
  const check = createAddressCheck(async () => [v4("8.8.8.8")], []);
  const checked = check(new URL(`https://shop.example:${port}/`)).then(
    () => true,
    () => false,
  );
  expect(await checked).toBe(isAllowed);
});

it.each(["8.8.8.8", "2606:4700::1111"])("an address on the internet is public: %s", (address) =>
  expect(isPublic(address)).toBe(true),
);

describe("a name server", () => {
  /** Answers nothing, and counts who asks. */
  async function startSilentNameServer() {
    const socket = createSocket("udp4");
    let asked = 0;
    socket.on("message", () => asked++);
    await new Promise<void>((listening) => socket.bind(0, "127.0.0.1", listening));
    onTestFinished(() => void socket.close());
    return { servers: [`127.0.0.1:${socket.address().port}`], asked: () => asked };
  }

  it("a name server that never answers ends the check when a subscription is set, and within the time of a call", async () => {
    const { servers, asked } = await startSilentNameServer();
    const check = createAddressCheck(createResolve(50, servers), []);
    const url = new URL("https://hook.example/");
    await expect(check(url)).rejects.toMatchObject({
      name: "UnsafeAddress",
      message: "has a name that does not resolve",
    });
    const call = { url, secrets: [secret], id: "m/1", payload: "{}", now: new Date() };
    await expect(createCall(check)(call)).rejects.toMatchObject({ name: "UnsafeAddress" });
    expect(asked()).toBeGreaterThanOrEqual(2);
  });

  it("no name server is asked for localhost, which is not public", async () => {
    expect(
      (await createResolve(50, ["127.0.0.1:9"])("localhost")).map(({ address }) => isPublic(address)),
    ).toEqual([false, false]);
  });
});

it("a call may take 15 seconds, one that tries a receiver alone has that time, and the function has it for each of a message's events", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => timeout.mockRestore());
  const call = {
    url: new URL("https://hook.example/"),
    secrets: [secret],
    id: "m/1",
    payload: "{}",
    now: new Date(),
  };
  const unsafe = new Error("stop here");
  await expect(createCall(() => Promise.reject(unsafe))(call)).rejects.toBe(unsafe);
  expect(timeout.mock.calls).toEqual([[15_000]]);
  expect(turnMs).toBeGreaterThan(15_000);
});

describe("the URL of a webhook subscription", () => {
  const check = createAddressCheck(
    async (name) => {
      if (name === "mixed.example") return [v4("8.8.8.8"), v4("10.0.0.1")];
      if (name === "good.example") return [v4("8.8.8.8")];
      throw new Error("ENOTFOUND");
    },
    ["own.example"],
  );
  const checked = (url: string) => check(new URL(url));

  it.each([
    ["http://good.example/", "must be https"],
    ["ftp://good.example/", "must be https"],
    ["https://user:word@good.example/", "must have no user name or password"],
    ["https://mixed.example/", "must resolve to public addresses alone"],
    ["https://nowhere.example/", "has a name that does not resolve"],
    ["https://127.1/", "must resolve to public addresses alone"],
    ["https://0x7f000001/", "must resolve to public addresses alone"],
    ["https://[::ffff:10.0.0.1]/", "must resolve to public addresses alone"],
  ])("the URL %s is refused because it %s", async (url, message) => {
    await expect(checked(url)).rejects.toMatchObject({ name: "UnsafeAddress", message });
  });

  it("a URL is accepted where all its addresses are public, or its name is an exception", async () => {
    expect(await checked("https://good.example/")).toEqual([v4("8.8.8.8")]);
    expect(await checked("http://own.example/")).toEqual([]);
  });
});

describe("a receiver on this machine", () => {
  const local = createAddressCheck(async () => [v4("127.0.0.1")], localSettings.webhookExceptions);

  it.each(["http://localhost:9000/", "http://127.0.0.1:9000/", "http://[::1]:9000/"])(
    "%s is called on the local run, and refused on AWS",
    async (url) => {
      await expect(local(new URL(url))).resolves.toHaveLength(1);
      const { webhookExceptions } = awsSettings.context;
      await expect(
        createAddressCheck(createResolve(), webhookExceptions)(new URL(url)),
      ).rejects.toMatchObject({
        message: "must be https",
      });
    },
  );

  it.each([
    ["http://192.168.1.7:9000/", "must be https"],
    ["https://127.0.0.1:9000/", "must resolve to public addresses alone"],
    ["https://192.168.1.7:9000/", "must resolve to public addresses alone"],
  ])("what is refused on the local run says how it is done: %s", (url, why) =>
    expect(local(new URL(url))).rejects.toMatchObject({
      message: `${why}, or be on this machine: http://localhost:…, http://127.0.0.1:…, http://[::1]:…`,
    }),
  );
});

/** A receiver on this machine, which says what a test wants. */
async function startReceiver(answer: Parameters<typeof createServer>[1]) {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    answer?.(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, calls: () => calls };
}

describe("the call of a webhook delivery", () => {
  const at = (url: string) => ({
    url: new URL(url),
    secrets: [secret],
    id: "m/1",
    payload: "{}",
    now: new Date(),
  });

  it("a call goes to the address that was checked, and is refused once the name resolves to a private one", async () => {
    const { port, calls } = await startReceiver((_, response) => response.end());
    const answers = [[v4("127.0.0.1")], [v4("169.254.169.254")]];
    const resolve = async () => answers.shift() ?? [];
    const trusting = createCall(createAddressCheck(resolve, ["hook.example"]));
    expect(await trusting(at(`http://hook.example:${port}/`))).toMatchObject({ status: 200 });
    const strict = createCall(createAddressCheck(resolve, []));
    await expect(strict(at(`https://hook.example:${port}/`))).rejects.toMatchObject({
      name: "UnsafeAddress",
    });
    expect(calls()).toBe(1);
  });

  it("a call does not follow a redirect to a private address", async () => {
    const inside = await startReceiver((_, response) => response.end());
    const outside = await startReceiver((_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end(),
    );
    const call = createCall(createAddressCheck(async () => [v4("127.0.0.1")], ["hook.example"]));
    expect(await call(at(`http://hook.example:${outside.port}/`))).toMatchObject({ status: 307 });
    expect(inside.calls()).toBe(0);
  });

  it("a call returns the receiver's Retry-After", async () => {
    const busy = await startReceiver((_, response) =>
      response.writeHead(429, { "retry-after": "120" }).end(),
    );
    const call = createCall(createAddressCheck(async () => [v4("127.0.0.1")], ["hook.example"]));
    expect(await call(at(`http://hook.example:${busy.port}/`))).toEqual({ status: 429, retryAfter: "120" });
  });

  it("a call reads an answer up to a size, and waits for it up to a time", async () => {
    const check = createAddressCheck(async () => [v4("127.0.0.1")], ["hook.example"]);
    const endless = await startReceiver((_, response) => {
      const write = () => response.write("x".repeat(10_000), write);
      write();
    });
    await expect(createCall(check)(at(`http://hook.example:${endless.port}/`))).rejects.toThrow(
      "longer than",
    );
    const silent = await startReceiver(() => {});
    await expect(createCall(check, 50)(at(`http://hook.example:${silent.port}/`))).rejects.toThrow();
  });
});
