/**
 * The Condition element of a policy's statement. Only the operators and keys that are known here are read: a condition that
 * nobody can judge must not be taken for met or unmet. Used by policy.ts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { arnPattern, type Pattern, wildcard } from "./patterns.ts";

export const contextKeys = [
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  // SNS's own, of its default policy of a topic.
  "aws:SourceOwner",
] as const;
export type ContextKey = (typeof contextKeys)[number];
export type Context = Readonly<Partial<Record<ContextKey, string>>>;

/** By operator, then by key: any one of the values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const operators: Readonly<Record<string, (value: string) => Pattern>> = {
  StringEquals: (value) => (given) => given === value,
  StringLike: (value) => wildcard(value),
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: (value) => (given) => given.toLowerCase() === value.toLowerCase(),
};

/** Every operator and key must be met; a key that the request does not have is not. */
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
