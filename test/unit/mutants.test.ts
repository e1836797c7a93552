/** The mutants themselves need `npm run mutants`; that each still fits the source, and its tests are there, is seen at once. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mutants } from "../mutants/mutants.ts";
import { mutated } from "../mutants/try-mutant.ts";

it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  "the source has the text of this mutant exactly once: %s",
  (_, mutant) => {
    const source = readFileSync(mutant.file, "utf8");
    expect(mutated(source, mutant), `${mutant.file} does not have the text exactly once`).toBeDefined();
    expect(mutated(source, mutant)).not.toBe(source);
    expect(mutant.tests.filter((file) => !existsSync(file))).toEqual([]);
  },
);

it("each mutant has its own name", () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
