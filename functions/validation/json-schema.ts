/**
 * The differences between Valibot and JSON Schema: functions/api/openapi makes the API's document from the schemas that validate,
 * and fails at a check that JSON Schema cannot express, unless the check has keywords that come close.
 */
import * as v from "valibot";

export type Keywords = Readonly<Record<string, unknown>> & { readonly allOf?: readonly object[] };
const keywords = new WeakMap<object, Keywords>();

/** The same check, with the keywords that the document has for it: `{}` where the description is enough. */
export function inJsonSchema<Input>(action: Check<Input>, documented: Keywords): Check<Input> {
  keywords.set(action, documented);
  return action;
}
type Check<Input> = v.PipeAction<Input, Input, v.BaseIssue<unknown>>;
export const keywordsOf = (action: object): Keywords | undefined => keywords.get(action);

const noArray = v.never("must be an object, not an array");
const noField = v.strictObject(Object.create(null));
export const reservedNames = ["__proto__", "constructor", "prototype"];

/** Valibot accepts an array as an object, and silently drops fields with these names; this refuses both. */
export const object = <Schema extends v.GenericSchema>(schema: Schema): Schema => ({
  ...schema,
  "~run": (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const { value } = dataset;
    if (Array.isArray(value)) return noArray["~run"](dataset, config);
    const reserved = reservedNames.filter(
      (name) => typeof value === "object" && value && Object.hasOwn(value, name),
    );
    if (reserved.length === 0) return schema["~run"](dataset, config);
    const reservedFields = Object.fromEntries(reserved.map((name) => [name, true]));
    return noField["~run"]({ ...dataset, value: reservedFields }, config);
  },
});

/** A union whose option is chosen by `choose`: a fault then names the field, not the union. */
export const chosenFrom = <const Options extends readonly v.GenericSchema[]>(
  options: Options,
  choose: (input: unknown) => Options[number],
): v.UnionSchema<Options, undefined> => ({
  ...v.union(options),
  "~run": (dataset, config) => choose(dataset.value)["~run"](dataset, config),
});
