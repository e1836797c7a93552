/** The console page checked by axe: in light and dark, on a desk and on a phone, with everything open. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  flip,
  hasBrowser,
  headline,
  keep,
  openTab,
  phone,
  resetPhones,
  send,
  state,
  useBrowser,
  visit,
} from "./console-page.ts";

const looks = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `${colorScheme} on a desktop`, colorScheme, viewport: { width: 1440, height: 900 } },
  { name: `${colorScheme} on a tablet`, colorScheme, viewport: { width: 900, height: 1100 } },
  { name: `${colorScheme} on a phone`, colorScheme, viewport: { width: 390, height: 844 } },
]);

describe.runIf(hasBrowser)("accessibility of the console page", () => {
  useBrowser();

  it.each(looks)(
    "the page has no accessibility violation and no horizontal overflow: $name",
    async ({ name, colorScheme, viewport }) => {
      await resetPhones();
      const { page, complaints, leave } = await visit({ colorScheme, viewport });
      await flip(page, "WhatsApp", "Registered");
      await send(page, "Your order is on its way");
      await headline(page)
        .getByText(/by Facebook Messenger, because WhatsApp failed/)
        .waitFor();
      await phone(page, "Facebook Messenger").getByText("Your order is on its way").waitFor();
      await page.locator(".notice").waitFor({ state: "detached" });
      const checkView = async (view: string) => {
        await keep(page, `${view}-${name.replace(/\W+/g, "-")}`);
        await check(page);
      };

      await phone(page, "WhatsApp").getByText("Delay and faults").click();
      await checkView("message");
      await openTab(page, "Execution");
      await state(page, "WhatsApp").press("Enter");
      await page.getByRole("button", { name: "TaskFailed" }).first().click();
      await checkView("execution");
      await openTab(page, "Published events");
      await page.locator("summary").filter({ hasText: "message.delivered" }).click();
      await checkView("events");
      await openTab(page, "Cost");
      await checkView("cost");
      await page.getByRole("button", { name: "Compare two orders" }).click();
      await page.getByRole("dialog").getByRole("table").waitFor();
      await checkView("compare");
      await leave();
      expect(complaints).toEqual([]);
    },
  );
});

async function check(page: Page): Promise<void> {
  // What stays in sight lies over something wherever the page is scrolled to, and axe takes that for a target too small.
  await page.evaluate(
    `for (const { style } of document.querySelectorAll(".places, .compose-send > .primary"))
      style.setProperty("position", "static", "important");`,
  );
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  const found = violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    at: nodes.map(({ html }) => html),
  }));
  expect(found).toEqual([]);
  const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  expect(overflow).toBeLessThanOrEqual(0);
}
