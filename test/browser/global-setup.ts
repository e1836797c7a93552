/**
 * One system and one browser for the suite. Where there is no browser the tests are skipped, and say so; in CI they fail,
 * unless the browser itself cannot run there.
 */
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { type LocalEndpoints, startSystem } from "../acceptance/start-system.ts";
import { startChromium } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where Playwright finds the browser; undefined where there is none. */
    browser: string | undefined;
    system: LocalEndpoints | undefined;
  }
}

export default async function setup(project: TestProject) {
  const system = await startSystem(resolve(import.meta.dirname, "../.."));
  const browser = await startChromium(system.endpoints.console);
  if ("missing" in browser) {
    await system.stop();
    // No page may kill a browser: one that dies is not fit for this machine.
    if (process.env.CI && !browser.crashes) throw new Error(browser.missing);
    console.warn(`\nThe browser tests are skipped: ${browser.missing}\n`);
    project.provide("browser", undefined);
    project.provide("system", undefined);
    return;
  }
  project.provide("browser", browser.wsEndpoint());
  project.provide("system", system.endpoints);
  return async () => {
    await browser.close();
    await system.stop();
  };
}
