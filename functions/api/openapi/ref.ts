/** How schemas are named in the API's document, and referred to. */
export const capitalized = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
export const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
