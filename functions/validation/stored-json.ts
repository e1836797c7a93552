/** A sender's own JSON, within what DynamoDB can keep of it: 400 KB an item, and numbers of a size. */
import * as v from "valibot";
import { inJsonSchema, reservedNames } from "./json-schema.ts";

const { MAX_SAFE_INTEGER: largest, MIN_SAFE_INTEGER: least } = Number;
/** What JavaScript counts exactly, and DynamoDB keeps. */
const isStorable = (number: number) =>
  number === 0 || (Math.abs(number) >= 1e-130 && number >= least && number <= largest);
const storable = `numbers must be 0, or between 1e-130 and ${largest} in size`;

export const storableNumber = v.pipe(
  v.number(),
  inJsonSchema(v.check(isStorable, storable), { minimum: least, maximum: largest }),
);

const holdsStorableNumbers = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).every(holdsStorableNumbers)
    : typeof value !== "number" || isStorable(value);

const ownNames = `fields at any depth must not be named ${reservedNames.join(", ")}`;
/** The DynamoDB client takes an object with a `constructor` of its own for an instance of some class. */
const holdsOwnNames = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  (!reservedNames.some((name) => Object.hasOwn(value, name)) && Object.values(value).every(holdsOwnNames));

/** At most so many characters as JSON. */
export const storedJson = <Value extends object>(characters: number) =>
  inJsonSchema(
    v.rawCheck<Value>(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      if (JSON.stringify(dataset.value).length > characters)
        addIssue({ message: `must have at most ${characters.toLocaleString("en")} characters as JSON` });
      else if (!holdsStorableNumbers(dataset.value)) addIssue({ message: storable });
      else if (!holdsOwnNames(dataset.value)) addIssue({ message: ownNames });
    }),
    {},
  );
