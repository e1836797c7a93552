/** The assembly that `npm run emulator` deploys: what is in an asset is known by its hash. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { assemblyFor } from "../emulator/assembly.ts";

const without = ["AWS::Logs::QueryDefinition"];

async function assemblyWith(graphApiUrl: string) {
  const directory = await assemblyFor({ graphApiUrl, snsUrl: "http://127.0.0.1:2", without });
  const read = (name: string) => readFileSync(resolve(directory, name), "utf8");
  const [, templateHash = ""] = /([0-9a-f]{64})\.json/.exec(read("manifest.json")) ?? [];
  return {
    templateHash,
    template: read("FallbackRouting.template.json"),
    assets: read("FallbackRouting.assets.json"),
    files: readdirSync(directory),
  };
}

it("a template with other addresses has another hash, and the same template the same", async () => {
  const one = await assemblyWith("http://127.0.0.1:1");
  const other = await assemblyWith("http://127.0.0.1:3");
  expect(one.template).toContain("http://127.0.0.1:1");
  expect(other.template).toContain("http://127.0.0.1:3");
  expect(other.templateHash).not.toBe(one.templateHash);
  for (const { assets, templateHash } of [one, other]) expect(assets).toContain(templateHash);
  expect((await assemblyWith("http://127.0.0.1:1")).templateHash).toBe(one.templateHash);
});

it("every bundle that the template names is among the assets, renamed for a runtime that takes index.js", async () => {
  const { files, template, assets } = await assemblyWith("http://127.0.0.1:1");
  const bundles = [...template.matchAll(/"S3Key":"([0-9a-f]{64})\.zip"/g)].map(([, hash]) => hash ?? "");
  expect(bundles.length).toBeGreaterThan(15);
  for (const hash of bundles) {
    // Older bundles may lie beside those that the template names.
    expect(files).toContain(`asset.${hash}`);
    expect(assets.includes(hash)).toBe(true);
  }
});

it("resource types that are excluded are left out", async () => {
  expect((await assemblyWith("http://127.0.0.1:1")).template).not.toContain(without[0]);
});
