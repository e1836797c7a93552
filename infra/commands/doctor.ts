/** `npm run doctor`: what a deployment lacks, with remedies. It reads, and changes nothing. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { readArguments, runCommand, UsageError } from "./command-line.ts";
import { readDeployment } from "./doctor/deployment.ts";
import { diagnose } from "./doctor/diagnose.ts";
import { partitionOf, policy } from "./doctor/policy.ts";
import { localCarrier, localNow, useLocalRun } from "./local-run.ts";
import { stackHelp, stackNameOf } from "./stack-name.ts";
import { printable } from "./text-table.ts";

const help = `npm run doctor -- [--stack NAME | --local]
npm run doctor -- --policy [--stack NAME]

Reads what AWS and Meta say of a deployment and its account, and names what is missing or wrong: secrets, tokens, webhooks,
delivery logs, sandboxes, limits, senders, push, e-mail, dead letters, alarms, an older version. It changes nothing.

${stackHelp}
  --local            the local run on this machine (npm start; AWS_PORT, CARRIER_PORT)
  --policy           prints the least IAM policy that it needs, and reads nothing

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 nothing was found, 1 something was, or the stack could not be read, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    stack: { type: "string" },
    local: { type: "boolean", default: false },
    policy: { type: "boolean", default: false },
  });
  if (positionals.length > 0) throw new UsageError(`unknown argument "${positionals[0]}"`);
  if (values.local) useLocalRun(process.env);
  const stackName = stackNameOf(values.stack, process.env);
  if (values.policy) {
    console.log(JSON.stringify(policy(stackName, partitionOf(process.env.AWS_REGION)), null, 2));
    return 0;
  }
  const deployment = await readDeployment(
    new CloudFormationClient(),
    stackName,
    values.local ? localCarrier(process.env) : undefined,
  );
  const now = values.local ? await localNow(process.env) : new Date();
  let checked = 0;
  let found = 0;
  for await (const { name, findings } of diagnose({ ...deployment, now })) {
    checked++;
    found += findings.length;
    console.log(`${findings.length === 0 ? "ok     " : "FINDING"}  ${name}`);
    for (const { what, remedy, command } of findings)
      console.log(
        [what, `→ ${remedy}`, ...(command === undefined ? [] : [`$ ${command}`])]
          .map((line) => `         ${printable(line)}`)
          .join("\n"),
      );
  }
  console.log(`${checked} checks of ${stackName}, ${found === 0 ? "nothing found" : `${found} findings`}.`);
  return found === 0 ? 0 : 1;
});
