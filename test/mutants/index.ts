/**
 * `npm run mutants [-- NAME]`: the tests' own test. Each mutant is put into a copy of the tree, and the tests that should see it
 * run there; one that no test sees has survived. Status 1 where one did, or where its text is no longer in the source.
 */
import { availableParallelism } from "node:os";
import pMap from "p-map";
import { textTable } from "../../infra/commands/text-table.ts";
import { copyOfTree } from "./copy-of-tree.ts";
import { mutants } from "./mutants.ts";
import { type Result, runTests, tryMutant } from "./try-mutant.ts";

const wanted = process.argv.slice(2).join(" ");
const chosen = mutants.filter(({ name }) => name.includes(wanted));
if (chosen.length === 0) {
  process.stderr.write(`no mutant is named "${wanted}": the names are in test/mutants/mutants.ts\n`);
  process.exit(2);
}

const atOnce = Math.min(4, availableParallelism(), chosen.length);
const trees = await Promise.all(Array.from({ length: atOnce }, copyOfTree));
const results: Result[] = [];
try {
  // A test that fails anyway sees nothing.
  const clean = await runTests(trees[0]?.path ?? "", [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (clean.outcome !== "survived")
    throw new Error(`without any mutant the tests must pass first: ${clean.detail}`);
  const waiting = chosen.entries();
  await pMap(trees, async (tree) => {
    for (const [index, mutant] of waiting) {
      const result = await tryMutant(tree.path, mutant);
      results[index] = result;
      process.stderr.write(`${result.outcome}: ${mutant.name}\n`);
    }
  });
} finally {
  await Promise.all(trees.map((tree) => tree.remove()));
}
const rows = results.map(({ outcome, detail }, index) => [chosen[index]?.name ?? "", outcome, detail]);
process.stdout.write(`\n${textTable(["taken out", "outcome", "seen by"], rows)}\n`);
const bad = results.filter(({ outcome }) => outcome !== "killed").length;
process.stdout.write(`${results.length - bad} of ${results.length} mutants were seen by a test\n`);
process.exitCode = bad === 0 ? 0 : 1;
