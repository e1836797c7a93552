/**
 * The README's picture of the console page. It carries the hash of what it was made from, so that it is known to be stale
 * without comparing pixels, which differ from one machine to the next.
 */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import { flip, hasBrowser, headline, phone, resetPhones, send, useBrowser, visit } from "./console-page.ts";
import { readText, sizeOf, withText } from "./png.ts";

const root = resolve(import.meta.dirname, "../..");
const picture = "test/browser/console.png";
const taken = "test-results/browser/console.png";
const viewport = { width: 1440, height: 900 };

/** The page's sources, and the channels that it draws. */
function hashSources(): string {
  const hash = createHash("sha256").update(JSON.stringify(channels.map(({ id, name }) => [id, name])));
  const files = globSync("infra/local/console/page/**/*.{ts,tsx,css,html}", { cwd: root });
  for (const file of files.filter((path) => !path.includes("reference")).sort())
    hash.update(file).update(readFileSync(resolve(root, file)));
  return hash.digest("hex");
}

describe.runIf(hasBrowser)("the picture", () => {
  useBrowser();

  it("shows a message that falls back", async () => {
    await resetPhones();
    const { page, complaints, leave } = await visit({ viewport });
    await flip(page, "WhatsApp", "Registered");
    await send(page, "Your order is on its way");
    await headline(page)
      .getByText(/Delivered by Facebook Messenger, because WhatsApp failed/)
      .waitFor();
    await phone(page, "Facebook Messenger").getByText("Your order is on its way").waitFor();
    await page
      .getByRole("region", { name: "What went out" })
      .getByText(/^\d\d:/)
      .waitFor();
    await page.locator(".notice").waitFor({ state: "detached" });
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
    mkdirSync(resolve(root, "test-results/browser"), { recursive: true });
    const shot = await page.screenshot({ animations: "disabled" });
    writeFileSync(resolve(root, taken), withText(shot, "sources", hashSources()));
    await leave();
    expect(complaints).toEqual([]);
    expect(sizeOf(shot)).toEqual(viewport);
  });
});

it("is of the page as it is now", () => {
  const committed = readFileSync(resolve(root, picture));
  expect(sizeOf(committed)).toEqual(viewport);
  expect(
    readText(committed, "sources"),
    `${picture} is of an older page: look at ${taken}, which the test before takes where there is a browser, and copy it there`,
  ).toBe(hashSources());
});
