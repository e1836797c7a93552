/**
 * Ends the local run: by Ctrl-C, by SIGTERM, when its terminal closes, or when the npm that started it is gone. npm forwards
 * SIGINT and SIGTERM (`@npmcli/run-script`, signal-manager.js), but to the shell that runs the script, and dash does not pass
 * them on: hence `exec` in package.json (https://github.com/npm/cli/issues/5776). npm does not forward SIGHUP and SIGKILL.
 */
const lookEveryMs = 250;
/** One Ctrl-C arrives twice: from the terminal and from npm. */
const sameCtrlCMs = 1_000;

/**
 * Calls `stop`, then ends the process with the status that it returns; a second Ctrl-C does not wait for it. To be called
 * first, because npm may be ended early.
 */
export function stopOnSignals(stop: () => Promise<number>): void {
  let since: number | undefined;
  const end = async () => {
    since = performance.now();
    process.exit(await stop());
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (since === undefined) void end();
      else if (performance.now() - since > sameCtrlCMs) process.exit(1);
    });
  // Started without npm, it may outlive its parent.
  if (process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid && since === undefined) void end();
  }, lookEveryMs).unref();
}
