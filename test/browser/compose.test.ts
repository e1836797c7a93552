/** The form of the console page: mistakes in its own words, the plan beside the phones, and how far the way to Send is. */
import { describe, expect, it } from "vitest";
import { hasBrowser, headline, phone, send, useVisit } from "./console-page.ts";

const sizes = [
  { name: "desktop", viewport: { width: 1440, height: 900 } },
  { name: "small desktop", viewport: { width: 1024, height: 768 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
  { name: "desktop at 200 %", viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
];

describe.runIf(hasBrowser)("the form", () => {
  const here = useVisit();

  it("a mistake is reported once, in the form's words, and its field is marked and focused", async () => {
    const { page } = here;
    const number = page.getByLabel(/^Phone number/);
    await number.fill("12");
    const alert = page.getByRole("alert").getByText(/^Phone number: /);
    await alert.waitFor();
    expect(await number.getAttribute("aria-invalid")).toBe("true");
    expect(await number.getAttribute("aria-describedby")).toBe(await alert.getAttribute("id"));
    await page.getByLabel("Message", { exact: true }).press("Control+Enter");
    await page.locator("[aria-invalid=true]:focus").waitFor();
    expect(await page.getByText(/to\.phoneNumber/).count()).toBe(0);
    expect(await page.getByText(await alert.innerText()).count()).toBe(1);
    await number.fill("+447123123123");
    await alert.waitFor({ state: "detached" });
    expect(await number.getAttribute("aria-invalid")).toBeNull();
    const window = page.getByLabel("Seconds until the route goes on from WhatsApp");
    await window.fill("0");
    await page
      .getByRole("alert")
      .getByText(/^WhatsApp, seconds until the route goes on: /)
      .waitFor();
    expect(await window.getAttribute("aria-invalid")).toBe("true");
  });

  it.each(sizes)(
    "Send is on the first screens and few tabs away, however many messages there are: $name",
    async (size) => {
      await here.again(size);
      const { page } = here;
      const button = page.getByRole("button", { name: "Send message" });
      const { y = 9999 } = (await button.boundingBox()) ?? {};
      expect(y).toBeLessThan(size.viewport.height);
      await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
      let tabs = 0;
      do {
        await page.keyboard.press("Tab");
        tabs += 1;
      } while (tabs < 60 && !(await button.evaluate((element) => element.matches(":focus"))));
      expect(tabs).toBeLessThan(55);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );

  it("right-to-left text stands where its readers begin", async () => {
    const { page } = here;
    const field = page.getByLabel("Message", { exact: true });
    await send(page, "مرحبا، طلبك في الطريق");
    const arrived = phone(page, "WhatsApp").getByText("مرحبا، طلبك في الطريق");
    await arrived.waitFor();
    for (const place of [field, arrived])
      expect(await place.evaluate((element) => element.matches(":dir(rtl)"))).toBe(true);
  });

  it("the plan says what the phone's 24-hour window does to it, and Reset all opens both", async () => {
    const { page } = here;
    await phone(page, "WhatsApp").getByText("Delay and faults").click();
    await phone(page, "WhatsApp").getByLabel("24-hour window").selectOption("closed");
    await page.getByText(/^WhatsApp: this phone's 24-hour window is closed/).waitFor();
    await phone(page, "WhatsApp").getByLabel("24-hour window").selectOption("open");
    await send(page);
    await headline(page)
      .getByText(/by WhatsApp/)
      .waitFor();
    await phone(page, "WhatsApp")
      .getByLabel(/^Answer,/)
      .fill("Thank you");
    await phone(page, "WhatsApp").getByRole("button", { name: "Answer" }).click();
    await phone(page, "WhatsApp").getByRole("listitem").getByText("Thank you").waitFor();
    await page.getByRole("button", { name: "Move the clock on by 1 day" }).click();
    await page.getByRole("button", { name: "Move the clock on by 1 min", exact: true }).click();
    await phone(page, "WhatsApp")
      .getByText(/^More than 24 hours silent/)
      .waitFor();
    await page.getByLabel("Message", { exact: true }).fill("A day later");
    await page.getByText(/Would be skipped: the customer last wrote at/).waitFor();
    await page.getByRole("button", { name: "Reset all" }).click();
    await phone(page, "WhatsApp")
      .getByText(/^More than 24 hours silent/)
      .waitFor({ state: "detached" });
    await page.getByLabel("Message", { exact: true }).fill("As new");
    await page.getByText("Tries WhatsApp first").waitFor();
  });

  it("a price is as exact as a person can use, and says whose it is", async () => {
    const { page } = here;
    const form = page.getByRole("region", { name: "Send a message" });
    await form.getByText(/· \$0\.0388$/).waitFor();
    await form.getByText(/under \$0\.0001/).waitFor();
    await form.getByText(/Prices are of the price table/).waitFor();
  });
});
