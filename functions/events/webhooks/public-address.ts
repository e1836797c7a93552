/**
 * The URLs that a webhook delivery may call: https, with a host name that resolves to public addresses only (server-side
 * request forgery). Checked when a webhook subscription is set and before each call, which then connects to the checked
 * addresses: a name that resolves differently a moment later (DNS rebinding) changes nothing.
 */
import { Resolver } from "node:dns/promises";
import ipaddr from "ipaddr.js";

export interface Address {
  address: string;
  family: number;
}
export type Resolve = (name: string) => Promise<Address[]>;

/** Within the five seconds of a call (call.ts). */
const longestLookupMs = 2_000;
/** `localhost` never goes to a name server: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const loopback: Address[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/**
 * Resolves a name within a time; to no address where the name servers fail. Not by `dns.lookup`: it cannot be cancelled, and
 * four lookups that hang would block the thread pool of the process. https://nodejs.org/api/dns.html#implementation-considerations
 */
export const createResolve =
  (longestMs = longestLookupMs, servers?: readonly string[]): Resolve =>
  async (name) => {
    if (name === "localhost") return loopback;
    const resolver = new Resolver();
    if (servers) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), longestMs);
    try {
      const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      return found.flatMap((one, index) =>
        one.status === "fulfilled"
          ? one.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
          : [],
      );
    } finally {
      clearTimeout(timer);
    }
  };
export const resolveName: Resolve = createResolve();

export class UnsafeAddress extends Error {
  override name = "UnsafeAddress";
}

/** Host names that may be called whatever they resolve to, over http too: for the local run; a deployment has none. Throws ValiError. */
export const readExceptions = (json: string) => v.parse(v.array(v.string()), JSON.parse(json));

const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** IPv6 addresses that contain an IPv4 address (mapped, translated, tunnelled) do not count as public. */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

/** Resolves to the addresses to connect to. Throws UnsafeAddress, whose message says what the URL must be. */
export const createAddressCheck =
  (resolve: Resolve, exceptions: readonly string[]) =>
  async ({ protocol, hostname, username, password }: URL): Promise<Address[]> => {
    const isException = exceptions.includes(hostname);
    if (protocol !== "https:" && !(isException && protocol === "http:"))
      throw new UnsafeAddress("must be https");
    if (username !== "" || password !== "") throw new UnsafeAddress("must have no user name or password");
    const literal = hostname.replace(/^\[|\]$/g, "");
    const addresses = ipaddr.isValid(literal)
      ? [{ address: literal, family: ipaddr.parse(literal).kind() === "ipv6" ? 6 : 4 }]
      : await resolve(literal).catch(() => []);
    if (isException) return addresses;
    if (addresses.length === 0) throw new UnsafeAddress("has a name that does not resolve");
    if (!addresses.every(({ address }) => isPublic(address)))
      throw new UnsafeAddress("must resolve to public addresses alone");
    return addresses;
  };
