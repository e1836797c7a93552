/**
 * A browser for the tests: `CHROMIUM_PATH`, one that is installed, or on Linux x64 the Chromium that the npm package
 * `@sparticuz/chromium` brings with the libraries it needs. The first that starts is taken.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";

interface Candidate {
  executablePath: string;
  env: Record<string, string>;
}

const unpacked = resolve(import.meta.dirname, "../../.build/browser");

/** Where none starts: why not; `crashes`: one is there, and dies when it opens the page. */
export async function startChromium(
  url: string,
): Promise<BrowserServer | { missing: string; crashes: boolean }> {
  const given = process.env.CHROMIUM_PATH;
  const candidates = given
    ? [async () => plain(given)]
    : [...installed().map((path) => async () => plain(path)), packaged];
  const faults: string[] = [];
  let crashes = false;
  for (const candidate of candidates)
    try {
      const { executablePath, env } = await candidate();
      const server = await chromium.launchServer({
        executablePath,
        host: "127.0.0.1",
        // Root has no sandbox to give; the page is the project's own.
        args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
        env: { ...process.env, ...env },
      });
      if ((await survives(server, url)) && (await survives(server, url))) return server;
      crashes = true;
      faults.push(`${executablePath} dies when it opens ${url}`);
      await server.kill().catch(() => undefined);
    } catch (error) {
      faults.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  return {
    crashes,
    missing: `no Chromium could be started: install one, or set CHROMIUM_PATH to its executable (${faults.join("; ")})`,
  };
}

/** Whether the browser itself lives on; what a page makes of it is for the tests. */
async function survives(server: BrowserServer, url: string): Promise<boolean> {
  const browser = await chromium.connect(server.wsEndpoint(), { timeout: 15_000 }).catch(() => undefined);
  const page = await browser?.newPage().catch(() => undefined);
  await page?.goto(url, { timeout: 15_000 }).catch(() => undefined);
  await page?.waitForTimeout(500).catch(() => undefined);
  const isAlive = page !== undefined && browser?.isConnected() === true;
  await browser?.close().catch(() => undefined);
  return isAlive;
}

const plain = (executablePath: string): Candidate => ({ executablePath, env: {} });

function installed(): string[] {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [
    ...onPath,
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    join(process.env.ProgramFiles ?? "", "Google/Chrome/Application/chrome.exe"),
  ].filter((path) => existsSync(path));
}

/**
 * The package unpacks into the temporary folder, and its libraries only where it takes the machine for a Lambda function:
 * both are made so while it unpacks.
 */
async function packaged(): Promise<Candidate> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`the npm package has none for ${process.platform} ${process.arch}`);
  const isWhole = join(unpacked, "whole");
  if (!existsSync(isWhole)) rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const before = { ...process.env };
  Object.assign(process.env, { TMPDIR: unpacked, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" });
  try {
    const { default: sparticuz } = await import("@sparticuz/chromium");
    const executablePath = await sparticuz.executablePath();
    writeFileSync(isWhole, "");
    const { LD_LIBRARY_PATH = "", FONTCONFIG_PATH = "" } = process.env;
    return { executablePath, env: { LD_LIBRARY_PATH, FONTCONFIG_PATH } };
  } finally {
    for (const name of ["TMPDIR", "AWS_LAMBDA_JS_RUNTIME", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "HOME"]) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
