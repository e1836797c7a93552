/**
 * A profile of the Omnichannel API may have fields within fields; ours is flat. `address.city` is kept as `address_city`, which no
 * field of theirs can be called, as they may have no `_`. Pure.
 */
import type { Profile } from "../../domain/customer/profile.ts";

type Scalar = string | number | boolean;
const own = new Set(["appDevices"]);

/** Fields whose names begin with `_` are the service's own, and are left out; so is what is null or empty. */
export function flattened(fields: Readonly<Record<string, unknown>>): Record<string, Scalar> {
  const flat: Record<string, Scalar> = {};
  const add = (name: string, value: unknown): void => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      flat[name] = value;
    else if (typeof value === "object" && value !== null)
      for (const [inner, item] of Object.entries(value)) add(`${name}_${inner}`, item);
  };
  for (const [name, value] of Object.entries(fields))
    if (name !== "id" && !name.startsWith("_") && !own.has(name)) add(name, value);
  return flat;
}

/** As it was given: numbers in a path are places in a list. */
export function nested({ appDevices: _, ...flat }: Profile): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const names = path.split("_");
    const last = names.pop() ?? "";
    let at = fields;
    for (const name of names) {
      const inner = at[name];
      at[name] = typeof inner === "object" && inner !== null ? inner : {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return withLists(fields) as Record<string, unknown>;
}

function withLists(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withLists(item)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/** The fields at and below this path. */
export const fieldsAt = (flat: Profile, path: string): string[] => {
  const name = path.replaceAll(".", "_");
  return Object.keys(flat).filter((one) => one === name || one.startsWith(`${name}_`));
};
