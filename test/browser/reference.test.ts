/** The API's document as a page of the local run, as a person reads it. */
import { describe, expect, it } from "vitest";
import { hasBrowser, keep, useBrowser, visit } from "./console-page.ts";

describe.runIf(hasBrowser)("the API's reference page", () => {
  useBrowser();

  it("the page is linked from the console, shows each operation with its schema, and loads nothing from other machines", async () => {
    const { page, complaints, leave } = await visit();
    const link = page.getByRole("link", { name: "API", exact: true });
    const address = await link.evaluate((element) => (element as unknown as { href: string }).href);
    await page.goto(address);
    await page.getByRole("heading", { name: /^Fallback routing/ }).waitFor();
    const operation = page.locator("#operations-Messages-sendMessage");
    await operation.getByRole("button").first().click();
    await operation.getByText("No channel is left to try").first().waitFor();
    await operation.getByText("447123123123").first().waitFor();
    expect(await page.locator(".opblock").count()).toBeGreaterThanOrEqual(14);
    await keep(page, "api-reference");
    await leave();
    expect(complaints).toEqual([]);
  });
});
