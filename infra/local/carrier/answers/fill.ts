/** Fills in the placeholders of a catalogue answer. */
import type { SyncAnswer } from "./answer.ts";

/** A number that is the whole value stays a number. */
export type Values = Readonly<Record<string, string | number | undefined>>;

/** An answer as it goes out over HTTP. */
export interface ProviderAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

const placeholder = /\{([a-zA-Z]+)\}/g;

export function fill<T>(template: T, values: Values): T;
export function fill(template: unknown, values: Values): unknown {
  if (typeof template === "string") return fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (typeof template !== "object" || template === null) return template;
  const filled = Object.entries(template).map(([name, value]) => [name, fill(value, values)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

/** Within a text, a placeholder without a value stays; a field that is nothing else is removed. */
function fillText(text: string, values: Values): string | number | undefined {
  const [, whole] = /^\{([a-zA-Z]+)\}$/.exec(text) ?? [];
  if (whole !== undefined && whole in values) return values[whole];
  return text.replace(placeholder, (found, name: string) => String(values[name] ?? found));
}

/** The placeholders of a template. */
export const placeholdersIn = (template: unknown): string[] =>
  [...JSON.stringify(template).matchAll(placeholder)].map(([, name = ""]) => name);

export function toHttp({ status, headers = {}, body }: SyncAnswer, values: Values): ProviderAnswer {
  const filled = fill(body, values);
  const isText = typeof filled === "string";
  return {
    status,
    headers: {
      "content-type": isText ? "text/html; charset=utf-8" : "application/json; charset=UTF-8",
      ...fill(headers, values),
    },
    body: isText ? filled : JSON.stringify(filled),
  };
}
