/** `npm run verify`: whether a deployed stack works, and whether AWS runs the states as the local engine does. */
import { SFNClient } from "@aws-sdk/client-sfn";
import { ensureAssembly } from "../local/assembly.ts";
import { readArguments, runCommand, UsageError, wholeNumber } from "./command-line.ts";
import { useLocalRun } from "./local-run.ts";
import { stackHelp, stackNameOf } from "./stack-name.ts";
import { printable } from "./text-table.ts";
import { type Check, Checks } from "./verify/check.ts";
import { verifyStack } from "./verify/stack.ts";
import { differencesOnAws, stateCases, testState } from "./verify/states.ts";
import { verifyTemplate } from "./verify/template.ts";

const help = `npm run verify -- stack [--stack NAME | --local] [--timeout SECONDS]
npm run verify -- states
npm run verify -- template

stack   sends messages to test addresses by HTTPS, batch and queue over every channel that the stack has, and looks at their
        traces, executions, events and redaction. No provider is called, and nothing is charged but AWS's requests. It makes
        a test key, and a queue that it subscribes to the events, and removes both
states  has AWS run each state of the state machine's definition with an input and a mocked answer (states:TestState), and
        compares what follows with what the local engine does. No stack is needed
template  what cfn-lint, asl-validator and parliament say of the template with every channel, where they are installed

${stackHelp}
  --local            the local run on this machine (npm start, API_PORT, AWS_PORT)
  --timeout SECONDS  how long one check waits; without it, 60

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 every check passed, 1 not, 2 wrong usage.`;

const marks = { passed: "✓", failed: "✗", skipped: "–" } as const;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    stack: { type: "string" },
    local: { type: "boolean", default: false },
    timeout: { type: "string", default: "60" },
  });
  const [what, ...more] = positionals;
  if (what === undefined || !["stack", "states", "template"].includes(what) || more.length > 0)
    throw new UsageError("say stack, states or template");
  if (what === "states") return verifyStates();
  if (what === "template") return verifySynthesized();
  if (values.local) useLocalRun(process.env);
  const stackName = stackNameOf(values.stack, process.env);
  const timeoutMs = wholeNumber("--timeout", values.timeout, 1, 3600) * 1000;
  return verifyStack({ stackName, isLocal: values.local, timeoutMs, onCheck: print });
});

async function verifyStates(): Promise<number> {
  const client = new SFNClient();
  const checks = new Checks(print);
  for (const one of stateCases)
    await checks.run(`${one.state} ${one.what}`, async () => {
      const differences = differencesOnAws(await testState(client, one), one.expected);
      if (differences.length > 0) throw new Error(differences.join("; "));
    });
  return checks.status();
}

async function verifySynthesized(): Promise<number> {
  const checks = new Checks(print);
  // As the local run's, with an account for every channel.
  await verifyTemplate(await ensureAssembly(() => {}), "FallbackRouting", checks);
  return checks.status();
}

function print({ name, result, ms, said }: Check): void {
  const seconds = `${(ms / 1000).toFixed(1)} s`.padStart(7);
  console.log(`${marks[result]} ${seconds}  ${name}${said ? `: ${printable(said)}` : ""}`);
}
