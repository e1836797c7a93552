/**
 * A line of the file, and the entry made from it: the message or consent with its defaults and an idempotency key, which makes it safe
 * to send again. Pure.
 */
import { createHash } from "node:crypto";
import { faultsInTexts } from "../../../functions/validation/text.ts";

export interface Fault {
  /** As in the API's errors: `to.phoneNumber`; empty for the whole message. */
  path: string;
  code: string;
  message: string;
}

export type Fields = Record<string, unknown>;

/** A line as read: its fields, or why there are none. */
export interface Line {
  number: number;
  /** The position in the file where it ends. */
  endByte: number;
  content: { fields: Fields } | { fault: Fault; row?: readonly string[] };
}

export interface Defaults {
  rules?: string[] | string;
  body?: string;
  defaultCountry?: string;
}

/** A message that can be sent. */
export interface Entry {
  /** Counted from 1; the resume file refers to it. */
  position: number;
  line: number;
  idempotencyKey: string;
  /** As the API accepts it. */
  message: Fields;
  json: string;
}

/** What is written about a message that was not accepted. */
export interface Failure {
  line: number;
  faults: readonly Fault[];
  /** As in the file; absent if the line held no message. */
  fields?: Fields;
  /** The cells of a row that is not a message. */
  row?: readonly string[] | undefined;
}

/** The queue's limit, and far more than the API accepts. */
export const maxMessageBytes = 1024 * 1024;

export function toEntry(
  { number, content }: Line,
  position: number,
  fileName: string,
  defaults: Defaults,
): Entry | Failure {
  if ("fault" in content) return { line: number, faults: [content.fault], row: content.row };
  const { idempotencyKey, _error, ...given } = content.fields;
  const bad = (path: string, code: string, message: string): Failure => ({
    line: number,
    faults: [{ path, code, message }],
    fields: content.fields,
  });
  if (Object.keys(given).length === 0)
    return bad("", "no_message", "has no fields: correct it in the file that it came from");
  const [unsound] = faultsInTexts(given, 1);
  if (unsound !== undefined) return bad(unsound.path, "not_unicode", unsound.message);
  const message = { ...defaults, ...given };
  const json = JSON.stringify(message);
  if (Buffer.byteLength(json) > maxMessageBytes)
    return bad("", "too_long", `is longer than ${maxMessageBytes.toLocaleString("en")} bytes as JSON`);
  if (idempotencyKey === undefined)
    return { position, line: number, idempotencyKey: deriveKey(fileName, number, json), message, json };
  if (typeof idempotencyKey === "string" && /^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
    return { position, line: number, idempotencyKey, message, json };
  return bad("idempotencyKey", "invalid", "must be text of 1 to 255 visible ASCII characters");
}

/** The same line of the same file always gets the same key. */
const deriveKey = (fileName: string, line: number, json: string) =>
  createHash("sha256")
    .update(JSON.stringify([fileName, line, json]))
    .digest("hex");
