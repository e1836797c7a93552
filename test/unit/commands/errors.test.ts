/** What a person meets on any command line: the cause and the remedy in a sentence, and never a stack. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, run } from "./command.ts";

/** Not AWS; but for CloudFormation, which knows no such stack. */
const server = createServer((request, answer) => {
  request.resume().on("end", () => {
    if (request.url?.startsWith("/page")) return answer.end("<html>hello</html>");
    answer.writeHead(400, { "content-type": "text/xml" });
    return answer.end(
      "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id FallbackRouting does not exist</Message></Error></ErrorResponse>",
    );
  });
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const credentials = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
const asked: [command: string, ...args: string[]][] = [
  ["report", "--out", "/dev/null", "--table", "t"],
  ["dlq", "list"],
  ["keys", "list", "--table", "t"],
  ["budgets", "list", "--table", "t"],
  ["webhooks", "list"],
];
const call = ([command, ...args]: (typeof asked)[number], environment: Record<string, string>) =>
  run(command, args, { environment: { AWS_EC2_METADATA_DISABLED: "true", ...environment } });
function expectExplained({ status, stderr }: Ended, said: RegExp) {
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(1);
}

describe.each(asked)("the command %s %s", (...command) => {
  it("a service that does not answer is reported, with how to start it", async () => {
    const ended = await call(command, { ...credentials, AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    expectExplained(ended, /cannot connect \(.*ECONNREFUSED.*check the address, AWS_ENDPOINT_URL.*npm start/);
  });

  it("a missing region, missing credentials and an unknown profile are reported", async () => {
    expectExplained(await call(command, {}), /no AWS region is set: set AWS_REGION/);
    expectExplained(await call(command, { AWS_REGION: "us-east-1" }), /no AWS credentials: set AWS_PROFILE/);
    const profile = { AWS_REGION: "us-east-1", AWS_PROFILE: "nobody" };
    expectExplained(await call(command, profile), /profile "nobody" gives no credentials: check AWS_PROFILE/);
  });

  it("an address that is invalid or not an AWS endpoint is reported", async () => {
    const wrong = await call(command, { ...credentials, AWS_ENDPOINT_URL: "here" });
    expectExplained(wrong, /AWS_ENDPOINT_URL is "here": it must be a URL/);
    const page = await call(command, { ...credentials, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}/page` });
    expectExplained(page, /does not respond as AWS does: check AWS_ENDPOINT_URL/);
  });

  it("an unknown option is refused with the usage", async () => {
    const { status, stderr } = await call([...command, "--fast"], credentials);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`Unknown option '--fast'.*npm run ${command[0]}`, "s"));
  });
});

it.each([
  ["report", "--out", "/dev/null"],
  ["keys", "list"],
  ["budgets", "list"],
] as typeof asked)("%s says where the stack is not deployed", async (...command) => {
  const environment = { ...credentials, AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}` };
  expectExplained(await call(command, environment), /does not exist in this region and account: deploy it/);
});

it.each([
  ["../../test/bench/index", ["--fast"], /Unknown option '--fast'.*npm run bench/s],
  ["../../test/bench/index", ["speed"], /there is no part "speed": the parts are bill, /],
  ["../../test/bench/index", ["--largest", "9"], /--largest is "9": it must be a whole number from 10/],
  ["../../test/storm/storm", ["--fast"], /Unknown option '--fast'.*npm run storm/s],
  ["../../test/storm/storm", ["--messages", "many"], /--messages is "many"/],
])("%s %j is refused as wrong usage", async (command, args, said) => {
  const { status, stderr } = await run(command, args);
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(2);
});
