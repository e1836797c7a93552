/** The report's page in a browser: readable by everyone, and nothing of a message runs or asks for anything. */
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { type Counted, countMessages } from "../../functions/domain/reporting/delivery-report.ts";
import { reportPage } from "../../infra/commands/report/page.ts";
import { hasBrowser, keep, useBrowser, visit } from "./console-page.ts";

const days = { from: "2030-01-01", to: "2030-01-07" };
const hostile = `"><img src=x onerror="globalThis.ran = 1"></text></svg><script>globalThis.ran = 1</script>`;

function messages(): Counted[] {
  return Array.from({ length: 60 }, (_, index) => {
    const at = (second: number) => new Date(Date.UTC(2030, 0, 1 + (index % 7), 9, 0, second)).toISOString();
    const left = { claimedAt: at(1), failedAt: at(2), endedAt: at(2) };
    const error = { name: index === 0 ? hostile : "NotRegistered", message: "" };
    return {
      createdAt: at(0),
      route: ["whatsApp", "sms"].map((channel) => ({ channel, timeoutSeconds: 300, until: "delivered" })),
      attempts: {
        whatsApp: { ...left, error },
        sms: { claimedAt: at(2), sentAt: at(3), deliveredAt: at(3 + (index % 20)) },
      },
      skipped: { fbMessenger: { code: "no_address", reason: "none" } },
      finishedAt: at(30),
      outcome: "reached",
    };
  });
}

function drawn(): string {
  const report = countMessages(days);
  for (const message of messages()) report.add(message);
  return reportPage(report.counts(), { ...days, readFrom: hostile, at: "2030-01-08T00:00:00.000Z" });
}

const looks = [
  { name: "light on a desktop", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark on a desktop", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { name: "dark on a phone", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

describe.runIf(hasBrowser)("the delivery report in a browser", () => {
  useBrowser();

  it.each(looks)(
    "the page has no accessibility violation, no overflow and no request: $name",
    async ({ name, ...options }) => {
      const { page, complaints, leave } = await visit(options);
      await page.goto("about:blank");
      complaints.length = 0;
      await page.setContent(drawn(), { waitUntil: "load" });
      await page.getByRole("heading", { name: "Fallback routing: 2030-01-01 to 2030-01-07" }).waitFor();
      // The orders of channels have no chart.
      expect(await page.locator("svg:visible").count()).toBe((await page.getByRole("table").count()) - 1);
      await page.getByRole("columnheader", { name: `WhatsApp: ${hostile}` }).waitFor();
      await page.getByRole("rowheader", { name: "WhatsApp → SMS" }).waitFor();
      const small = await page.evaluate<string[]>(
        `[...document.querySelectorAll("svg text")].filter((text) => text.checkVisibility() && text.getBoundingClientRect().height < 10).map((text) => text.textContent)`,
      );
      expect(small).toEqual([]);
      await keep(page, `report-${name.replace(/\W+/g, "-")}`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      );
      expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }))).toEqual([]);
      expect(await page.evaluate("globalThis.ran")).toBeUndefined();
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(overflow).toBeLessThanOrEqual(0);
      await leave();
      expect(complaints).toEqual([]);
    },
  );
});
