#!/usr/bin/env node
/**
 * `npx fallback-routing COMMAND`: all commands of the project under one name. Plain JavaScript, because the Node.js that npx runs may
 * not read TypeScript: the commands run on the Node.js that is among the project's packages.
 */
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { constants } = require("node:os");
const { resolve } = require("node:path");

/** By name: the file in this folder, and what it does. */
const commands = {
  start: ["local/start.ts", "runs the whole system on this machine"],
  send: ["commands/send.ts", "sends a file of messages"],
  consents: ["commands/consents.ts", "records a file of opt-outs and opt-ins"],
  move: ["commands/move.ts", "what is otherwise for messages that go to the Omnichannel API today"],
  trace: [
    "commands/trace.ts",
    "what happened to a message: by its id, a phone number, a profile or a reference",
  ],
  report: ["commands/report.ts", "what happened to the messages of some days, as a page; or what they cost"],
  keys: ["commands/keys.ts", "creates, lists and revokes API keys"],
  budgets: ["commands/budgets.ts", "limits what clients may spend a day"],
  doctor: ["commands/doctor.ts", "what a deployment lacks: secrets, limits, webhooks, … with the remedies"],
  dlq: ["commands/dlq.ts", "lists the dead letters, or moves them back to their source queue"],
  webhooks: [
    "commands/webhooks.ts",
    "the events that clients' webhooks did not accept, and their redelivery",
  ],
  verify: ["commands/verify.ts", "whether a deployed stack works, shown by messages to test addresses"],
};

const help = `npx fallback-routing COMMAND [OPTIONS]

${Object.entries(commands)
  .map(([name, [, what]]) => `  ${name.padEnd(10)} ${what}`)
  .join("\n")}

COMMAND --help says more. With --local a command uses the local run on this machine.`;

const [name, ...args] = process.argv.slice(2);
const [file] = (Object.hasOwn(commands, name ?? "") && commands[name]) || [];
if (file !== undefined) run(resolve(__dirname, file));
else if (name === undefined || name === "--help" || name === "-h") console.log(help);
else {
  console.error(`there is no command "${name}"\n\n${help}`);
  process.exitCode = 2;
}

function run(path) {
  if (!existsSync(path)) {
    console.error("the commands are in the project's checkout, not in the package: run this there");
    process.exitCode = 1;
    return;
  }
  const own = resolve(__dirname, "../node_modules/.bin/node");
  const child = spawn(existsSync(own) ? own : process.execPath, [path, ...args], { stdio: "inherit" });
  // Ctrl-C reaches both processes: the command decides when to end, and this one follows.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
}
