/**
 * Targets inside a network that a webhook must never reach (server-side request forgery), made by generation: each address in
 * every spelling, each carried by IPv6, each as what a name resolves to, as where a redirect leads, and as what a name turns into
 * between its check and the call. Every connection of the process is counted: none is to be made.
 */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, isIPv6, Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { createCall } from "../../functions/events/webhooks/call.ts";
import { type Address, createAddressCheck } from "../../functions/events/webhooks/public-address.ts";

/** The first, one inside and the last of each block that is nobody's on the internet. */
const v4Blocks = [
  ["this network", "0.0.0.0", "0.1.2.3", "0.255.255.255"],
  ["private", "10.0.0.0", "10.1.2.3", "10.255.255.255"],
  ["a carrier's", "100.64.0.0", "100.100.100.200", "100.127.255.255"],
  ["loopback", "127.0.0.0", "127.0.0.1", "127.255.255.255"],
  ["link-local", "169.254.0.0", "169.254.1.2", "169.254.255.255"],
  ["private", "172.16.0.0", "172.20.1.2", "172.31.255.255"],
  ["of the IETF", "192.0.0.0", "192.0.0.192", "192.0.0.255"],
  ["documentation", "192.0.2.0", "192.0.2.7", "192.0.2.255"],
  ["6to4's relays", "192.88.99.0", "192.88.99.1", "192.88.99.255"],
  ["private", "192.168.0.0", "192.168.1.1", "192.168.255.255"],
  ["benchmarks", "198.18.0.0", "198.18.1.2", "198.19.255.255"],
  ["documentation", "198.51.100.0", "198.51.100.7", "198.51.100.255"],
  ["documentation", "203.0.113.0", "203.0.113.7", "203.0.113.255"],
  ["multicast", "224.0.0.0", "239.255.255.250", "239.255.255.255"],
  ["reserved", "240.0.0.0", "250.1.2.3", "255.255.255.255"],
] as const;
/** Where clouds keep credentials: instances, containers, name servers. */
const metadata = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "169.254.169.123"];
const v4Targets = [...v4Blocks.flatMap(([, ...addresses]) => addresses), ...metadata];
const v6Targets = [
  ...["::", "::1", "fe80::1", "fe80::a9fe:a9fe", "febf:ffff::1", "fec0::1", "fc00::1", "fd12:3456:789a::1"],
  // Instance metadata, the time service and the name server of a VPC.
  ...["fd00:ec2::254", "fd00:ec2::123", "fd00:ec2::253", "fd00:ec2::23"],
  ...["ff02::1", "ff0e::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1", "2001:2::1", "2001:10::1"],
  ...["2001:20::1", "2620:4f:8000::1", "4000::1", "64:ff9b:1::1"],
];

const bytesOf = (address: string) => address.split(".").map(Number);
const hex = (number: number, length = 2) => number.toString(16).padStart(length, "0");
const octal = (number: number) => `0${number.toString(8)}`;
const wordsOf = (address: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = bytesOf(address);
  return [hex(a) + hex(b), hex(c) + hex(d)] as const;
};
const numberOf = (address: string) => bytesOf(address).reduce((sum, byte) => sum * 256 + byte, 0);
const inFullWidth = (address: string) =>
  address
    .replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
    .replaceAll(".", "\u3002");

/** As browsers read an IPv4 address: decimal, octal, hexadecimal, of one to four parts. */
const spellings: Readonly<Record<string, (address: string) => string>> = {
  "as it is": (address) => address,
  "with a dot at its end": (address) => `${address}.`,
  "one decimal number": (address) => String(numberOf(address)),
  "one hexadecimal number": (address) => `0x${hex(numberOf(address), 8)}`,
  "one octal number": (address) => octal(numberOf(address)),
  "octal parts": (address) => bytesOf(address).map(octal).join("."),
  "hexadecimal parts": (address) =>
    bytesOf(address)
      .map((byte) => `0x${hex(byte)}`)
      .join("."),
  "mixed parts": (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytesOf(address);
    return `0x${hex(a)}.${octal(b)}.${c * 256 + d}`;
  },
  "two parts": (address) => {
    const [first = 0] = bytesOf(address);
    return `${first}.${numberOf(address) % 2 ** 24}`;
  },
  "percent-encoded": (address) => address.replace(/\d/g, (digit) => `%3${digit}`),
  "full-width digits": inFullWidth,
};
/** How IPv6 carries an IPv4 address. */
const carriers: Readonly<Record<string, (high: string, low: string) => string>> = {
  mapped: (high, low) => `::ffff:${high}:${low}`,
  translated: (high, low) => `::ffff:0:${high}:${low}`,
  compatible: (high, low) => `::${high}:${low}`,
  "NAT64's": (high, low) => `64:ff9b::${high}:${low}`,
  "a local NAT64's": (high, low) => `64:ff9b:1::${high}:${low}`,
  "6to4's": (high, low) => `2002:${high}:${low}::1`,
  "Teredo's": (high, low) => `2001:0:${high}:${low}:8000:63bf:3fff:fdd2`,
  "ISATAP's": (high, low) => `fe80::5efe:${high}:${low}`,
};
const carried = [
  "127.0.0.1",
  "10.1.2.3",
  "169.254.169.254",
  "172.20.1.2",
  "192.168.1.1",
  "100.64.0.0",
].flatMap((address) => Object.values(carriers).map((carry) => carry(...wordsOf(address))));
const spelled = [
  "127.0.0.1",
  "10.1.2.3",
  "169.254.169.254",
  "172.20.1.2",
  "192.168.1.1",
  "0.0.0.0",
  "100.64.1.2",
  "198.18.1.2",
].flatMap((address) => Object.values(spellings).map((spell) => spell(address)));
/** A header as it goes over the wire. */
const inBytes = (text: string) => Buffer.from(text).toString("latin1");
const hostOf = (address: string) => (address.includes(":") ? `[${address}]` : address);
/** As a URL's host. */
const hosts = [
  ...new Set([...v4Targets, ...spelled, ...[...v6Targets, ...carried].map(hostOf), "localhost", "LOCALHOST"]),
];
/** As what a name server answers. */
const answers: Address[] = [...v4Targets, ...v6Targets, ...carried].map((address) => ({
  address,
  family: isIPv6(address) ? 6 : 4,
}));
/** Beyond any pause of a busy machine. */
const longestMs = 60_000;
const publicAddress: Address = { address: "8.8.8.8", family: 4 };

