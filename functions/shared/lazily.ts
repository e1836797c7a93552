/**
 * Makes a value at its first use and keeps it, so that a handler reads its environment when it is called, not when it is
 * imported.
 */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
