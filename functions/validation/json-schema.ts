/**
 * The differences between Valibot and JSON Schema: functions/api/openapi makes the API's document from the schemas that validate,
 * and fails at a check that JSON Schema cannot express, unless the check has keywords that come close.
 */
import * as v from "valibot";

export type Keywords = Readonly<Record<string, unknown>> & { readonly allOf?: readonly object[] };
const keywords = new WeakMap<object, Keywords>();

/** The same check, with its JSON Schema keywords for the document; `{}` where the description is enough. */
export function inJsonSchema<Input>(action: Check<Input>, documented: Keywords): Check<Input> {
  keywords.set(action, documented);
  return action;
}
type Check<Input> = v.PipeAction<Input, Input, v.BaseIssue<unknown>>;
export const keywordsOf = (action: object): Keywords | undefined => keywords.get(action);

const noArray = v.never("must be an object, not an array");
const noField = v.strictObject(Object.create(null));
export const reservedNames = ["__proto__", "constructor", "prototype"];
/** Naming more would be no help. */
const mostUnknown = 21;

const nullIsAbsent = Symbol("null is absent");
/** Whether a field of the schema may be null, which means the same as leaving it out. */
export const takesNull = (schema: object): boolean => nullIsAbsent in schema;

/**
 * An object in a request. Valibot accepts an array as an object, silently drops fields whose names JavaScript reserves, and
 * reports only the first unknown field: this refuses all of these, and reports every unknown field. A field that is null counts
 * as absent; a record's values stay.
 * Throws where the schema is a pipe, whose own object would not be known as a request's to the document: pipe this one.
 */
export const object = <Schema extends v.GenericSchema>(schema: Schema): Schema => {
  if ("pipe" in schema) throw new TypeError("object() takes the object itself: pipe what it returns");
  const entries = "entries" in schema && typeof schema.entries === "object" ? schema.entries : undefined;
  const isUnknown = (name: string) =>
    reservedNames.includes(name) || (schema.type === "strict_object" && !Object.hasOwn(entries ?? {}, name));
  return {
    ...schema,
    ...(entries ? { [nullIsAbsent]: true } : {}),
    "~run": (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      const { value } = dataset;
      if (Array.isArray(value)) return noArray["~run"](dataset, config);
      if (typeof value !== "object" || value === null) return schema["~run"](dataset, config);
      const unknown = Object.keys(value).filter(isUnknown);
      const known = Object.entries(value).filter(
        ([name, item]) => !isUnknown(name) && (item !== null || !entries),
      );
      const result = schema["~run"]({ ...dataset, value: Object.fromEntries(known) }, config);
      const issues = unknown
        .slice(0, mostUnknown)
        .flatMap((name) => noField["~run"]({ ...dataset, value: { [name]: true } }, config).issues ?? []);
      const [first, ...others] = [...(result.issues ?? []), ...issues];
      return first === undefined || issues.length === 0
        ? result
        : { typed: false, value: result.value, issues: [first, ...others] };
    },
  };
};

/** A union whose option is chosen by `choose`: a fault then names the field, not the union. */
export const chosenFrom = <const Options extends readonly v.GenericSchema[]>(
  options: Options,
  choose: (input: unknown) => Options[number],
): v.UnionSchema<Options, undefined> => ({
  ...v.union(options),
  "~run": (dataset, config) => choose(dataset.value)["~run"](dataset, config),
});
