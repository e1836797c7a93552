/** What a request of the page asks, held against its schema. */
import * as v from "valibot";

class BadRequest extends Error {
  readonly statusCode = 400;
}

/** Throws an error of status 400 where it does not fit. */
export function check<T extends v.GenericSchema>(schema: T, given: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, given);
  if (parsed.success) return parsed.output;
  throw new BadRequest(v.summarize(parsed.issues));
}
