/**
 * Where Valibot and JSON Schema part: functions/api/openapi makes the API's document of the schemas that validate, and stops at a
 * check that JSON Schema has no word for, unless what comes nearest stands beside it.
 */
import * as v from "valibot";

export type Keywords = Readonly<Record<string, unknown>> & { readonly allOf?: readonly object[] };
const keywords = new WeakMap<object, Keywords>();

/** The same check; `nearest` is what the document says of it, `{}` where the description has to do. */
export function inJsonSchema<Input>(action: Check<Input>, nearest: Keywords): Check<Input> {
  keywords.set(action, nearest);
  return action;
}
type Check<Input> = v.PipeAction<Input, Input, v.BaseIssue<unknown>>;
export const keywordsOf = (action: object): Keywords | undefined => keywords.get(action);

const noArray = v.never("must be an object, not an array");
const noField = v.strictObject(Object.create(null));
export const reservedNames = ["__proto__", "constructor", "prototype"];

/** Valibot takes an array for an object, and drops fields of these names without a word; here both are refused. */
export const object = <Schema extends v.GenericSchema>(schema: Schema): Schema => ({
  ...schema,
  "~run": (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const { value } = dataset;
    if (Array.isArray(value)) return noArray["~run"](dataset, config);
    const reserved = reservedNames.filter(
      (name) => typeof value === "object" && value && Object.hasOwn(value, name),
    );
    if (reserved.length === 0) return schema["~run"](dataset, config);
    const theirs = Object.fromEntries(reserved.map((name) => [name, true]));
    return noField["~run"]({ ...dataset, value: theirs }, config);
  },
});

/** One of these, chosen by hand: a fault names the field then, and not the union. */
export const chosenFrom = <const Options extends readonly v.GenericSchema[]>(
  options: Options,
  choose: (input: unknown) => Options[number],
): v.UnionSchema<Options, undefined> => ({
  ...v.union(options),
  "~run": (dataset, config) => choose(dataset.value)["~run"](dataset, config),
});
