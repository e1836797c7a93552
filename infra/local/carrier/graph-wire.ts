/**
 * What Meta's Graph API answers, and the templates that both of its channels take. Used by graph.ts, whats-app.ts and
 * fb-messenger.ts. https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import { randomBytes } from "node:crypto";
import * as v from "valibot";

export interface GraphAnswer {
  status: number;
  body: object;
}
export type GraphResult = GraphAnswer | "drop-connection";

export interface GraphError {
  status: number;
  code: number;
  message: string;
  subcode?: number;
  /** WhatsApp only: what Meta says to branch on, beside the code. */
  details?: string;
}

export const failure = ({ status, code, message, subcode, details }: GraphError): GraphAnswer => ({
  status,
  body: {
    error: {
      message,
      type: "OAuthException",
      code,
      ...(details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } }),
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: `A${randomBytes(10).toString("base64url")}`,
    },
  },
});

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

/** The carrier knows no template's text: the phone shows its name, its language and what was filled in. */
export function showTemplate({ name, language, components = [] }: v.InferOutput<typeof template>): string {
  const parameters = components.flatMap((component) => component.parameters ?? []);
  return [
    `template:${name}(${language.code})`,
    ...parameters.map((parameter) => parameter.text ?? `[${parameter.type}]`),
  ].join(" ");
}

type Issues = [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

/** The first thing that is wrong, as `name: what`, and whether it is that a field is not there. */
export function firstFault([issue]: Issues): { path: string; text: string; missing: boolean } {
  const path = v.getDotPath(issue) ?? "";
  return { path, text: `${path}: ${issue.message}`, missing: issue.received === "undefined" };
}
