/** Applies a changed template to the running system: replaces resources without data, and names those that need a restart. */
import { isDeepStrictEqual } from "node:util";
import { Iam } from "../aws/iam/index.ts";
import { checkConnections } from "../aws/iam/wiring.ts";
import type { LambdaService } from "../aws/lambda.ts";
import type { ParameterStore } from "../aws/parameter-store.ts";
import { isEmulated, type Resource, type Stack } from "../cloudformation.ts";
import {
  addFunction,
  addStateMachine,
  codeIn,
  configurationOf,
  factsIn,
  type Surroundings,
} from "../deploy.ts";
import type { StepFunctions } from "../step-functions/index.ts";

export interface Running {
  iam: Iam;
  lambda: LambdaService;
  parameterStore: ParameterStore;
  stepFunctions: StepFunctions;
  gateway: { load: (stack: Stack) => void };
}

export interface Redeployed {
  /** Logical ids. */
  replaced: string[];
  /** If there are any, nothing was replaced. */
  needingRestart: string[];
}

const replaceable =
  /^AWS::(Lambda::(Function|Permission)|StepFunctions::|ApiGatewayV2::|IAM::|S[QN]S::\w+Policy$)/;

/** @throws {Error} if the new template does not fit the local run, before anything is replaced */
export function redeploy(
  running: Running,
  before: Stack,
  stack: Stack,
  surroundings: Surroundings,
): Redeployed {
  const { iam, lambda, parameterStore, stepFunctions, gateway } = running;
  const old = new Map(before.resources.map((one) => [one.logicalId, one]));
  const isOther = (one: Resource) =>
    one.type === "AWS::Lambda::Function"
      ? isOtherFunction(lambda, one, surroundings)
      : !isDeepStrictEqual(old.get(one.logicalId)?.properties, one.properties);
  const now = new Set(stack.resources.map(({ logicalId }) => logicalId));
  const gone = before.resources.filter(({ logicalId }) => !now.has(logicalId));
  const changed = [...stack.resources.filter(isOther), ...gone].filter(({ type }) => isEmulated(type));
  const needingRestart = changed
    .filter(({ type }) => !replaceable.test(type))
    .map(({ logicalId }) => logicalId);
  if (needingRestart.length > 0) return { replaced: [], needingRestart };
  const trial = new Iam();
  trial.load(stack);
  checkConnections(stack, trial);
  iam.load(stack);
  for (const one of changed.filter(({ logicalId }) => now.has(logicalId)))
    if (one.type === "AWS::Lambda::Function") addFunction(lambda, parameterStore, one, surroundings);
    else if (one.type === "AWS::StepFunctions::StateMachine") addStateMachine(stepFunctions, one);
  gateway.load(stack);
  return { replaced: changed.map(({ logicalId }) => logicalId), needingRestart };
}

/** Compares the code, because an asset with another name may hold the same. */
function isOtherFunction(lambda: LambdaService, resource: Resource, surroundings: Surroundings): boolean {
  const next = configurationOf(resource, surroundings);
  const running = lambda.configurationOf(next.name);
  if (running === undefined) return true;
  const { directory, ...others } = running;
  const { directory: nextDirectory, ...nextOthers } = next;
  return (
    !isDeepStrictEqual(others, nextOthers) ||
    codeIn(directory) !== codeIn(nextDirectory) ||
    factsIn(directory) !== factsIn(nextDirectory)
  );
}
