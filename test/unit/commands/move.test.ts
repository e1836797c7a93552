/** `npm run move` as a person calls it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryDirectory, temporaryFile } from "./command.ts";

const message = { to: { phoneNumber: "447123123123" }, rules: ["sms"], body: "Hello" };
const template = { ...message, templateId: "welcome" };
const check = (file: string) => run("move", ["check", file]);
const one = "1: templateId is not used: no templates are kept here\n";

it("says of each message of a browser's log, also of a batch, what will be otherwise", async () => {
  const request = (method: string, path: string, body?: unknown) => ({
    startedDateTime: "2026-01-01T00:00:00.000Z",
    request: {
      method,
      url: `https://api.comapi.com/apispaces/11164198-3f3f/${path}`,
      headers: [{ name: "authorization", value: "Bearer secret" }],
      ...(body === undefined
        ? {}
        : { postData: { mimeType: "application/json", text: JSON.stringify(body) } }),
    },
    response: { status: 201, content: {} },
  });
  const entries = [
    request("POST", "messages", template),
    request("GET", "messages/6f0c"),
    request("POST", "profiles", { id: "ann", rules: 1 }),
    request("POST", "messages/batch", [message, { ...message, rules: ["viber"] }]),
  ];
  const log = { version: "1.2", creator: { name: "a browser", version: "1" }, entries };
  const { status, stdout } = await check(temporaryFile("log.har", JSON.stringify({ log })));
  expect(stdout).toBe(
    `${one}3: viber is skipped: this deployment has no such channel
3: no channel is left: it will have failed
3 messages, 2 of them with something otherwise
`,
  );
  expect(status).toBe(1);
});

it("reads lines of JSON and folders, and is content where all is as it was", async () => {
  const lines = await check(
    temporaryFile("sent.ndjson", `${JSON.stringify(message)}\n\n${JSON.stringify(message)}\n`),
  );
  expect(lines).toMatchObject({ status: 0, stdout: "2 messages, 0 of them with something otherwise\n" });
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "a.json"), JSON.stringify(template));
  writeFileSync(join(folder, "b.json"), JSON.stringify([message]));
  writeFileSync(join(folder, "notes.txt"), "none");
  expect((await check(folder)).stdout).toBe(`${one}2 messages, 1 of them with something otherwise\n`);
});

it("says which file it cannot read, and how it is used", async () => {
  const broken = temporaryFile("sent.json", "{");
  expect(await check(broken)).toMatchObject({ status: 1, stderr: expect.stringContaining(broken) });
  expect(await run("move", ["check"])).toMatchObject({ status: 2 });
});
