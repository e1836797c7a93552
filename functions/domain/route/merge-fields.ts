/** Merge fields: `{{profile.firstName}}` becomes the value in the profile, or nothing where it has none. Pure. */
type Fields = Readonly<Record<string, unknown>>;

const field = /\{\{\s*profile\.([A-Za-z][A-Za-z0-9_-]*)\s*\}\}/g;

/** Fills the merge fields of every string in a value, at any depth; everything else stays as it is. */
export function fillMergeFields<Value>(value: Value, profile: Fields): Value;
export function fillMergeFields(value: unknown, profile: Fields): unknown {
  if (typeof value === "string") return value.replace(field, (_, name: string) => scalar(profile, name));
  if (Array.isArray(value)) return value.map((item) => fillMergeFields(item, profile));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fillMergeFields(item, profile)]),
    );
  return value;
}

function scalar(profile: Fields, name: string): string {
  const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
