/** The console page as a person uses it: by names and roles. Watches that nothing leaves the machine and nothing breaks. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from "vitest";

const results = resolve(import.meta.dirname, "../../test-results/browser");

export const hasBrowser = inject("browser") !== undefined;

let connection: Browser | undefined;
export function useBrowser(): void {
  beforeAll(async () => {
    const endpoint = inject("browser");
    if (endpoint !== undefined) connection = await chromium.connect(endpoint);
    await resetPhones();
  });
  afterAll(async () => {
    await connection?.close();
  });
}

export const consoleUrl = () => inject("system")?.console ?? "";

export async function resetPhones(): Promise<void> {
  await fetch(`${inject("system")?.carrier}/carrier`, { method: "DELETE" });
}

export interface Visit {
  page: Page;
  /** Requests that went elsewhere, and whatever the page complained of. */
  complaints: string[];
  leave: () => Promise<void>;
}

/** A visit for each test of the file, on phones that are as new: pictured at its end, where it must have complained of nothing. */
export function useVisit() {
  useBrowser();
  let here: Visit;
  beforeEach(async () => {
    await resetPhones();
    here = await visit();
  });
  afterEach(async ({ task }) => {
    await keep(here.page, task.name.replace(/\W+/g, "-"));
    await here.leave();
    expect(here.complaints).toEqual([]);
  });
  return {
    get page(): Page {
      return here.page;
    },
    /** In another window, in its place. */
    async again(options: BrowserContextOptions): Promise<void> {
      await here.leave();
      here = await visit(options);
    },
  };
}

export async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
  if (connection === undefined) throw new Error("there is no browser");
  const context = await connection.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${consoleUrl()}/`)) complaints.push(`asked for ${request.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(consoleUrl());
  await page.getByText(/^Tries .+ first/).waitFor();
  return { page, complaints, leave: () => context.close() };
}

export async function keep(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  await page.screenshot({ path: resolve(results, `${name}.png`), animations: "disabled" });
}

/** Sends what the form holds, and waits until the message is shown. */
export async function send(page: Page, body?: string): Promise<string> {
  if (body !== undefined) await page.getByLabel("Message", { exact: true }).fill(body);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => new URL(response.url()).pathname === "/api/messages"),
    page.getByRole("button", { name: "Send message" }).click(),
  ]);
  const { messageId } = (await answer.json()) as { messageId: string };
  await page.waitForURL((url) => url.hash === `#/messages/${messageId}`);
  await headline(page).waitFor();
  return messageId;
}

/** A tab of the message that is shown. */
export const openTab = (page: Page, name: string): Promise<void> =>
  page.getByRole("tablist", { name: "Parts of the message" }).getByRole("tab", { name }).click();

/** The messages that are listed, each a button. */
export const rows = (page: Page): Locator =>
  page.getByRole("list", { name: "Messages, newest first" }).getByRole("button");

export const phone = (page: Page, channel: string): Locator =>
  page.getByRole("article", { name: new RegExp(`^${channel} `) });

export const flip = (page: Page, channel: string, label: string): Promise<void> =>
  phone(page, channel)
    .getByRole("switch", { name: new RegExp(`^${label},`) })
    .click();

export async function setFault(page: Page, channel: string, fault: string): Promise<void> {
  const settings = phone(page, channel).getByText("Delay and faults");
  await settings.click();
  await phone(page, channel)
    .getByLabel(/^Fault,/)
    .selectOption(fault);
}

/** The sentence that says where the message went and why. */
export const headline = (page: Page): Locator => page.locator(".headline");

/** A state in the graph of the tab Execution. */
export const state = (page: Page, name: string): Locator =>
  page
    .getByRole("group", { name: "Graph view" })
    .getByRole("button", { name: new RegExp(`^${name} (?!waits for quiet hours)`) });

export const channelOrder = (page: Page): Promise<string[]> =>
  page
    .getByRole("list", { name: "Channels in order" })
    .getByRole("listitem")
    .locator("strong")
    .allTextContents();
