/**
 * One POST to Meta's Graph API, for WhatsApp and Messenger: https://developers.facebook.com/docs/graph-api. Meta has no
 * idempotency key, so a call without an answer is `OutcomeUnknown`; a malformed 5xx from a proxy counts as unavailable.
 */
import * as v from "valibot";
import type { Outbound, SenderContext } from "../domain/channel.ts";
import { object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import {
  type ChannelError,
  ChannelMisconfigured,
  fromNetworkError,
  type Meaning,
  means,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  TemplateUnavailable,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "./errors.ts";
import { type GraphError, graphError } from "./graph-errors.ts";
import { parseJson } from "./parse-json.ts";

/** Longer than Meta takes on a slow day, shorter than the function's own time-out. */
const answerTimeoutMs = 10_000;

export const graphSettings = {
  graphApiUrl: "the base URL of Meta's Graph API",
  graphApiVersion: "the version of Meta's Graph API, e.g. v26.0",
} as const;

const errorBody = v.object({ error: graphError });

export interface GraphCall {
  provider: string;
  context: SenderContext;
  /** The path after the version, e.g. `<page id>/messages`. */
  path: string;
  query?: Record<string, string>;
  body: unknown;
  /** The page or phone number that sends. */
  identity: string | undefined;
  /** What Meta's error means, and its code as the trace shows it. */
  meaningOf: (error: GraphError, identity: string | undefined) => { meaning: Meaning; code: string };
}

/**
 * Returns the parsed body of a 200.
 * @throws {ChannelError} otherwise; `Rejected` or `ChannelMisconfigured` where the request could not even be made, so that
 * nothing was sent
 */
export async function postToGraph(call: GraphCall): Promise<unknown> {
  const request = requestOf(call);
  let response: Response;
  let text: string;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(answerTimeoutMs) });
    text = await response.text();
  } catch (error) {
    throw fromNetworkError(error, call.provider);
  }
  const body = parseJson(text);
  if (response.ok) return body;
  throw toChannelError(call, response.status, body);
}

function requestOf({ context: { settings, secrets }, path, query, body, provider }: GraphCall): Request {
  let headers: Headers;
  try {
    const authorization = `Bearer ${secrets.accessToken}`;
    // A new connection each time: one that was open when Lambda froze the function still looks open, and a call on it fails
    // without a sign whether it was received (functions/aws/idle-connections.ts). The handshake is short compared with Meta's
    // answer.
    headers = new Headers({ authorization, "content-type": "application/json", connection: "close" });
  } catch (cause) {
    throw new ChannelMisconfigured("the secret accessToken holds characters that no HTTP header may have", {
      cause,
    });
  }
  try {
    const url = new URL(`${settings.graphApiUrl}/${settings.graphApiVersion}/${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    return new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (cause) {
    throw new Rejected(`the request to ${provider} could not be made: nothing was sent`, { cause });
  }
}

function toChannelError(call: GraphCall, status: number, body: unknown): ChannelError {
  const { provider, identity } = call;
  const parsed = v.safeParse(errorBody, body);
  if (!parsed.success) {
    const options = { code: `HTTP ${status}`, identity };
    if (status === 504)
      return new OutcomeUnknown(`${provider} timed out: sent or not, nobody knows`, options);
    if (status === 429)
      return new Throttled(`${provider} says that it is too much`, { ...options, speaksOf: "account" });
    if (status >= 500) return new ProviderUnavailable(`${provider} is unavailable`, options);
    return new Undeliverable(`${provider} refused without saying why`, { ...options, speaksOf: "request" });
  }
  const { error } = parsed.output;
  const { meaning, code } = call.meaningOf(error, identity);
  const details = error.error_data?.details;
  const { Kind, speaksOf } =
    meaning.Kind === Undeliverable && meaning.speaksOf === "request"
      ? (unknownCode(status) ?? meaning)
      : meaning;
  return new Kind(details ? `${error.message} (${details})` : error.message, { code, speaksOf, identity });
}

/** The meaning of an unknown code, by the HTTP status. */
function unknownCode(status: number): Meaning | undefined {
  if (status === 429) return means(Throttled, "account");
  return status >= 500 && status !== 504 ? means(ProviderUnavailable) : undefined;
}

/** A template as in the request; `components` go to Meta unchanged. */
export const templateOption = v.pipe(
  object(
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
  ),
  v.description(
    "A template that Meta has approved: sent where free text is not taken, or where the message has no body.",
  ),
);
type Template = v.InferOutput<typeof templateOption>;

const templatePayload = ({ name, language, components }: Template) => ({
  name,
  language: { code: language },
  ...(components === undefined ? {} : { components }),
});

const withTemplate = v.object({ template: templateOption });
/** The template in a message's options, by name and language: Meta pauses each language separately. */
export function templateIn(options: Record<string, unknown>): string | undefined {
  const parsed = v.safeParse(withTemplate, options);
  return parsed.success ? `${parsed.output.template.name} ${parsed.output.template.language}` : undefined;
}

/** Where Meta fetches media from. */
export const mediaUrl = v.pipe(
  v.string(),
  v.maxLength(2048, "must have at most 2,048 characters"),
  v.regex(/^https?:\/\/./, "must begin with https:// or http://"),
  v.examples(["https://shop.example/order-1234.jpg"]),
);

/**
 * Sends the planned form. Where Meta refuses free text at once because its 24-hour window is closed (so nothing was sent), sends
 * the request's template. Without a body and a file, sends the template alone.
 */
export async function sendTextOrTemplate<Sent>(
  { body, form, unusable, hasFile }: Pick<Outbound, "body" | "form" | "unusable"> & { hasFile: boolean },
  template: Template | undefined,
  send: { text: (body: string) => Promise<Sent>; template: (payload: object) => Promise<Sent> },
): Promise<Sent> {
  const sendTemplate = async (given: Template) => {
    if (unusable?.template)
      throw new TemplateUnavailable(
        `the template ${given.name} was refused a short while ago: nothing was sent`,
        {
          code: "CircuitOpen",
        },
      );
    return send.template(templatePayload(given));
  };
  const free = body ?? (hasFile ? "" : undefined);
  if (free === undefined || (form === "template" && template !== undefined)) {
    if (template === undefined) throw new Rejected("neither a body nor a template to send");
    return sendTemplate(template);
  }
  try {
    return await send.text(free);
  } catch (error) {
    if (template === undefined || !(error instanceof WindowClosed)) throw error;
    return sendTemplate(template);
  }
}
