/** Reads the facts that the stack puts beside the function's code. A module of its own: other functions load nothing of it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { type DeploymentFacts, deploymentFacts, factsFile, requiredVariable } from "./environment.ts";
import { lazily } from "./lazily.ts";

const schema = v.pipe(v.string(), v.parseJson(undefined, "must be JSON"), v.object(deploymentFacts));

/** @throws {Error} with the file's name where it is missing or malformed */
export function readFacts(directory: string): DeploymentFacts {
  const file = resolve(directory, factsFile);
  const result = v.safeParse(schema, readFileSync(file, "utf8"));
  if (result.success) return result.output;
  throw new Error(`${file} is malformed: ${v.summarize(result.issues)}`);
}

/** Read once. LAMBDA_TASK_ROOT: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export const ownFacts = lazily(() => readFacts(requiredVariable("LAMBDA_TASK_ROOT")));
