/** `npm run emulator`: deploys the stack to an emulator of AWS and runs the acceptance suite against it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readArguments, runCommand, UsageError, wholeNumber } from "../../infra/commands/command-line.ts";
import { callJson } from "../../infra/local/aws/local-call.ts";
import { region } from "../../infra/local/physical-ids.ts";
import { assemblyFor, secretParameters } from "./assembly.ts";
import { apiKey, deployTo } from "./deployment.ts";
import { startPhones } from "./phones.ts";
import { compareRates } from "./rate.ts";

const help = `AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run emulator -- [--without TYPE]… [--serve | --rate N] [TEST FILE…]

Deploys the stack with the CDK CLI to the emulator of AWS that answers there, and runs the acceptance suite, or the files
named, against it. The phones and Meta's Graph API are simulated here. test/emulator/README.md says what to expect.

  --without TYPE   leaves the resources of this CloudFormation type out: for what the emulator does not know
  --serve          runs no tests; serves until Ctrl-C
  --rate N         runs no tests; sends N messages there and N on the local run, and prints the rates

Exit status: 0 every test passed, 1 not, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    without: { type: "string", multiple: true },
    serve: { type: "boolean" },
    rate: { type: "string" },
  });
  const { AWS_ENDPOINT_URL } = process.env;
  if (!AWS_ENDPOINT_URL) throw new UsageError("AWS_ENDPOINT_URL says where the emulator answers");
  const emulator = new URL(AWS_ENDPOINT_URL);
  const port = Number(emulator.port);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: AWS_ENDPOINT_URL,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? "test",
    AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? "test",
  });

  const phones = await startPhones(port);
  try {
    const assembly = await assemblyFor({
      graphApiUrl: phones.carrier.url,
      snsUrl: phones.snsUrl,
      without: values.without ?? [],
    });
    const { outputs, physicalIds } = await deployTo(process.env, port, assembly, secretParameters(assembly));
    // As LocalStack and MiniStack have it, without a host name of the API's own.
    const apiId = new URL(outputs.ApiUrl ?? "").host.split(".")[0];
    const api = `${emulator.origin}/_aws/execute-api/${apiId}/$default`;
    phones.carrier.connect({
      apiUrl: api,
      putLog: (logGroupName, message) => void putLog(port, logGroupName, message),
      publishPushFailure: (Message, Subject) => phones.publish(outputs.PushEventsTopicArn, Message, Subject),
      publishByEndUserMessaging: (channel, Message) =>
        phones.publish(channel === "sms" ? outputs.SmsAnswersTopicArn : outputs.RcsEventsTopicArn, Message),
    });
    const endpoints = { API_URL: api, API_KEY: apiKey, CARRIER_URL: phones.carrier.url };
    if (values.serve) {
      console.log(JSON.stringify({ ...endpoints, AWS_ENDPOINT_URL, outputs }));
      await once(process, "SIGINT");
      return 0;
    }
    if (values.rate !== undefined) {
      const messages = wholeNumber("--rate", values.rate, 1, 100_000);
      const { onMessage } = phones.carrier;
      console.log(await compareRates({ api, apiKey, onMessage }, messages));
      return 0;
    }
    // What never comes there should not hold up the rest.
    const suite = spawn(
      "vitest",
      ["run", "--project", "acceptance", "--reporter=verbose", "--testTimeout=30000", ...positionals],
      {
        env: { ...process.env, ...endpoints, PHYSICAL_IDS: JSON.stringify(physicalIds) },
        stdio: "inherit",
      },
    );
    const [status] = await once(suite, "exit");
    return status === 0 ? 0 : 1;
  } finally {
    await phones.stop();
  }
});

/** One stream for each record: there is nothing to keep in order. */
async function putLog(port: number, logGroupName: string, message: string): Promise<void> {
  const logStreamName = crypto.randomUUID();
  await callJson(port, "logs", "Logs_20140328.CreateLogStream", { logGroupName, logStreamName });
  const logEvents = [{ timestamp: Date.now(), message }];
  await callJson(port, "logs", "Logs_20140328.PutLogEvents", { logGroupName, logStreamName, logEvents });
}
