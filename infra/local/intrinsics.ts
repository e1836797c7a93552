/**
 * CloudFormation's intrinsic functions, resolved as CloudFormation would. Called by the stack (cloudformation.ts), which
 * resolves `Ref` and `Fn::GetAtt`.
 */
import * as v from "valibot";

export interface Scope {
  /** Undefined for `AWS::NoValue`. */
  ref(name: string): string | string[] | undefined;
  attribute(logicalId: string, attribute: string): string;
  condition(name: string): boolean;
}

const anyList = v.array(v.unknown());
const textList = v.array(v.union([v.string(), v.number(), v.boolean()]));

/**
 * Values that resolve to undefined (`AWS::NoValue`) are removed from their list or object. @throws {Error} for an unknown
 * function
 */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolveValue(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && entries.length === 1 && (first[0] === "Ref" || first[0].startsWith("Fn::")))
    return resolveFunction(first[0], first[1], scope);
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolveValue(item, scope)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

/** A condition's expression. Only here is `{Condition: name}` a function; in a policy it is an ordinary key. */
export function resolveCondition(expression: unknown, scope: Scope): boolean {
  const reference = v.safeParse(v.strictObject({ Condition: v.string() }), expression);
  const value = reference.success
    ? scope.condition(reference.output.Condition)
    : resolveValue(expression, scope);
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(
    `the template has a condition that is neither true nor false: ${JSON.stringify(expression)}`,
  );
}

function resolveFunction(name: string, argument: unknown, scope: Scope): unknown {
  const given = <T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> => {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    throw new Error(`the template has a ${name} of a wrong form: ${JSON.stringify(argument)}`);
  };
  const resolved = () => resolveValue(argument, scope);
  const conditions = () => given(anyList, argument).map((one) => resolveCondition(one, scope));
  switch (name) {
    case "Ref":
      return scope.ref(given(v.string(), argument));
    case "Fn::GetAtt":
      return scope.attribute(
        ...(typeof argument === "string"
          ? splitOnce(argument)
          : given(v.tuple([v.string(), v.string()]), argument)),
      );
    case "Fn::Join": {
      const [separator, parts] = given(v.tuple([v.string(), textList]), resolved());
      return parts.join(separator);
    }
    case "Fn::Select": {
      const [index, parts] = given(v.tuple([v.union([v.string(), v.number()]), anyList]), resolved());
      return parts[Number(index)];
    }
    case "Fn::Split": {
      const [separator, text] = given(v.tuple([v.string(), v.string()]), resolved());
      return text.split(separator);
    }
    case "Fn::Sub": {
      const [text, variables] = Array.isArray(argument)
        ? given(v.tuple([v.string(), v.record(v.string(), v.unknown())]), argument)
        : ([given(v.string(), argument), {}] as const);
      return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) => {
        if (literal === "!") return `\${${key}}`;
        if (Object.hasOwn(variables, key)) return String(resolveValue(variables[key], scope));
        return String(key.includes(".") ? scope.attribute(...splitOnce(key)) : scope.ref(key));
      });
    }
    case "Fn::If": {
      const [condition, yes, no] = given(v.tuple([v.string(), v.unknown(), v.unknown()]), argument);
      return resolveValue(scope.condition(condition) ? yes : no, scope);
    }
    case "Fn::Equals": {
      const [left, right] = given(v.tuple([v.unknown(), v.unknown()]), resolved());
      return typeof left === "object" || typeof right === "object"
        ? JSON.stringify(left) === JSON.stringify(right)
        : String(left) === String(right);
    }
    case "Fn::Not":
      return !conditions()[0];
    case "Fn::And":
      return conditions().every(Boolean);
    case "Fn::Or":
      return conditions().some(Boolean);
    default:
      throw new Error(`the template uses ${name}, which the local runner does not know`);
  }
}

const splitOnce = (text: string): [string, string] => {
  const [first = "", ...rest] = text.split(".");
  return [first, rest.join(".")];
};
