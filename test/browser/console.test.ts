/** The console page, used as someone would who never saw the project. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { run } from "../unit/commands/command.ts";
import {
  channelOrder,
  consoleUrl,
  flip,
  hasBrowser,
  headline,
  openTab,
  phone,
  rows,
  send,
  setFault,
  state,
  useVisit,
} from "./console-page.ts";

/** Of the form, at first; at the end of the order. */
const off = ["E-mail", "MMS", "Push", "RCS"];

describe.runIf(hasBrowser)("the console page", () => {
  const here = useVisit();

  it("a message is sent by its first channel and appears on the phone", async () => {
    const { page } = here;
    await send(page, "Your order is on its way");
    await headline(page)
      .getByText(/^(Sent|Delivered|Read) by WhatsApp, the first choice/)
      .waitFor();
    await phone(page, "WhatsApp").getByText("Your order is on its way").waitFor();
    await openTab(page, "Execution");
    await state(page, "WhatsApp")
      .and(page.getByRole("button", { name: "Succeeded" }))
      .waitFor();
    await state(page, "SMS")
      .and(page.getByRole("button", { name: "not entered" }))
      .waitFor();
  });

  it("the page says why the SMS was sent when the other channels are switched off", async () => {
    const { page } = here;
    for (const channel of ["WhatsApp", "Facebook Messenger", "App messaging"])
      await flip(page, channel, "Registered");
    await phone(page, "WhatsApp").getByText("Not registered: WhatsApp refuses messages at once").waitFor();
    await send(page, "Your order is on its way");
    await headline(page)
      .getByText(
        /(Sent|Delivered) by SMS, because WhatsApp, Facebook Messenger and App messaging failed \(the customer is not registered there\)/,
      )
      .waitFor();
    await phone(page, "SMS").getByText("Your order is on its way").waitFor();
    const why = page.getByRole("region", { name: "Channel by channel" });
    await why.getByText(/^NotRegistered 131026/).waitFor();
    await openTab(page, "Execution");
    for (const channel of ["WhatsApp", "Facebook Messenger", "App messaging"])
      await state(page, channel)
        .and(page.getByRole("button", { name: "Caught error" }))
        .waitFor();
    await state(page, "SMS")
      .and(page.getByRole("button", { name: "Succeeded" }))
      .waitFor();
    await page.getByRole("button", { name: "ExecutionSucceeded" }).waitFor();
  });

  it("offers what the provider itself answers, by its code, on a small screen too", async () => {
    const { page } = here;
    await page.setViewportSize({ width: 390, height: 844 });
    await setFault(page, "WhatsApp", "whatsApp-131050");
    const whatsApp = phone(page, "WhatsApp");
    await whatsApp.getByText(/^WhatsApp answers 131050 \(The customer has stopped/).waitFor();
    await whatsApp.getByLabel(/^Told later,/).selectOption("whatsApp-132015");
    await whatsApp.getByText(/and tells later 132015/).waitFor();
    await whatsApp.getByLabel(/^For how many sends,/).fill("1");
    await whatsApp.getByLabel(/^For how many sends,/).press("Enter");
    await whatsApp.getByText(/\(1 more\)$/).waitFor();
    expect(
      await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"),
    ).toBeLessThanOrEqual(0);
    await send(page);
    await page
      .getByRole("region", { name: "Channel by channel" })
      .getByText(/131050/)
      .waitFor();
    await whatsApp.getByLabel(/^For how many sends,/).waitFor({ state: "detached" });
  });

  it("waits for a silent phone, and goes on when the clock is moved past its window", async () => {
    const { page } = here;
    await flip(page, "WhatsApp", "Switched on");
    await setFault(page, "WhatsApp", "lost-answer");
    await send(page);
    await headline(page)
      .getByText(/Waiting for a sign from WhatsApp|Sent by WhatsApp, waiting for its receipt/)
      .waitFor();
    await openTab(page, "Execution");
    await state(page, "WhatsApp")
      .and(page.getByRole("button", { name: "In progress" }))
      .waitFor();
    await page.getByRole("button", { name: /Skip the wait/ }).click();
    await headline(page)
      .getByText(/(Sent|Delivered) by Facebook Messenger, because WhatsApp gave no/)
      .waitFor();
    await page.getByText(/\d+ (s|min) ahead/).waitFor();
    await rows(page)
      .first()
      .getByText(/WhatsApp .* gave no .* → Facebook Messenger/)
      .waitFor();
    await page.getByRole("button", { name: "TaskTimedOut" }).click();
    await page
      .getByRole("region", { name: /^Details of event/ })
      .getByText('"States.Timeout"')
      .waitFor();
  });

  it("Cancel and Stop say what each does, and what was stopped or cancelled is called so", async () => {
    const { page } = here;
    await flip(page, "WhatsApp", "Switched on");
    await send(page);
    const cancel = page.getByRole("button", { name: "Cancel message" });
    const described = (button: typeof cancel) =>
      button.evaluate((element) => element.parentElement?.querySelector("small")?.innerText);
    await page.getByText("Sent, waiting", { exact: true }).waitFor();
    expect(await described(cancel)).toMatch(/no further channel is tried/);
    await openTab(page, "Execution");
    const stop = page.getByRole("button", { name: "Stop execution" });
    expect(await described(stop)).toMatch(/the message stays open/);
    await stop.click();
    await state(page, "WhatsApp")
      .and(page.getByRole("button", { name: "Stopped" }))
      .waitFor();
    await stop.waitFor({ state: "detached" });
    await cancel.click();
    await headline(page)
      .getByText(/^Cancelled: no further channel is tried/)
      .waitFor();
    await rows(page).first().waitFor();
    await page.getByRole("button", { name: "ExecutionAborted" }).waitFor();
    // AWS's own words stand only where its data is shown.
    expect(await page.getByText(/\b(aborted|canceled)\b/i).count()).toBe(0);
  });

  it("a message of a test key is marked as a test, in the list and in its view", async () => {
    const { page } = here;
    const system = inject("system");
    const create = ["create", "--client", "tester", "--name", "a test", "--test", "--local"];
    const port = new URL(system?.aws ?? "").port;
    const { stdout: key } = await run("keys", create, { environment: { AWS_PORT: port } });
    const message = { to: { phoneNumber: "+442079460000" }, body: "Only a test", rules: ["sms"] };
    const { status } = await fetch(`${system?.api}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.trim()}`, "content-type": "application/json" },
      body: JSON.stringify(message),
    });
    expect(status).toBe(201);
    await page.getByRole("searchbox").fill("Only a test");
    const row = rows(page).first();
    await row.getByText("Test", { exact: true }).waitFor();
    await row.click();
    const view = page.getByRole("region", { name: "The message that is shown" });
    await view.getByText("Test", { exact: true }).first().waitFor();
    await view.getByText(/reached no provider and cost nothing/).waitFor();
    await send(page, "No test");
    await view.getByRole("heading", { name: /No test/ }).waitFor();
    expect(await view.getByText("Test", { exact: true }).count()).toBe(0);
  });

  it("the clock can be moved by its control", async () => {
    const { page } = here;
    const shown = async () => (await page.locator(".clock-time").textContent()) ?? "";
    const hour = Number((await shown()).slice(0, 2));
    await page.getByRole("button", { name: "Move the clock on by 1 h" }).click();
    await expect
      .poll(async () => [(hour + 1) % 24, (hour + 2) % 24].includes(Number((await shown()).slice(0, 2))))
      .toBe(true);
  });

  it("a message is shown as text, whatever markup it contains", async () => {
    const { page } = here;
    const body = `<script>document.title = "run"</script><img src="x" onerror="document.title = 'run'">`;
    await send(page, body);
    const arrived = phone(page, "WhatsApp").getByRole("listitem").first();
    await arrived.getByText(body).waitFor();
    expect(await arrived.locator("img, script").count()).toBe(0);
    expect(await page.title()).toContain("Fallback routing");
  });

  it("channels can be ordered by keyboard, and the plan follows", async () => {
    const { page } = here;
    expect(await channelOrder(page)).toEqual([
      "WhatsApp",
      "Facebook Messenger",
      "App messaging",
      "SMS",
      ...off,
    ]);
    const up = page.getByRole("button", { name: "Move SMS up" });
    await up.focus();
    for (const _ of [1, 2, 3]) await page.keyboard.press("Enter");
    await expect
      .poll(() => channelOrder(page))
      .toEqual(["SMS", "WhatsApp", "Facebook Messenger", "App messaging", ...off]);
    await page.getByText(`SMS is now number 1 of ${4 + off.length}`).waitFor();
    await page.getByText("Tries SMS first").waitFor();
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Move SMS up");
    await page.keyboard.press("Alt+ArrowDown");
    await expect
      .poll(() => channelOrder(page))
      .toEqual(["WhatsApp", "SMS", "Facebook Messenger", "App messaging", ...off]);
  });

  it("channels can be ordered by mouse", async () => {
    const { page } = here;
    const grips = page.locator(".grip");
    const [from, to] = [await grips.nth(3).boundingBox(), await grips.nth(0).boundingBox()];
    if (from === null || to === null) throw new Error("there is nothing to drag");
    const x = from.x + from.width / 2;
    await page.mouse.move(x, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(x, from.y - 10, { steps: 5 });
    await page.mouse.move(x, to.y - 4, { steps: 15 });
    await page.mouse.up();
    await expect
      .poll(() => channelOrder(page))
      .toEqual(["SMS", "WhatsApp", "Facebook Messenger", "App messaging", ...off]);
    await page.getByText("Tries SMS first").waitFor();
  });

  it("the plan follows the input: a missing address skips its channel, and no address at all is an error", async () => {
    const { page } = here;
    await page.getByLabel(/^Messenger id/).fill("");
    await page.getByText("Would be skipped: no fbMessengerId in `to` or the profile").waitFor();
    await page.getByLabel(/^Phone number/).fill("");
    await page.getByLabel(/^App device token/).fill("");
    await page.getByRole("alert").getByText("must have at least one address").waitFor();
    await page.getByLabel(/^Phone number/).fill("12");
    await page
      .getByRole("alert")
      .getByText(/^Phone number: /)
      .waitFor();
  });

  it("fields without an input of their own are sent as JSON, and invalid JSON is reported", async () => {
    const { page } = here;
    await page.getByText("More fields, and the request as JSON").click();
    await page.getByLabel("Title").fill("Your parcel");
    const further = page.getByLabel("Further fields, as JSON");
    await further.fill("{customBody");
    await page.getByRole("alert").getByText("must be one JSON object").waitFor();
    await further.fill('{"customBody": {"whatsApp": "Only for WhatsApp"}, "metadata": {"order": "1234"}}');
    await page.getByText(/^Tries .+ first/).waitFor();
    await page.getByRole("region", { name: "The request" }).getByText('"order": "1234"').waitFor();
    await send(page, "For everyone else");
    await phone(page, "WhatsApp").getByText("Only for WhatsApp").waitFor();
  });

  it("a person finds Anna's message by her number, sees what became of it and what she answered, and shares it", async () => {
    const { page } = here;
    await page.getByLabel(/^Phone number/).fill("+447123555777");
    await page.getByLabel(/^Messenger id/).fill("anna-the-found");
    await page.getByText("More fields, and the request as JSON").click();
    await page.getByLabel(/^Profile id/).fill("Anna");
    await phone(page, "WhatsApp").getByText("+447123555777").waitFor();
    await flip(page, "WhatsApp", "Registered");
    await phone(page, "WhatsApp")
      .getByText(/^Not registered: /)
      .waitFor();
    const messageId = await send(page, "Your order 4711 is on its way");
    await headline(page)
      .getByText(/^Delivered by Facebook Messenger, because WhatsApp failed/)
      .waitFor();
    const messenger = phone(page, "Facebook Messenger");
    await messenger.getByLabel(/^Answer,/).fill("Thank you, when?");
    await messenger.getByRole("button", { name: "Answer" }).click();
    await page.getByText(/^The customer answered by/).waitFor();
    await page.getByLabel(/^Phone number/).fill("+447700900123");
    await page.getByLabel(/^Profile id/).fill("Ben");
    await send(page, "Another one");

    await page.getByRole("searchbox").fill("07123 555777");
    await expect.poll(() => rows(page).count()).toBe(1);
    const row = rows(page).first();
    await expect
      .poll(() => row.textContent())
      .toMatch(
        /^AnnaYour order 4711.*WhatsApp ✗ failed → Facebook Messenger ✓ delivered · saved \$0\.\d+ · \d/,
      );
    expect(await page.getByRole("region", { name: "Messages" }).textContent()).not.toContain(messageId);
    await row.click();
    await page.getByRole("heading", { name: /^Anna .*Your order 4711 is on its way/ }).waitFor();

    const course = page.getByRole("region", { name: /^Channel after channel/ });
    await course
      .getByRole("listitem")
      .filter({ hasText: "WhatsApp" })
      .getByText(/failed \d/)
      .waitFor();
    await course.getByText(/delivered \d.*window 5 min/).waitFor();
    const copies = page.getByRole("region", { name: "What went out" });
    await copies.getByText("Thank you, when?").waitFor();
    await page
      .getByRole("region", { name: "Channel by channel" })
      .getByText(/^NotRegistered 131026/)
      .waitFor();
    await openTab(page, "Published events");
    await page.locator("summary").filter({ hasText: "message.inbound" }).click();
    await page
      .getByRole("region", { name: /^The event inbound/ })
      .getByText('"Thank you, when?"')
      .waitFor();
    await openTab(page, "Cost");
    await page.getByText(/It saved \$0\.\d+ against SMS alone/).waitFor();

    const share = async () => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Share as a file" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`message-${messageId}.html`);
      const file = resolve(import.meta.dirname, "../../test-results/browser/shared.html");
      await download.saveAs(file);
      return readFileSync(file, "utf8");
    };
    const masked = await share();
    expect(masked).toContain("Delivered by Facebook Messenger, because WhatsApp failed");
    for (const personal of ["Anna", "4711", "7123555777", "anna-the-found", "wamid", "<script"])
      expect(masked).not.toContain(personal);
    await page.getByLabel("with personal data").check();
    expect(await share()).toContain("Your order 4711 is on its way");
  });

  it("the list is narrowed by status and channel, and goes on to older ones without end", async () => {
    const { page } = here;
    const to = { phoneNumber: "+447123888999" };
    const send = (_: unknown, sent: number) =>
      page.request.post(`${consoleUrl()}/api/messages`, {
        data: { to, body: `Number ${sent}`, rules: ["sms"] },
      });
    await Promise.all(Array.from({ length: 35 }, send));
    await page.getByRole("searchbox").fill("447123888999");
    await page.getByRole("heading", { name: "Messages (35)" }).waitFor();
    await rows(page).last().scrollIntoViewIfNeeded();
    await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(35);
    await page.getByLabel("Filter by channel that was tried").selectOption("WhatsApp");
    await page.getByText("No message fits").waitFor();
    await page.getByLabel("Filter by channel that was tried").selectOption("SMS");
    await page.getByLabel("Filter by status").selectOption("Failed");
    await page.getByText("No message fits").waitFor();
  });

  it("a state that is picked by keyboard shows its input, output and definition", async () => {
    const { page } = here;
    const messageId = await send(page);
    await headline(page)
      .getByText(/by WhatsApp/)
      .waitFor();
    await openTab(page, "Execution");
    await state(page, "WhatsApp").press("Enter");
    await page.getByRole("region", { name: "input 1" }).getByText(messageId).waitFor();
    await page.getByRole("tab", { name: "Input", exact: true }).press("ArrowLeft");
    await page.getByRole("region", { name: "Events" }).first().waitFor();
    await page.getByRole("tab", { name: "Definition" }).first().click();
    await page
      .getByRole("region", { name: "Definition of WhatsApp" })
      .getByText('"arn:aws:states:::lambda:invoke.waitForTaskToken"')
      .waitFor();
    await page.getByRole("tab", { name: "Table view" }).click();
    await page.getByRole("row", { name: /WhatsApp Task Succeeded/ }).waitFor();
    const table = page.getByRole("region", { name: "Table view" });
    for (const width of [1440, 1024]) {
      await page.setViewportSize({ width, height: 900 });
      // Nothing of it is cut off, the timeline least of all.
      const hidden = await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(hidden, `at ${width}`).toBeLessThanOrEqual(0);
    }
  });

  it("an execution is exported as JSON, and the message's trace is shown", async () => {
    const { page } = here;
    const messageId = await send(page);
    await headline(page)
      .getByText(/by WhatsApp/)
      .waitFor();
    await openTab(page, "Trace");
    const shown = page.getByRole("region", { name: "The trace" });
    await shown.getByText(`"messageId": "${messageId}"`).waitFor();
    await openTab(page, "Execution");
    const link = page.getByRole("link", { name: "Export" });
    expect(await link.getAttribute("download")).toBe(`${messageId}.json`);
    const content = (await link.getAttribute("href")) ?? "";
    expect(JSON.parse(decodeURIComponent(content.slice(content.indexOf(",") + 1)))).toMatchObject({
      name: messageId,
      events: expect.arrayContaining([expect.objectContaining({ type: "ExecutionStarted" })]),
    });
    // The browser takes it as a file: the page stays where it is.
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toBe(`${messageId}.json`);
  });
});
