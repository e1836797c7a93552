/**
 * How Meta's Graph API refuses an invalid request, and the templates of both its channels. Used by graph.ts, whats-app.ts and
 * fb-messenger.ts. https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import * as v from "valibot";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { syncAnswer } from "./answers/index.ts";

export type GraphResult = ProviderAnswer | "drop-connection";

const errorBody = v.object({ error: v.record(v.string(), v.unknown()) });

/** An answer of the catalogue with a text about this request. */
export function refusal(name: string, words: { message?: string; details?: string } = {}): ProviderAnswer {
  const { status, body } = syncAnswer(name);
  const { error } = v.parse(errorBody, body);
  const { message = error.message, details } = words;
  const data = details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } };
  return toHttp({ status, body: { error: { ...error, message, ...data } } }, {});
}

/** Meta counts characters, not UTF-16 units. */
export const text = (most: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.check((value) => [...value].length <= most, `must be at most ${most} characters long`),
  );

export const template = v.looseObject({
  name: v.pipe(v.string(), v.minLength(1)),
  language: v.looseObject({ code: v.pipe(v.string(), v.minLength(1)) }),
  components: v.optional(
    v.array(
      v.looseObject({
        type: v.string(),
        parameters: v.optional(v.array(v.looseObject({ type: v.string(), text: v.optional(v.string()) }))),
      }),
    ),
  ),
});

/** The carrier does not know the templates' texts: the phone shows name, language and values. */
export function showTemplate({ name, language, components = [] }: v.InferOutput<typeof template>): string {
  const parameters = components.flatMap((component) => component.parameters ?? []);
  return [
    `template:${name}(${language.code})`,
    ...parameters.map((parameter) => parameter.text ?? `[${parameter.type}]`),
  ].join(" ");
}

type Issues = [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

/** The first fault, as `name: what`, and whether it is a missing field. */
export function firstFault([issue]: Issues): { text: string; missing: boolean } {
  const path = v.getDotPath(issue) ?? "";
  return { text: `${path}: ${issue.message}`, missing: issue.received === "undefined" };
}
