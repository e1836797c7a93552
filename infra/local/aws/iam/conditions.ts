/**
 * The Condition element of a policy's statement. Unknown operators and keys are an error: a condition that cannot be
 * evaluated must count neither as met nor as unmet. Used by policy.ts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { arnPattern, type Pattern, wildcard } from "./patterns.ts";

export const contextKeys = [
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  // In SNS's default topic policy.
  "aws:SourceOwner",
  "iam:PassedToService",
] as const;
export type ContextKey = (typeof contextKeys)[number];
export type Context = Readonly<Partial<Record<ContextKey, string>>>;

/** By operator, then by key; one of the values must match. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const operators: Readonly<Record<string, (value: string) => Pattern>> = {
  StringEquals: (value) => (given) => given === value,
  StringLike: (value) => wildcard(value),
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: (value) => (given) => given.toLowerCase() === value.toLowerCase(),
};

/** Every operator and key must be met; a key that the request lacks is not. @throws {Error} for an unknown operator or key */
export function readCondition(condition: Condition): (context: Context) => boolean {
  const tests = Object.entries(condition).flatMap(([operator, keys]) => {
    const compile = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
    if (compile === undefined) throw new Error(`the condition operator ${operator} is not known`);
    return Object.entries(keys).map(([name, values]) => {
      const key = contextKeys.find((known) => known.toLowerCase() === name.toLowerCase());
      if (key === undefined) throw new Error(`the condition key ${name} is not known`);
      const patterns = values.map(compile);
      return (context: Context) => {
        const given = context[key];
        return given !== undefined && patterns.some((matches) => matches(given));
      };
    });
  });
  return (context) => tests.every((isMet) => isMet(context));
}
