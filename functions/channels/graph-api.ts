/**
 * One POST to Meta's Graph API, for WhatsApp and Messenger: https://developers.facebook.com/docs/graph-api. Meta has no
 * idempotency key, so a call without an answer is `OutcomeUnknown`; a malformed 5xx from a proxy counts as unavailable.
 */
import * as v from "valibot";
import type { SenderContext } from "../domain/channel.ts";
import { object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import {
  type ChannelError,
  type ErrorClass,
  fromNetworkError,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Undeliverable,
  WindowClosed,
} from "./errors.ts";

/** Longer than Meta takes on a slow day, shorter than the function's own time-out. */
const answerTimeoutMs = 10_000;

export const graphSettings = {
  graphApiUrl: "the base URL of Meta's Graph API",
  graphApiVersion: "the version of Meta's Graph API, e.g. v26.0",
} as const;

export const webhookSecrets = {
  appSecret: "the Meta app's secret: it signs the webhooks; while it is replaced `new,old`",
  verifyToken: "a random text of your own, which Meta sends when the webhook is set up",
} as const;

const errorBody = v.object({
  error: v.object({
    message: v.optional(v.string(), ""),
    code: v.number(),
    error_subcode: v.optional(v.number()),
    error_data: v.optional(v.object({ details: v.optional(v.string()) })),
  }),
});
export type GraphError = v.InferOutput<typeof errorBody>["error"];

export interface GraphCall {
  provider: string;
  context: SenderContext;
  /** The path under the version, e.g. `<page id>/messages`. */
  path: string;
  query?: Record<string, string>;
  body: unknown;
  /** The error class of what Meta answered, and its code as the trace shall show it. */
  classify: (error: GraphError) => { Kind: ErrorClass; code: string };
}

/** Answers the parsed body of a 200; throws a `ChannelError` otherwise. */
export async function postToGraph(call: GraphCall): Promise<unknown> {
  const { settings, secrets } = call.context;
  const url = new URL(`${settings.graphApiUrl}/${settings.graphApiVersion}/${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify(call.body),
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw fromNetworkError(error, call.provider);
  }
  const body = parseJson(text);
  if (response.ok) return body;
  throw toChannelError(call, response.status, body);
}

function toChannelError(call: GraphCall, status: number, body: unknown): ChannelError {
  const parsed = v.safeParse(errorBody, body);
  if (!parsed.success) {
    const code = `HTTP ${status}`;
    if (status === 504)
      return new OutcomeUnknown(`${call.provider} timed out: sent or not, nobody knows`, { code });
    if (status >= 500) return new ProviderUnavailable(`${call.provider} is unavailable`, { code });
    return new Undeliverable(`${call.provider} refused without saying why`, { code });
  }
  const { error } = parsed.output;
  const { Kind, code } = call.classify(error);
  const details = error.error_data?.details;
  return new Kind(details ? `${error.message} (${details})` : error.message, { code });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A template as a request brings it; `components` go to Meta as they are. */
export const templateOption = object(
  v.pipe(
    v.strictObject({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
      language: v.pipe(v.string(), v.minLength(2), v.maxLength(15), v.examples(["en", "pt_BR"])),
      components: v.optional(
        v.pipe(
          v.array(object(v.record(v.string(), v.unknown()))),
          storedJson<Record<string, unknown>[]>(16_384),
          v.description("The template's parameters, as Meta takes them: at most 16,384 characters as JSON."),
        ),
      ),
    }),
    v.description(
      "A template that Meta has approved: sent where free text is not taken, or where the message has no body.",
    ),
  ),
);
type Template = v.InferOutput<typeof templateOption>;

const templatePayload = ({ name, language, components }: Template) => ({
  name,
  language: { code: language },
  ...(components === undefined ? {} : { components }),
});

/**
 * Free text first; where Meta's 24-hour window is closed (clearly refused, so nothing went out), the template that the
 * request brings. Without a body, the template alone.
 */
export async function sendTextOrTemplate<Sent>(
  body: string | undefined,
  template: Template | undefined,
  send: { text: (body: string) => Promise<Sent>; template: (payload: object) => Promise<Sent> },
): Promise<Sent> {
  const payload = template && templatePayload(template);
  if (body === undefined) {
    if (payload === undefined) throw new Rejected("neither a body nor a template to send");
    return send.template(payload);
  }
  try {
    return await send.text(body);
  } catch (error) {
    if (payload === undefined || !(error instanceof WindowClosed)) throw error;
    return send.template(payload);
  }
}
