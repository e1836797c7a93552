#!/usr/bin/env node
/**
 * `npx fallback-routing COMMAND`: every command of the project by one name. Plain JavaScript, because the Node.js that npx runs may
 * not read TypeScript: the commands run on the one that the packages bring.
 */
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { constants } = require("node:os");
const { resolve } = require("node:path");

/** By name: the file in this folder, and what it does. */
const commands = {
  start: ["local/start.ts", "the whole system on this machine"],
  send: ["commands/send.ts", "sends a file of messages"],
  trace: [
    "commands/trace.ts",
    "what became of a message, by its id, a phone number, a profile or a reference",
  ],
  report: ["commands/report.ts", "what became of the messages of some days, as a page; or what they cost"],
  keys: ["commands/keys.ts", "makes, lists and revokes API keys"],
  budgets: ["commands/budgets.ts", "what clients may spend a day"],
  dlq: ["commands/dlq.ts", "what is in the dead-letter queues, and back to where it came from"],
  webhooks: ["commands/webhooks.ts", "the events that clients' webhooks did not take"],
};

const help = `npx fallback-routing COMMAND [OPTIONS]

${Object.entries(commands)
  .map(([name, [, what]]) => `  ${name.padEnd(10)} ${what}`)
  .join("\n")}

COMMAND --help says more. With --local a command speaks to the local run of this machine.`;

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
  // The command ends itself, as it sees fit, and this after it. The terminal's Ctrl-C reaches both.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
}
