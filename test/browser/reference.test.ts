/** The API's document as a page of the local run, as a person reads and tries it. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { consoleUrl, hasBrowser, keep, useBrowser, visit } from "./console-page.ts";

async function open(page: Page) {
  await page.goto(`${consoleUrl()}/reference`);
  await page.getByRole("heading", { name: /^Fallback routing/ }).waitFor();
  const operation = page.locator("#operations-Messages-sendMessage");
  await operation.getByRole("button").first().click();
  await operation.getByText("No channel is left to try").first().waitFor();
  return operation;
}

describe.runIf(hasBrowser)("the API's reference page", () => {
  useBrowser();

  it("the page is linked from the console, shows each operation with its schema, and loads nothing from other machines", async () => {
    const { page, complaints, leave } = await visit();
    const link = page.getByRole("link", { name: "API", exact: true });
    expect(await link.evaluate((element) => (element as unknown as { href: string }).href)).toBe(
      `${consoleUrl()}/reference`,
    );
    const operation = await open(page);
    await operation.getByText("447123123123").first().waitFor();
    expect(await page.locator(".opblock").count()).toBeGreaterThanOrEqual(14);
    await keep(page, "api-reference");
    await leave();
    expect(complaints).toEqual([]);
  });

  it("a message is sent from the page with the key of the local run, and arrives in the console", async () => {
    const { page, complaints, leave } = await visit();
    const operation = await open(page);
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation
      .locator("textarea")
      .first()
      .fill(JSON.stringify({ to: { phoneNumber: "+447700900777" }, body: "Tried out", rules: ["sms"] }));
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table");
    await answer.getByText("201", { exact: true }).waitFor();
    const { messageId } = JSON.parse((await answer.locator("pre").first().textContent()) ?? "") as {
      messageId: string;
    };
    const command = await operation.locator(".curl-command").textContent();
    expect(command).toContain("Authorization: Bearer local");
    expect(command).not.toContain(consoleUrl());
    await keep(page, "api-reference-tried");
    await page.goto(`${consoleUrl()}/#/messages/${messageId}`);
    await page.locator(".headline").waitFor();
    await leave();
    expect(complaints).toEqual([]);
  });

  it("the page is dark where the person wants it dark, and everyone can read it", async () => {
    const { page, complaints, leave } = await visit({ colorScheme: "dark" });
    const operation = await open(page);
    await operation.getByRole("button", { name: "Try it out" }).click();
    await keep(page, "api-reference-dark");
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run(),
    );
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }))).toEqual([]);
    const ground = await page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
    expect(ground).toBe("rgb(28, 32, 34)");
    await leave();
    expect(complaints).toEqual([]);
  });
});
