/** One thing wrong with a value: what a sender's mistake looks like. The place and the mistake are chosen by fast-check. */
import fc from "fast-check";

interface Mutation {
  mistake: string;
  /** Where, as a share of all places. */
  at: number;
}

/** Each makes another value of one, given as JSON text, so that any text may stand there. */
const replacements: Readonly<Record<string, string>> = {
  "null in its place": "null",
  "a string in its place": '"text"',
  "an empty string": '""',
  "a number in its place": "1",
  "a fraction": "0.5",
  "a negative number": "-1",
  "a huge number": "1e400",
  "a number too large for DynamoDB": "1e300",
  "a number too small for DynamoDB": "1e-300",
  "a boolean in its place": "true",
  "an empty array": "[]",
  "an empty object": "{}",
  "an array around nothing": "[null]",
  "a long string": JSON.stringify("x".repeat(20_000)),
  "a string of control characters": '"\\u0000\\u0001\\n\\u007f"',
  "half a surrogate pair": '"\\ud800"',
  "an unknown field": '{"unknown":1}',
  "a prototype": '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
};
const additions: Readonly<Record<string, string>> = {
  "one more field": '"oneMore":1',
  "a field __proto__": '"__proto__":{"isAdmin":true}',
  "a field constructor": '"constructor":"x"',
  "a field with a strange name": '"a.b[0] \\u0000$ref":"x"',
  "an empty name": '"":"x"',
};
const removal = "without it";

export const mistakes = fc.record({
  mistake: fc.constantFrom(removal, ...Object.keys(replacements), ...Object.keys(additions)),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

/** The JSON text of the value with this one mistake. */
export function mutate(value: unknown, { mistake, at }: Mutation): string {
  const isAddition = Object.hasOwn(additions, mistake);
  const places = countPlaces(value, isAddition);
  const chosen = Math.floor(at * places);
  let place = 0;
  const write = (node: unknown): string | undefined => {
    const isObject = typeof node === "object" && node !== null && !Array.isArray(node);
    const isHere = (!isAddition || isObject) && place++ === chosen;
    if (isHere && !isAddition) return mistake === removal ? undefined : replacements[mistake];
    if (Array.isArray(node))
      return `[${node
        .map(write)
        .filter((item) => item !== undefined)
        .join()}]`;
    if (!isObject) return JSON.stringify(node);
    const fields = Object.entries(node).flatMap(([name, item]) => {
      const text = write(item);
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
    });
    return `{${[...fields, ...(isHere ? [additions[mistake]] : [])].join()}}`;
  };
  return write(value) ?? "";
}

function countPlaces(value: unknown, objectsAlone: boolean): number {
  if (typeof value !== "object" || value === null) return objectsAlone ? 0 : 1;
  const own = objectsAlone && Array.isArray(value) ? 0 : 1;
  return Object.values(value).reduce((sum: number, item) => sum + countPlaces(item, objectsAlone), own);
}
