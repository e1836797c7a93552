/** Validates a request of the page. */
import * as v from "valibot";

class BadRequest extends Error {
  readonly statusCode = 400;
}

/** @throws an error of status 400 if it does not fit the schema */
export function check<T extends v.GenericSchema>(schema: T, given: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, given);
  if (parsed.success) return parsed.output;
  throw new BadRequest(v.summarize(parsed.issues));
}
