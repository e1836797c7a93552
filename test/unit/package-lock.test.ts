/** `npm ci` can see a replaced tarball only where the lock file has its hash. */
import { expect, it } from "vitest";
import lock from "../../package-lock.json" with { type: "json" };

interface Locked {
  integrity?: string;
  resolved?: string;
  /** It comes inside the tarball of another package, whose hash covers it. */
  inBundle?: boolean;
}
const { "": _itself, ...others } = lock.packages;
const packages = Object.entries<Locked>(others);

it("the lock file has the SHA-512 of every package's tarball", () => {
  const unlocked = packages.filter(
    ([, { inBundle, integrity }]) => !inBundle && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ""),
  );
  expect(packages.length).toBeGreaterThan(300);
  expect(unlocked.map(([path]) => path)).toEqual([]);
});

it("the lock file names no registry: each machine uses its own", () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
