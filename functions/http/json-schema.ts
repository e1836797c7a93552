/**
 * Where Valibot and JSON Schema part: functions/openapi makes the API's document of the schemas that validate, and stops at a
 * check that JSON Schema has no word for, unless what comes nearest stands beside it.
 */
import * as v from "valibot";

export type Keywords = Readonly<Record<string, unknown>>;
const keywords = new WeakMap<object, Keywords>();

/** The same check; `nearest` is what the document says of it, `{}` where the description has to do. */
export function inJsonSchema<Input>(action: Check<Input>, nearest: Keywords): Check<Input> {
  keywords.set(action, nearest);
  return action;
}
type Check<Input> = v.PipeAction<Input, Input, v.BaseIssue<unknown>>;
export const keywordsOf = (action: object): Keywords | undefined => keywords.get(action);

const noArray = v.never("must be an object, not an array");

/** Valibot takes an array for an object; nobody else does. */
export const object = <Schema extends v.GenericSchema>(schema: Schema): Schema => ({
  ...schema,
  "~run": (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) =>
    (Array.isArray(dataset.value) ? noArray : schema)["~run"](dataset, config),
});

/** One of these, chosen by hand: a fault names the field then, and not the union. */
export const chosenFrom = <const Options extends readonly v.GenericSchema[]>(
  options: Options,
  choose: (input: unknown) => Options[number],
): v.UnionSchema<Options, undefined> => ({
  ...v.union(options),
  "~run": (dataset, config) => choose(dataset.value)["~run"](dataset, config),
});
