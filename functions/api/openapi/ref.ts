/** The names of schemas in the API's document, and references to them. */
export const capitalized = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
export const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
