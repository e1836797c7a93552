/** What the schemas need beyond JSON Schema, so that the types that generators make of them are right. Called by schemas.ts. */
import type { JsonSchema } from "@valibot/to-json-schema";
import type { Keywords } from "../../validation/json-schema.ts";
import { ref } from "./ref.ts";

export function forGenerators(type: string, schema: JsonSchema): JsonSchema | undefined {
  if (type === "object_with_rest") return withTypedRest(schema);
  // Where nothing is said of further fields, they make none.
  if (type === "loose_object") return { ...schema, additionalProperties: {} };
  return type === "tuple" ? asArray(schema) : undefined;
}

/**
 * TypeScript holds every field, also a named one, against the type of the further fields: with strings alone `appDevices` fits no
 * more (https://github.com/openapi-ts/openapi-typescript/issues/1055). So lists are named there, and `not` lets none through.
 */
const withTypedRest = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  additionalProperties: {
    anyOf: [
      schema.additionalProperties ?? {},
      {
        type: "array",
        items: ref("AppDevice"),
        not: {},
        description: "Only where a field is named as a list.",
      },
    ],
  },
});

/** Tuples are of one type here; few languages have them, and Spectral wants `items`. */
const asArray = ({ prefixItems = [], ...schema }: JsonSchema): JsonSchema => ({
  ...schema,
  items: prefixItems[0] ?? {},
  maxItems: prefixItems.length,
});

/** Beside an `allOf` of its own @hey-api/openapi-ts forgets what the schema is. */
export function withKeywords(schema: JsonSchema, { allOf = [], ...others }: Keywords): JsonSchema {
  const all = { ...schema, ...others };
  return allOf.length === 0 ? all : { allOf: [all, ...allOf] };
}

/**
 * Defaults in words: openapi-typescript takes a field with a `default` for one that is always there, also in a request
 * (https://openapi-ts.dev/cli#defaultnonnullable).
 */
export function withDefaultsInWords(schema: JsonSchema): JsonSchema {
  const read: (name: string, value: unknown) => unknown = (_, value) => {
    if (!isSchema(value) || !("default" in value)) return value;
    const { default: given, description = "", ...rest } = value;
    return { ...rest, description: `${description} Default: \`${given}\`.`.trimStart() };
  };
  return JSON.parse(JSON.stringify(schema), read);
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;
