/**
 * When the local run is over: by Ctrl-C, by SIGTERM, when its terminal closes, or when the npm that started it is gone. npm hands
 * on SIGINT and SIGTERM (`@npmcli/run-script`, signal-manager.js), but to the shell that runs the script, and dash keeps them to
 * itself: hence `exec` in package.json (https://github.com/npm/cli/issues/5776). SIGHUP and SIGKILL it hands on to nobody.
 */
const lookEveryMs = 250;
/** One Ctrl-C comes twice: from the terminal, and from npm. */
const sameCtrlCMs = 1_000;

/**
 * Calls `stop`, then ends the process with the status that it gives; a second Ctrl-C does not wait for it. To be called before all
 * else: npm may be ended early.
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
  // Whoever starts it without npm may go away and leave it running.
  if (process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid && since === undefined) void end();
  }, lookEveryMs).unref();
}
