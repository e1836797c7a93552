/** `npm run dev`: runs changed sources at once; tables, queues, phones and ports stay. Prints one line for each reload. */
import { bundlesIn, ensureAssembly } from "../assembly.ts";
import { ensurePage } from "../console/build-page.ts";
import type { System } from "../system.ts";
import { sourcesOfStack, watchBundles } from "./bundles.ts";
import { watchSources } from "./watch.ts";

/** Files that the running process has loaded: the local run's own code and settings, and the bundler. */
const isOwn = (file: string) => /^infra\/(local\/(?!console\/page\/)|bundle\/bundle\.ts)/.test(file);
/** Files that may be part of a bundle. */
const isCode = (file: string) => /^(functions|infra\/bundle)\//.test(file);

export async function reloadOnChange(
  system: System,
  assembly: string,
  say: (line: string) => void,
): Promise<void> {
  let bundles = await watchBundles(system.lambda, functionsOf(system, assembly));
  let stack = await sourcesOfStack();
  // Bundles everything once, so that later changes are quick.
  await bundles.reload();

  /** Changes that could not be applied are tried again with the next change. */
  let left = new Set<string>();
  watchSources(async (changed) => {
    const after = listOf(changed);
    const files = new Set([...left, ...changed]);
    left = files;
    try {
      if (hasAny(files, isCode)) {
        const reloaded = await bundles.reload();
        say(reloaded.length > 0 ? `reloaded ${listOf(reloaded)} (${after})` : `no function uses ${after}`);
      }
      if (hasAny(files, (file) => stack.has(file))) {
        const { replaced, needingRestart } = system.redeploy(await ensureAssembly(() => {}));
        if (replaced.length > 0) say(`redeployed ${listOf(replaced)} (${after})`);
        if (needingRestart.length > 0)
          say(`restart \`npm run dev\` for ${listOf(needingRestart)} (${after}): nothing was redeployed`);
        if (!hasAny(files, isCode) && replaced.length + needingRestart.length === 0)
          say(`${after} changes nothing that runs here`);
        await bundles.stop();
        bundles = await watchBundles(system.lambda, functionsOf(system, assembly));
        stack = await sourcesOfStack();
      }
      if (hasAny(files, (file) => file.startsWith("infra/local/console/page/"))) {
        await ensurePage(() => {});
        say(`bundled the console page (${after}): reload it in the browser`);
      }
      const own = [...files].filter(isOwn);
      if (own.length > 0) say(`restart \`npm run dev\` for ${listOf(own)}: the local run itself was changed`);
      left = new Set();
    } catch (error) {
      say(`the old code stays: ${error instanceof Error ? error.message : error}`);
    }
  });
}

const hasAny = (files: ReadonlySet<string>, fits: (file: string) => boolean) => [...files].some(fits);

/** By the functions' names. */
function functionsOf(system: System, assembly: string): ReadonlyMap<string, string> {
  const bundles = bundlesIn(assembly);
  return new Map(
    system.lambda.names().flatMap((name) => {
      const [, bundle] = [...bundles].find(([logicalId]) => name.endsWith(`-${logicalId}`)) ?? [];
      return bundle === undefined ? [] : [[name, bundle] as const];
    }),
  );
}

const longestList = 4;
function listOf(names: Iterable<string>): string {
  const all = [...names];
  const rest = all.length - longestList;
  return all.slice(0, longestList).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
