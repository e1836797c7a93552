/** The linter's rules for the layers of `functions/` hold: an import that runs upwards, or in a circle, is found. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let copy: string;

beforeAll(() => {
  mkdirSync(join(root, ".build"), { recursive: true });
  copy = mkdtempSync(join(root, ".build/layers-"));
  cpSync(join(root, "functions"), join(copy, "functions"), { recursive: true });
  cpSync(join(root, "biome.json"), join(copy, "biome.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const lint = (): string => {
  try {
    execFileSync(join(root, "node_modules/.bin/biome"), ["lint", "--vcs-enabled=false", "functions"], {
      cwd: copy,
      stdio: "pipe",
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    return `${stdout}${stderr}`;
  }
};
function lintWith(file: string, code: string): string {
  const path = join(copy, "functions", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  const found = lint();
  rmSync(path);
  return found;
}

it("the functions as they are have no import that a layer forbids", () => {
  expect(lint()).toBe("");
});

it.each([
  ["domain/upward.ts", "../storage/messages-table.ts", "domain is pure"],
  ["domain/message/upward.ts", "../../channels/registry.ts", "domain is pure"],
  ["domain/sdk.ts", "@aws-sdk/client-dynamodb", "domain is pure"],
  ["validation/upward.ts", "../domain/channel.ts", "validation is the lowest layer"],
  ["shared/upward.ts", "../aws/client.ts", "shared imports domain alone"],
  ["aws/upward.ts", "../storage/messages-table.ts", "aws imports domain and shared alone"],
  ["storage/upward.ts", "../ingest/request.ts", "storage imports domain and aws alone"],
  ["channels/upward.ts", "../hop/hop.ts", "channels import domain, validation and aws alone"],
  ["http/upward.ts", "../ingest/accept.ts", "http imports domain, storage, aws, shared and validation alone"],
  ["hop/sideways.ts", "../ingest/accept.ts", "hop stands on channels, storage and aws"],
  ["events/sideways.ts", "../receipts/apply-receipt.ts", "events stands on storage and aws"],
  ["receipts/upward.ts", "../api/get-message.ts", "receipts takes from hop and events"],
  ["ingest/upward.ts", "../api/get-message.ts", "ingest stands on channels"],
  ["api/outward.ts", "../../infra/settings.ts", "The functions know nothing of how they are deployed"],
])("an import of functions/%s from %s is refused", (file, imported, reason) => {
  expect(lintWith(file, `export * from "${imported}";\n`)).toContain(reason);
});

it("a circle of imports is refused, even of types", () => {
  writeFileSync(
    join(copy, "functions/aws/one.ts"),
    'import type { Two } from "./two.ts";\nexport type One = Two;\n',
  );
  const found = lintWith("aws/two.ts", 'import type { One } from "./one.ts";\nexport type Two = One;\n');
  rmSync(join(copy, "functions/aws/one.ts"));
  expect(found).toContain("part of a cycle");
});
