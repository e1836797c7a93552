/** Fills in what an answer of the catalogue leaves open. */
import type { SyncAnswer } from "./answer.ts";

/** A number stays one where it is the whole value. */
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

/** What has no value is left as it is within a text; alone, it is left out with its field. */
function fillText(text: string, values: Values): string | number | undefined {
  const [, whole] = /^\{([a-zA-Z]+)\}$/.exec(text) ?? [];
  if (whole !== undefined && whole in values) return values[whole];
  return text.replace(placeholder, (found, name: string) => String(values[name] ?? found));
}

/** The words in braces that a template has. */
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
