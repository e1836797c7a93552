/** What a newcomer sees first: what it is, and scenarios that set the phones, send, and show what came of it. */
import { describe, expect, it } from "vitest";
import { scenarios } from "../../infra/local/console/scenarios.ts";
import { hasBrowser, headline, phone, useVisit } from "./console-page.ts";

describe.runIf(hasBrowser)("the first run", () => {
  const here = useVisit();
  const verdicts: Readonly<Record<string, string>> = {
    delivered: "Delivered",
    read: "Read",
    failed: "Failed",
    timedOut: "No sign in time",
    notTried: "Not tried",
    skipped: "Skipped",
  };

  it.each(scenarios)("$name", async ({ name, sentence, request, steps, expected }) => {
    const { page } = here;
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("status").getByText(sentence).waitFor();
    expect(await page.getByLabel("Message", { exact: true }).inputValue()).toBe(request.body);
    for (const { label } of steps) {
      await headline(page)
        .getByRole("status")
        .getByText(/^(?!Trying)/)
        .waitFor();
      await page.getByRole("button", { name: label, exact: true }).click();
    }
    const why = page.getByRole("region", { name: "Channel by channel" });
    for (const [index, { outcome }] of expected.channels.entries())
      await why
        .getByRole("listitem")
        .nth(index)
        .getByText(verdicts[outcome] ?? outcome, { exact: true })
        .waitFor();
    if (expected.possibleDuplicate)
      await headline(page)
        .getByText(/Two channels may both/)
        .waitFor();
    for (const words of Object.values(expected.answered ?? {}))
      await phone(page, "WhatsApp").getByText(words).waitFor();
    // Nothing is left to do.
    for (const { label } of steps)
      await page.getByRole("button", { name: label, exact: true }).waitFor({ state: "detached" });
  });
});
