/** What `npm run send` says where a person made a mistake: the cause and the remedy, and never a stack trace. */
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsEnvironment, run, temporaryDirectory, temporaryFile } from "./command.ts";
import { type Queues, startQueues } from "./queues.ts";

let queues: Queues;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues.stop());

const queue = "http://127.0.0.1:1/000000000000/messages";
const toQueue = ["--queue", queue, "--client", "shop"];
const message = '{"body":"Hello"}\n';

it.each<[string, string[], string]>([
  ["no file", toQueue, "name one FILE, or - for standard input"],
  ["two files", ["a", "b", ...toQueue], "name one FILE, or - for standard input, not several"],
  ["no target", ["a"], "name one destination: --queue URL, --api URL or --local"],
  ["two targets", ["a", ...toQueue, "--api", "https://a"], "--queue URL, --api URL or --local"],
  ["a queue's name", ["a", "--queue", "messages", "--client", "shop"], "it must be the queue's URL"],
  ["no client", ["a", "--queue", queue], "--queue needs --client NAME"],
  ["a client to the API", ["a", "--api", "https://a", "--client", "shop"], "--client is for --queue only"],
  ["no API key", ["a", "--api", "https://a"], "API_KEY is not set"],
  ["an unknown option", ["a", "--fast"], "Unknown option '--fast'"],
  [
    "an invalid rate",
    ["a", ...toQueue, "--rate", "fast"],
    '--rate is "fast": it must be a whole number from 1',
  ],
  ["a concurrency of 0", ["a", ...toQueue, "--concurrency", "0"], "it must be a whole number from 1 to 256"],
])("`send` with %s is refused with what would be right", async (_, args, remedy) => {
  const { status, stdout, stderr } = await run("send", args);
  expect(stderr).toContain(remedy);
  expect(stderr).toContain("npm run send -- FILE --queue URL --client NAME");
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

it("`--help` shows the usage", async () => {
  const { status, stdout, stderr } = await run("send", ["--help"]);
  expect(stdout).toContain("Exit status: 0 all accepted, 1 not all, 2 wrong usage, 130 stopped by Ctrl-C.");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

it("a column in the header that is not a field is reported", async () => {
  const file = temporaryFile("customers.csv", "phone;body\n447120;Hello\n");
  const { status, stderr } = await run("send", [file, ...toQueue], { environment: awsEnvironment(1) });
  expect(status).toBe(2);
  expect(stderr).toContain('column 1 of the CSV\'s header, "phone", is no field of a message');
  expect(stderr).toContain("separated by commas, semicolons or tabs");
});

const failing = async (args: string[], environment: Record<string, string>) => {
  const { status, stdout, stderr } = await run("send", args, { environment });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).not.toMatch(/^ +at /m);
  return stderr;
};

it("a file that is missing, or is a directory, is reported", async () => {
  const directory = temporaryDirectory();
  const environment = awsEnvironment(1);
  expect(await failing([`${directory}/none.ndjson`, ...toQueue], environment)).toBe(
    `${directory}/none.ndjson: there is no such file: check its name\n`,
  );
  expect(await failing([directory, ...toQueue], environment)).toContain("it is a directory: name a file");
});

it("a file is looked up in the directory from which npm was called", async () => {
  const file = temporaryFile("m.ndjson", message);
  const npm = { npm_lifecycle_event: "send", INIT_CWD: dirname(file), ...awsEnvironment(1) };
  expect(await failing(["m.ndjson", ...toQueue], npm)).toContain("cannot connect");
});

it("a queue that does not exist is reported", async () => {
  const url = `http://127.0.0.1:${queues.port}/000000000000/none`;
  const file = temporaryFile("m.ndjson", message);
  expect(await failing([file, "--queue", url, "--client", "shop"], awsEnvironment(queues.port))).toBe(
    "the queue does not exist: `aws sqs list-queues` shows those of this region and account\n",
  );
});

it("an address where nothing answers is reported at once", async () => {
  const file = temporaryFile("m.ndjson", message);
  const stderr = await failing([file, ...toQueue], awsEnvironment(1));
  expect(stderr).toContain("cannot connect (");
  expect(stderr).toContain("127.0.0.1:1");
  expect(stderr).toContain("check the address, AWS_ENDPOINT_URL and the network");
});

it("missing credentials and a missing region are reported", async () => {
  const file = temporaryFile("m.ndjson", message);
  const nowhere = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_EC2_METADATA_DISABLED: "true" };
  expect(await failing([file, ...toQueue], { ...nowhere, AWS_REGION: "us-east-1" })).toContain(
    "there are no AWS credentials: set AWS_PROFILE",
  );
  expect(await failing([file, ...toQueue], nowhere)).toContain("no AWS region is set: set AWS_REGION");
});