let connections = 0;
const trap = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let port: number;
beforeAll(async () => {
  // On every address that this machine has.
  await new Promise<void>((listening) => trap.listen(0, listening));
  port = (trap.address() as AddressInfo).port;
});
afterAll(() => void trap.close());
let connect: Mock<Socket["connect"]>;
beforeEach(() => {
  connections = 0;
  connect = vi.spyOn(Socket.prototype, "connect");
});
afterEach(() => void connect.mockRestore());

const callOf = (host: string) => ({
  url: new URL(`https://${host}:${port}/hook`),
  secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  id: "m/1",
  payload: "{}",
  now: new Date("2030-01-01T00:00:00Z"),
});
const loopback: Address[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];
/** What became of them: undefined, where it was refused before any connection. */
async function reached(host: string, resolve: () => Promise<Address[]>): Promise<string | undefined> {
  try {
    await createCall(createAddressCheck(resolve, []))(callOf(host));
  } catch (error) {
    const { name, message } = error as Error;
    return name === "UnsafeAddress" && connect.mock.calls.length + connections === 0
      ? undefined
      : `${host}: ${name} ${message}`;
  }
  return `${host}: answered`;
}

it("more than 200 different targets are generated", () => {
  const targets = new Set([...hosts, ...answers.map(({ address }) => `a name of ${address}`)]);
  process.stdout.write(`webhook targets: ${hosts.length} hosts, ${answers.length} answers of name servers\n`);
  expect(new Set(hosts.map((host) => new URL(`https://${host}/`).hostname)).size).toBeGreaterThan(100);
  expect(hosts.length).toBeGreaterThanOrEqual(200);
  expect(targets.size).toBeGreaterThanOrEqual(300);
});

it("no target is connected when it is the URL's host, however it is spelled", async () => {
  const faults = await Promise.all(hosts.map((host) => reached(host, async () => loopback)));
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  expect([connect.mock.calls.length, connections]).toEqual([0, 0]);
});

it("no target is connected when a name resolves to it, alone or among public ones", async () => {
  const resolved = answers.flatMap((answer) => [[answer], [publicAddress, answer], [answer, publicAddress]]);
  const faults = await Promise.all(resolved.map((found) => reached("hook.example", async () => found)));
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  expect([connect.mock.calls.length, connections]).toEqual([0, 0]);
});

describe("a receiver at an allowed name", () => {
  /** Told where to go by a receiver that a call has reached. */
  it("no redirect to a target is followed", async () => {
    let location = "";
    let status = 302;
    const outside = createHttpServer((_, response) => response.writeHead(status, { location }).end());
    await new Promise<void>((listening) => outside.listen(0, "127.0.0.1", listening));
    const at = `http://hook.example:${(outside.address() as AddressInfo).port}/`;
    const check = createAddressCheck(async () => loopback.slice(0, 1), ["hook.example"]);
    const call = createCall(check, longestMs);
    try {
      for (const [index, host] of hosts.entries()) {
        status = [301, 302, 303, 307, 308][index % 5] ?? 302;
        location = inBytes(`${index % 2 === 0 ? "http" : "https"}://${host}:${port}/`);
        expect(await call({ ...callOf("hook.example"), url: new URL(at) })).toMatchObject({ status });
      }
    } finally {
      outside.closeAllConnections();
      outside.close();
    }
    // One to the receiver for each, which shows that connections are seen, and none to a target.
    expect([connect.mock.calls.length, connections]).toEqual([hosts.length, 0]);
  });
});

it("a name that resolves to a target after its check is called where it was checked, or not at all", async () => {
  for (const answer of answers) {
    let asked = 0;
    const check = createAddressCheck(async () => (asked++ === 0 ? [publicAddress] : [answer]), []);
    const { url } = callOf("rebinding.example");
    // The answer that is given is the one that is connected: nobody asks again.
    expect(await check(url)).toEqual([publicAddress]);
    await expect(createCall(check)(callOf("rebinding.example"))).rejects.toMatchObject({
      name: "UnsafeAddress",
    });
  }
  expect([connect.mock.calls.length, connections]).toEqual([0, 0]);
});
