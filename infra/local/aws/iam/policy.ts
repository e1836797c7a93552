/**
 * The part of IAM's policy language that the template uses. Policies are parsed once and evaluated often. Anything else (a
 * policy variable, NotPrincipal, …) is an error that names the policy. Pure; used by index.ts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import * as v from "valibot";
import { type Context, readCondition } from "./conditions.ts";
import { arnPattern, type Pattern, wildcard } from "./patterns.ts";

/** The caller: a role, or a service by itself (API Gateway invokes a function). */
export type Principal = { role: string } | { service: string };

export interface AccessRequest {
  principal: Principal;
  /** `dynamodb:GetItem` */
  action: string;
  /** An ARN, or `*` for what has none. */
  resource: string;
  context: Context;
}

export interface Statement {
  effect: "Allow" | "Deny";
  applies(request: AccessRequest): boolean;
}

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => [value].flat()),
);
const values = v.pipe(
  v.union([v.string(), v.boolean(), v.array(v.union([v.string(), v.boolean()]))]),
  v.transform((value) => [value].flat().map(String)),
);
const entries = {
  Sid: v.optional(v.string()),
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), values)), {}),
};
const principal = v.union([
  v.literal("*"),
  v.strictObject({ AWS: v.optional(texts, []), Service: v.optional(texts, []) }),
]);
const document = <Schema extends v.GenericSchema>(statement: Schema) =>
  v.strictObject({
    Version: v.literal("2012-10-17"),
    Id: v.optional(v.string()),
    Statement: v.pipe(
      v.unknown(),
      v.transform((oneOrMore) => [oneOrMore].flat()),
      v.array(statement),
    ),
  });
const identityPolicy = document(v.strictObject(entries));
const resourcePolicy = document(v.strictObject({ ...entries, Principal: principal }));
type Elements = v.InferOutput<typeof identityPolicy>["Statement"][number];

/** A role's policy. @throws {Error} if it is not supported here */
export const readIdentityPolicy = (given: unknown, name: string): Statement[] =>
  naming(name, () => v.parse(identityPolicy, given).Statement.map((one) => readStatement(one, () => true)));

/** The policy of a queue, topic or function, which has principals. @throws {Error} if it is not supported here */
export const readResourcePolicy = (given: unknown, name: string): Statement[] =>
  naming(name, () =>
    v.parse(resourcePolicy, given).Statement.map((one) => readStatement(one, readPrincipal(one.Principal))),
  );

function readStatement(given: Elements, isFor: (who: Principal) => boolean): Statement {
  if (JSON.stringify(given).includes("${")) throw new Error("policy variables are not known");
  const ofAction = eitherOf("Action", given.Action, given.NotAction, (name) => wildcard(name, "i"));
  const ofResource = eitherOf("Resource", given.Resource, given.NotResource, arnPattern);
  const isMet = readCondition(given.Condition);
  return {
    effect: given.Effect,
    applies: (request) =>
      isFor(request.principal) &&
      ofAction(request.action) &&
      ofResource(request.resource) &&
      isMet(request.context),
  };
}

/** The element or its negation (Not…), but not both. */
function eitherOf(
  name: string,
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  compile: (pattern: string) => Pattern,
): Pattern {
  if ((wanted === undefined) === (unwanted === undefined))
    throw new Error(`a statement needs either ${name} or Not${name}`);
  const patterns = (wanted ?? unwanted ?? []).map(compile);
  const isListed = (text: string) => patterns.some((matches) => matches(text));
  return wanted === undefined ? (text) => !isListed(text) : isListed;
}

function readPrincipal(given: v.InferOutput<typeof principal>): (who: Principal) => boolean {
  if (given === "*" || given.AWS.includes("*")) return () => true;
  const other = given.AWS.find((arn) => !/^arn:aws:iam::\d+:role\//.test(arn));
  if (other !== undefined) throw new Error(`the principal ${other} is not known`);
  return (who) => ("role" in who ? given.AWS.includes(who.role) : given.Service.includes(who.service));
}

function naming<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new Error(`the local run cannot read the policy ${name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A Deny overrides every Allow; undefined if no statement applies. */
export function evaluate(
  statements: readonly Statement[],
  request: AccessRequest,
): Statement["effect"] | undefined {
  const applying = statements.filter((statement) => statement.applies(request));
  if (applying.some(({ effect }) => effect === "Deny")) return "Deny";
  return applying.length > 0 ? "Allow" : undefined;
}
