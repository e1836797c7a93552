/** The comparison of two orders, as a person uses it. */
import { describe, expect, it } from "vitest";
import { hasBrowser, keep, rows, useVisit } from "./console-page.ts";

const soon = { timeout: 10_000 };

describe.runIf(hasBrowser)("the comparison of two orders", () => {
  const here = useVisit();
  const open = async () => {
    const { page } = here;
    await page.getByRole("button", { name: "Compare two orders" }).click();
    const dialog = page.getByRole("dialog", { name: "Compare two orders of channels" });
    await dialog.getByRole("table").waitFor();
    const figure = async (name: string) =>
      dialog
        .getByRole("row")
        .filter({ has: page.getByRole("rowheader", { name, exact: true }) })
        .getByRole("cell")
        .allTextContents();
    const place = (order: string, number: number) =>
      dialog.getByLabel(`${order} order, channel ${number}`, { exact: true });
    return { page, dialog, figure, place };
  };

  it("begins with the form's order and its reverse, and says what each reaches, how fast and for how much", async () => {
    const { page, dialog, figure, place } = await open();
    const before = await rows(page).count();
    expect(await place("First", 1).inputValue()).toBe("whatsApp");
    expect(await place("Second", 1).inputValue()).toBe("sms");
    await dialog
      .getByText(/^The first order reaches .+, and costs \$0\.\d+ a message (more|less)\.$/)
      .waitFor();
    for (const share of [...(await figure("Reached")), ...(await figure("Read it"))])
      expect(share).toMatch(/^\d+(\.\d)? %$/);
    for (const time of await figure("Median time to reach")) expect(time).toMatch(/^[\d.]+ (s|min)/);
    for (const cost of await figure("Cost a message")) expect(cost).toMatch(/^\$0\.\d+$/);
    for (const cost of await figure("Saved in all")) expect(cost).toMatch(/^\$\d/);
    const reachedBy = async (order: number) => {
      const names = ["WhatsApp", "Facebook Messenger", "App messaging", "SMS"];
      const counts = await Promise.all(names.map((name) => figure(`Reached by ${name}`)));
      return counts.map((count) => Number(count[order]));
    };
    // The same customers with the same luck: as many are reached, by other channels.
    expect((await figure("Reached")).at(0)).toBe((await figure("Reached")).at(1));
    const [first, second] = [await reachedBy(0), await reachedBy(1)];
    expect(first).not.toEqual(second);
    const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0);
    expect(sum(first)).toBe(sum(second));
    await dialog
      .getByRole("img", { name: /^First order: \d+ of 200 are reached, half of those within/ })
      .waitFor();
    await keep(page, "compare-desktop");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await rows(page).count()).toBe(before);
  });

  it("follows the orders and the customers that are chosen, on a small screen too", async () => {
    await here.again({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    const { page, dialog, figure, place } = await open();
    // A channel that has a place already changes places.
    await place("First", 1).selectOption("sms");
    expect(await place("First", 4).inputValue()).toBe("whatsApp");
    for (const _ of [1, 2, 3]) await place("Second", 2).selectOption("");
    await expect
      .poll(() => figure("Reached by WhatsApp"), soon)
      .toEqual([expect.stringMatching(/^\d+$/), "–"]);
    expect(await place("Second", 1).inputValue()).toBe("sms");
    await dialog.getByText(/^The first order reaches \d+ more of the 200 customers/).waitFor();
    const reached = await figure("Reached");
    await dialog.getByLabel("Customers of seed").fill("2");
    await expect.poll(() => figure("Reached"), soon).not.toEqual(reached);
    await dialog.getByLabel("Customers of seed").fill("-1");
    await dialog.getByRole("alert").getByText(/>=0/).waitFor();
    await dialog.getByLabel("Customers of seed").fill("1");
    await expect.poll(() => figure("Reached"), soon).toEqual(reached);
    await place("Second", 2).selectOption("rcs");
    await dialog.getByText(/has no price for some copies.*of the second order/).waitFor();
    await keep(page, "compare-phone");
    expect(
      await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"),
    ).toBeLessThanOrEqual(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Compare two orders" }).waitFor();
  });
});
