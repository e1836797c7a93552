/** A copy of the sources in a temporary directory, on the same node_modules. */
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const copied = [
  "functions",
  "infra",
  "test",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "cdk.json",
];

export async function copyOfTree(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "mutants-"));
  for (const name of copied) await cp(join(root, name), join(path, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(path, "node_modules"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
