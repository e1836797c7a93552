/** The pages: their links lead somewhere, what they name is there, and the first one stays short. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import packageJson from "../../package.json" with { type: "json" };
import { anchorsOf, pathsNamedIn, relativeLinksOf, scriptsNamedIn } from "../pages/links.ts";
import { type Page, pageAt, pages, root } from "../pages/pages.ts";

const at = (page: Page, path: string) =>
  path === "" ? page.path : normalize(join(dirname(page.path), path));
const pageWith = (path: string) => pages.find((page) => page.path === path);

describe.each(pages)("$path", (page) => {
  it("has no link that leads nowhere", () => {
    const broken = relativeLinksOf(page).filter(({ path, anchor }) => {
      const target = at(page, path);
      if (!existsSync(resolve(root, target))) return true;
      const linked = pageWith(target);
      return anchor !== undefined && !(linked && anchorsOf(linked).has(anchor));
    });
    expect(broken).toEqual([]);
  });

  it("names no file that is not there", () => {
    expect(pathsNamedIn(page).filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });

  it("names no npm script that is not there", () => {
    const scripts = Object.keys(packageJson.scripts);
    expect(scriptsNamedIn(page).filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

it("finds a broken link, anchor, file and script", () => {
  const text = "# One `two`\n[a](gone.md), [b](#one-two), [c](#two) `test/gone.ts` `npm run gone`\n";
  const page = { path: "test/page.md", text, blocks: [] };
  expect(relativeLinksOf(page)).toEqual([
    { path: "gone.md", anchor: undefined },
    { path: "", anchor: "one-two" },
    { path: "", anchor: "two" },
  ]);
  expect([...anchorsOf(page)]).toEqual(["one-two"]);
  expect(pathsNamedIn(page)).toEqual(["test/gone.ts"]);
  expect(scriptsNamedIn(page)).toEqual(["gone"]);
});

it("can all be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pageWith(path);
    if (page) for (const link of relativeLinksOf(page)) reached.add(at(page, link.path));
  }
  // GitHub itself leads to these.
  const shown = pages.filter(({ path }) => !path.startsWith(".github/"));
  expect(shown.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

it("begins with a README of at most 1,100 words", () => {
  expect(pageAt("README.md").text.split(/\s+/).length).toBeLessThanOrEqual(1_100);
});

it("has the version of package.json first of those in the changelog that are out", () => {
  const [, first] = /^## \[(\d\S+)\]/m.exec(pageAt("CHANGELOG.md").text) ?? [];
  expect(first).toBe(packageJson.version);
});

it("gives each channel's facts as its file has them", () => {
  const { text } = pageAt("functions/channels/README.md");
  const rows = [...text.matchAll(/^\| (.*?) ?\| (.+) \|$/gm)];
  const row = (name: string) => rows.find(([, first]) => first === name)?.[2]?.split(" | ") ?? [];
  const facts = new Map(
    row("").map((id, at) => [
      id.replaceAll("`", ""),
      ["default `until`", "default window", "longest body"].map((name) => row(name)[at]),
    ]),
  );
  expect(facts).toEqual(
    new Map(
      channels.map(({ id, until, windowSeconds, limit }) => [
        id,
        [until, `${windowSeconds} s`, `${limit.max.toLocaleString("en")} ${limit.unit}`],
      ]),
    ),
  );
});

it("shows every layer of the functions", () => {
  const { text } = pageAt("functions/README.md");
  const shown = [...text.matchAll(/^\| `functions\/(\w+)` \|/gm)].map(([, name]) => name);
  const folders = readdirSync(resolve(root, "functions"), { withFileTypes: true });
  expect(shown.sort()).toEqual(
    folders
      .filter((one) => one.isDirectory())
      .map(({ name }) => name)
      .sort(),
  );
});

it("is named rightly by the code's comments and texts", () => {
  const sources = globSync("{functions,infra,test}/**/*.{ts,tsx}", { cwd: root });
  const wrong = sources.flatMap((source) =>
    [
      ...readFileSync(resolve(root, source), "utf8").matchAll(
        /(?:functions|infra|test|\.github)\/[\w/]*\w\.md\b/g,
      ),
    ]
      .map(([path]) => path)
      .filter((path) => source !== "test/unit/pages.test.ts" && !pageWith(path))
      .map((path) => `${source}: ${path}`),
  );
  expect(wrong).toEqual([]);
});

it("gives in the README the two commands that CI runs, on Node.js 20 and 24", () => {
  const workflow = readFileSync(resolve(root, ".github/workflows/ci.yml"), "utf8");
  const runs = [...workflow.matchAll(/^\s*- run: (.+)$/gm)].map(([, command]) => command);
  expect(runs).toEqual(["npm ci && npm start -- --once", "npm ci && npm test"]);
  expect(workflow).toContain("node: [20, 24]");
  const readme = pageAt("README.md").text;
  for (const command of ["npm ci && npm start", "npm ci && npm test"]) expect(readme).toContain(command);
});
