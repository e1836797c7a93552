/**
 * The meaning of a CSV's columns: the header names paths into the message or consent (`to.phoneNumber`, `customBody.sms`); empty cells
 * are omitted. Pure.
 */
import { channelById } from "../../../functions/channels/registry.ts";
import { UsageError } from "../command-line.ts";
import type { Fields, Line } from "./message.ts";

/** The fields that a cell holds as text, and those that a path leads into. */
export interface FileFields {
  of: "message" | "consent";
  text: readonly string[];
  object: readonly string[];
}

export const messageFields: FileFields = {
  of: "message",
  text: [
    "body",
    "title",
    "rules",
    /** As JSON. */
    "media",
    "buttons",
    "mustHave",
    "category",
    "defaultCountry",
    "expiresOn",
    "maxCost",
    "quietHours",
    "reference",
    "requireOptIn",
    /** As an instant; a customer's own time is for NDJSON. */
    "sendAt",
  ],
  object: ["to", "customBody", "channelOptions", "metadata"],
};

export const consentFields: FileFields = {
  of: "consent",
  text: ["channel", "state", "source", "at"],
  object: ["to"],
};

export interface Column {
  name: string;
  path: string[];
}

export function readHeader(cells: readonly string[], fields: FileFields): Column[] {
  const columns = cells.map((cell) => {
    const name = cell.trim();
    return { name, path: name.split(".") };
  });
  for (const [index, column] of columns.entries()) {
    const fault = faultIn(column, columns.slice(0, index), fields);
    if (fault !== undefined)
      throw new UsageError(
        `column ${index + 1} of the CSV's header, "${column.name}", ${fault}. A header names, separated by commas, semicolons or tabs: ` +
          `${fields.text.join(", ")}, idempotencyKey, or a path into ${fields.object.join(", ")}: to.phoneNumber`,
      );
  }
  return columns;
}

function faultIn({ name, path }: Column, before: readonly Column[], fields: FileFields): string | undefined {
  const [field = "", ...rest] = path;
  const known = fields.object.includes(field)
    ? rest.length > 0 && rest.every(isName)
    : rest.length === 0 && [...fields.text, "idempotencyKey"].includes(field);
  if (!known) return `is no field of a ${fields.of}`;
  const clash = before.find(
    (other) => other.name === name || other.name.startsWith(`${name}.`) || name.startsWith(`${other.name}.`),
  );
  return clash && `is used twice, or conflicts with the earlier column "${clash.name}"`;
}

/** A name with a semicolon or tab is a whole header with another delimiter. */
const isName = (part: string) => part !== "" && part !== "__proto__" && !/[;\t]/.test(part);

/** Spreadsheets may write empty columns at the end. */
export const withoutTrailingEmpty = (cells: readonly string[]): readonly string[] =>
  cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== "") + 1);

export function toFields(columns: readonly Column[], cells: readonly string[]): Line["content"] {
  const fault = (path: string, code: string, message: string) => ({
    fault: { path, code, message },
    row: cells,
  });
  const count = Math.min(cells.length, Math.max(columns.length, withoutTrailingEmpty(cells).length));
  if (count !== columns.length)
    return fault("", "columns", `has ${count} cells, the header ${columns.length}`);
  const fields: Fields = {};
  for (const [index, { name, path }] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (cell.includes("\uFFFD"))
      return fault(name, "not_utf8", "is not UTF-8: save the file as UTF-8 (in Excel: CSV UTF-8)");
    if (cell !== "") put(fields, path, cellValue(name, cell));
  }
  return { fields };
}

function cellValue(name: string, cell: string): unknown {
  if (name === "rules") return readRules(cell);
  if (name === "mustHave") return cell.split(/[\s|]+/).filter((part) => part !== "");
  if (name === "media" || name === "buttons") return asJson(cell);
  if (name === "requireOptIn" && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === "true";
  return cell;
}

/** What is no JSON is refused where the message is checked. */
function asJson(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** `fbMessenger sms` or `fbMessenger|sms`; a single word that is not a channel is the name of a rule set. */
export function readRules(text: string): string[] | string {
  const words = text.split(/[\s|]+/).filter((rule) => rule !== "");
  const [name, ...more] = words;
  return name !== undefined && more.length === 0 && !channelById.has(name) ? name : words;
}

function put(fields: Fields, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    fields[key] = value;
    return;
  }
  const inner = Object.hasOwn(fields, key) ? (fields[key] as Fields) : {};
  fields[key] = inner;
  put(inner, rest, value);
}
