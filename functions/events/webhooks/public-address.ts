/**
 * Which URLs a webhook may have: https, and a host name whose addresses are all public. Checked when a webhook is set, and before
 * each call, which then goes to the addresses that were checked: it does not matter if the name resolves differently a moment
 * later.
 */
import { Resolver } from "node:dns/promises";
import ipaddr from "ipaddr.js";

export interface Address {
  address: string;
  family: number;
}
export type Resolve = (name: string) => Promise<Address[]>;

/** It is part of the time that a call may take. */
const longestLookupMs = 2_000;
/** Not looked up at a name server: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const loopback: Address[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/**
 * Asks the name servers, with a time limit. It does not use the system's own lookup, which cannot be cancelled: four that hang
 * would block every other lookup of the process.
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

/** Lower ports are assigned to system services. https://www.rfc-editor.org/rfc/rfc6335#section-6 */
const firstFreePort = 1024;

const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Only what is plainly public: IPv6 addresses that embed an IPv4 address (mapped, translated, tunnelled) are not. */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

/** This machine, as the hostname of a URL. */
const thisMachine = ["localhost", "127.0.0.1", "[::1]"];
/** The words for what else is allowed where receivers on this machine are exceptions, as in the local run. */
function orHere(exceptions: readonly string[]): string {
  const allowed = thisMachine.filter((name) => exceptions.includes(name)).map((name) => `http://${name}:…`);
  return allowed.length === 0 ? "" : `, or be on this machine: ${allowed.join(", ")}`;
}

/** Returns the addresses to connect to; throws UnsafeAddress where the URL is not allowed. */
export const createAddressCheck =
  (resolve: Resolve, exceptions: readonly string[]) =>
  async ({ protocol, hostname, port, username, password }: URL): Promise<Address[]> => {
    const unsafe = (why: string) => new UnsafeAddress(`${why}${orHere(exceptions)}`);
    const literal = hostname.replace(/^\[|\]$/g, "");
    // A literal address is an exception only by http: nobody has a certificate for an address of their own machine.
    const isException = exceptions.includes(hostname) && (protocol === "http:" || !ipaddr.isValid(literal));
    if (protocol !== "https:" && !(isException && protocol === "http:")) throw unsafe("must be https");
    // Other services listen on lower ports: a webhook must not talk to a mail or SSH server.
    if (!isException && port !== "" && Number(port) < firstFreePort)
      throw new UnsafeAddress(`must have the port 443, or one from ${firstFreePort} on`);
    if (username !== "" || password !== "") throw new UnsafeAddress("must have no user name or password");
    const addresses = ipaddr.isValid(literal)
      ? [{ address: literal, family: ipaddr.parse(literal).kind() === "ipv6" ? 6 : 4 }]
      : await resolve(literal).catch(() => []);
    if (isException) return addresses;
    if (addresses.length === 0) throw new UnsafeAddress("has a name that does not resolve");
    if (!addresses.every(({ address }) => isPublic(address)))
      throw unsafe("must resolve to public addresses alone");
    return addresses;
  };
