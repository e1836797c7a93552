/** Values that fit a schema of the API's document, as fast-check arbitraries. Examples of the document are taken often. */
import fc from "fast-check";
import * as v from "valibot";

const schemaShape = v.looseObject({
  $ref: v.optional(v.string()),
  type: v.optional(v.string()),
  const: v.optional(v.unknown()),
  enum: v.optional(v.array(v.unknown())),
  anyOf: v.optional(v.array(v.unknown())),
  allOf: v.optional(v.array(v.unknown())),
  examples: v.optional(v.array(v.unknown()), []),
  pattern: v.optional(v.string()),
  format: v.optional(v.string()),
  minLength: v.optional(v.number(), 0),
  maxLength: v.optional(v.number(), 10_000),
  minimum: v.optional(v.number(), -1e9),
  maximum: v.optional(v.number(), 1e9),
  items: v.optional(v.unknown(), {}),
  minItems: v.optional(v.number(), 0),
  maxItems: v.optional(v.number(), 5),
  uniqueItems: v.optional(v.boolean(), false),
  properties: v.optional(v.record(v.string(), v.unknown()), {}),
  required: v.optional(v.array(v.string()), []),
  additionalProperties: v.optional(v.unknown(), {}),
  propertyNames: v.optional(v.unknown(), { type: "string" }),
  minProperties: v.optional(v.number(), 0),
});
type Schema = v.InferOutput<typeof schemaShape>;
type Schemas = Readonly<Record<string, unknown>>;

const longestText = 80;

export function valuesOf(given: unknown, schemas: Schemas): fc.Arbitrary<unknown> {
  const schema = v.parse(schemaShape, given);
  const inner = (one: unknown) => valuesOf(one, schemas);
  if (schema.$ref !== undefined) return inner(schemas[schema.$ref.replace("#/components/schemas/", "")]);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.filter(hasValues).map(inner));
  // The others ask for a channel once, which holds for every list made here.
  if (schema.allOf !== undefined) return inner(schema.allOf[0]);
  switch (schema.type) {
    case "string":
      return schema.format === "uri" ? uris : textsOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum, max: schema.maximum });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: schema.minimum, max: schema.maximum });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return listsOf(schema, inner(schema.items));
    case "object":
      return objectsOf(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

/** What stands there for generators of types alone lets no value through. */
const hasValues = (schema: unknown) => !v.is(v.object({ not: v.strictObject({}) }), schema);

function textsOf({ examples, pattern, minLength, maxLength }: Schema): fc.Arbitrary<unknown> {
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, "u").test(text));
  const free = (pattern === undefined ? undefined : textsMatching(pattern)) ?? anyText(minLength, maxLength);
  const fitting = free.filter(fits);
  if (examples.length === 0) return fitting;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: fitting });
}

/** Made once: fast-check builds tables of all of Unicode for each. */
const grapheme = fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 });
/** Of a host that the local run may call and nobody has: a fuzz must look up no names of others. */
const uris = fc.webPath().map((path) => `https://shop.example${path}`);

const anyText = (minLength: number, maxLength: number) =>
  fc.string({ unit: grapheme, minLength, maxLength: Math.min(maxLength, longestText) });

const matching = new Map<string, fc.Arbitrary<string> | undefined>();
/** Undefined where fast-check cannot read the pattern; what looks ahead is left to the filter. */
function textsMatching(pattern: string): fc.Arbitrary<string> | undefined {
  if (!matching.has(pattern)) matching.set(pattern, readPattern(pattern));
  return matching.get(pattern);
}

function readPattern(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern.replace(/\(\?[=!][^)]*\)/g, ""), "u"), { size: "-1" });
  } catch {
    return undefined;
  }
}

/** Rules are distinguished by their channel. */
const channelOf = (item: unknown) =>
  JSON.stringify(typeof item === "object" && item !== null && "channel" in item ? item.channel : item);

function listsOf({ minItems, maxItems, uniqueItems }: Schema, items: fc.Arbitrary<unknown>) {
  const lengths = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) };
  return uniqueItems
    ? fc.uniqueArray(items, { ...lengths, selector: channelOf })
    : fc.array(items, { ...lengths, size: "-1" });
}

function objectsOf(
  { properties, required, additionalProperties, propertyNames, minProperties }: Schema,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const known = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, inner(schema)]));
  const fields = fc.record(known, { requiredKeys: required });
  if (additionalProperties === false) return fields;
  const names = inner({ type: "string", maxLength: 20, ...(propertyNames as object) }).filter(
    (name) => !Object.hasOwn(properties, String(name)) && String(name) !== "__proto__",
  ) as fc.Arbitrary<string>;
  const further = fc.dictionary(names, inner(additionalProperties), { maxKeys: 3, noNullPrototype: true });
  return fc
    .tuple(further, fields)
    .map(([others, own]) => ({ ...others, ...own }))
    .filter((value) => Object.keys(value).length >= minProperties);
}
