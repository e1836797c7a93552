/** What the schemas need so that code generators make the right types of them. Called by schemas.ts. */
import type { JsonSchema } from "@valibot/to-json-schema";
import { type Keywords, takesNull } from "../../validation/json-schema.ts";

/** The schema to use in place of Valibot's; undefined where that stays as it is. */
export function forGenerators(given: { type: string }, schema: JsonSchema): JsonSchema | undefined {
  const { type } = given;
  const isOfRequest = takesNull(given);
  if (type === "object_with_rest") return withTypedRest(schema, isOfRequest);
  // Generators take an object that says nothing about further fields for one that has none.
  if (type === "loose_object") return { ...schema, additionalProperties: {} };
  if (type === "strict_object" && isOfRequest) return withNulls(schema);
  return type === "tuple" ? asArray(schema) : undefined;
}

/**
 * TypeScript checks every field, even a named one, against the type of the further fields, so a list no longer fits where those
 * are strings (https://github.com/openapi-ts/openapi-typescript/issues/1055). Here the further fields may be lists too, and `not`
 * excludes them.
 */
function withTypedRest(schema: JsonSchema, isOfRequest: boolean): JsonSchema {
  const lists = Object.values(schema.properties ?? {}).flatMap((field) =>
    typeof field === "object" && field.type === "array"
      ? [{ type: field.type, items: field.items ?? {} }]
      : [],
  );
  const description = "No further field is a list: this is for the types that generators make.";
  return {
    ...(isOfRequest ? withNulls(schema) : schema),
    additionalProperties: {
      anyOf: [
        schema.additionalProperties ?? {},
        ...(isOfRequest ? [null_] : []),
        ...lists.map((list) => ({ ...list, not: {}, description })),
      ],
    },
  };
}

const null_ = { type: "null" } as const;

/** Optional fields may also be null. */
function withNulls({ properties = {}, ...schema }: JsonSchema): JsonSchema {
  const entries = Object.entries(properties).map(([name, field]) => {
    if (schema.required?.includes(name) || typeof field !== "object" || field.anyOf?.includes(null_))
      return [name, field];
    const { description, default: given, ...type } = field;
    if (Object.keys(type).length === 0) return [name, field];
    const words = { ...(description && { description }), ...(given !== undefined && { default: given }) };
    return [name, { ...words, anyOf: [type, null_] }];
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

/** The tuples here are of one type. Few languages have tuples, and Spectral's rules ask for `items`. */
const asArray = ({ prefixItems = [], ...schema }: JsonSchema): JsonSchema => ({
  ...schema,
  items: prefixItems[0] ?? {},
  maxItems: prefixItems.length,
});

/** @hey-api/openapi-ts drops what stands beside the `allOf` of an array: the schema itself becomes its first entry. */
export function withKeywords(schema: JsonSchema, { allOf = [], ...others }: Keywords): JsonSchema {
  const all = { ...schema, ...others };
  return allOf.length === 0 ? all : { allOf: [all, ...allOf] };
}

/**
 * openapi-typescript takes a field with a `default` for one that is always there, even in a request (https://openapi-ts.dev/cli).
 */
export function withDefaultsInWords(schema: JsonSchema): JsonSchema {
  const read = (_: string, value: unknown): unknown => {
    if (!isSchema(value) || !("default" in value)) return value;
    const { default: given, description = "", ...rest } = value;
    return { ...rest, description: `${description} Default: \`${given}\`.`.trimStart() };
  };
  return JSON.parse(JSON.stringify(schema), read);
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;
