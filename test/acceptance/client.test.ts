/** `fallback-routing/client` as another package has it: packed, unpacked in an empty folder, compiled and run, without a registry. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, apiKey, final, until } from "./service.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "client-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  command: string,
  args: string[],
  { cwd = folder, ...environment }: Record<string, string> = {},
) {
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}
const ofThisPackage = (name: string) => resolve(root, "node_modules", name);

beforeAll(async () => {
  expect(await run("npm", ["pack", "--pack-destination", folder], { cwd: root })).toMatchObject({
    status: 0,
  });
  const unpacked = join(folder, "node_modules/fallback-routing");
  mkdirSync(unpacked, { recursive: true });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  // What `npm install` would bring of its dependencies, as far as the client has them.
  for (const name of ["openapi-fetch", "openapi-typescript-helpers"])
    cpSync(ofThisPackage(name), join(folder, "node_modules", name), { recursive: true });
  copyFileSync(resolve(import.meta.dirname, "fixtures/client.ts"), join(folder, "example.ts"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "nodenext",
    target: "es2022",
    typeRoots: [ofThisPackage("@types")],
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
});

describe("the example of the API's page", () => {
  it("compiles", async () => {
    const ended = await run(process.execPath, [ofThisPackage(".bin/tsc")]);
    expect(ended).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("sends a message", async () => {
    const ended = await run(process.execPath, ["example.ts"], { API_URL: api, API_KEY: apiKey });
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const [messageId = ""] = ended.stdout.split(" ");
    expect(await until(messageId, final)).toMatchObject({ messageId, status: "delivered" });
  });

  it("says why a message is refused", async () => {
    const ended = await run(process.execPath, ["example.ts"], { API_URL: api, API_KEY: "wrong" });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("Forbidden");
  });
});
