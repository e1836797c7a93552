/** A sender's JSON, within what DynamoDB can store: 400 KB per item, and a range of numbers. */
import * as v from "valibot";
import { inJsonSchema, reservedNames } from "./json-schema.ts";

const { MAX_SAFE_INTEGER: max, MIN_SAFE_INTEGER: min } = Number;
/** Integers up to which JavaScript is exact, and fractions that DynamoDB stores. */
const isStorable = (number: number) =>
  number === 0 || (Math.abs(number) >= 1e-130 && number >= min && number <= max);
const storableMessage = `numbers must be 0, or between 1e-130 and ${max} in size`;

export const storableNumber = v.pipe(
  v.number(),
  inJsonSchema(v.check(isStorable, storableMessage), { minimum: min, maximum: max }),
);

const hasStorableNumbers = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).every(hasStorableNumbers)
    : typeof value !== "number" || isStorable(value);

const reservedNamesMessage = `fields at any depth must not be named ${reservedNames.join(", ")}`;
/** The DynamoDB client mistakes an object with a field `constructor` for an instance of a class. */
const hasAllowedNames = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  (!reservedNames.some((name) => Object.hasOwn(value, name)) && Object.values(value).every(hasAllowedNames));

/** Checks that the value can be stored, and has at most this many characters as JSON. */
export const storedJson = <Value extends object>(characters: number) =>
  inJsonSchema(
    v.rawCheck<Value>(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      if (JSON.stringify(dataset.value).length > characters)
        addIssue({ message: `must have at most ${characters.toLocaleString("en")} characters as JSON` });
      else if (!hasStorableNumbers(dataset.value)) addIssue({ message: storableMessage });
      else if (!hasAllowedNames(dataset.value)) addIssue({ message: reservedNamesMessage });
    }),
    {},
  );
