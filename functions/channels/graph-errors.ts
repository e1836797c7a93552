/**
 * What the general errors of Meta's Graph API mean; the tables of WhatsApp and Messenger come before these.
 * https://developers.facebook.com/docs/graph-api/guides/error-handling
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting (80000 to 80014, by kind of account)
 */
import * as v from "valibot";
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
} from "./errors.ts";

const text = v.fallback(v.optional(v.string()), undefined);
/** `"131026"` or `131026`. */
const wholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]),
  v.integer(),
);
/** Reads what it can: a part of an unexpected shape is left out. */
export const graphError = v.object({
  message: v.fallback(v.optional(v.string(), ""), ""),
  code: wholeNumber,
  error_subcode: v.fallback(v.optional(wholeNumber), undefined),
  is_transient: v.fallback(v.optional(v.boolean()), undefined),
  /** An object or, in some answers, only its text. */
  error_data: v.fallback(
    v.optional(
      v.union([
        v.object({ details: text }),
        v.pipe(
          v.string(),
          v.transform((details) => ({ details })),
        ),
      ]),
    ),
    undefined,
  ),
});
export type GraphError = v.InferOutput<typeof graphError>;

/** By code; `code/subcode` takes precedence. */
export type GraphErrors = Readonly<Record<string, Meaning>>;

const common: GraphErrors = {
  "0": means(ChannelMisconfigured), // the access token is no longer valid
  "1": means(ProviderUnavailable),
  "2": means(ProviderUnavailable),
  "3": means(ChannelMisconfigured), // a capability or permission is missing
  "4": means(Throttled, "account"),
  "10": means(ChannelMisconfigured), // permission not granted, or taken away
  "17": means(Throttled, "account"),
  "32": means(Throttled, "identity"), // calls of one page
  "100": means(Rejected),
  "102": means(ChannelMisconfigured),
  "190": means(ChannelMisconfigured),
  "341": means(Throttled, "account"),
  "368": means(ChannelMisconfigured), // blocked for a violation of policy
  "613": means(Throttled, "account"),
  "80006": means(Throttled, "identity"), // calls of one page for Messenger
};
const inRanges: readonly { from: number; to: number; meaning: Meaning }[] = [
  { from: 200, to: 299, meaning: means(ChannelMisconfigured) }, // permissions
  { from: 80_000, to: 80_014, meaning: means(Throttled, "account") },
];

/**
 * What a Graph error means, and its code as the trace shows it. `identity` is the id that the call was made for: an error that
 * names it ("Object with ID '123' does not exist") is about us and not about the customer.
 */
export function meaningOf(
  error: GraphError,
  products: GraphErrors,
  identity: string | undefined,
): { meaning: Meaning; code: string } {
  const { code, error_subcode: subcode } = error;
  const both = `${code}/${subcode}`;
  const shown = subcode === undefined ? `${code}` : both;
  if (namesIdentity(error, identity))
    return { meaning: means(ChannelMisconfigured, "identity"), code: shown };
  const known =
    products[both] ??
    products[code] ??
    common[code] ??
    inRanges.find(({ from, to }) => code >= from && code <= to)?.meaning;
  if (known) return { meaning: known, code: shown };
  // An unknown code: Graph's own flag says whether it is temporary; what it is about is not known.
  return {
    meaning: error.is_transient ? means(ProviderUnavailable) : means(Undeliverable, "request"),
    code: shown,
  };
}

/**
 * 100/33 is a missing object; the text says which one. A recipient whom Messenger does not know is 100/2018001.
 * https://github.com/DiegoRBaquero/node-fb-messenger/issues/15 has both.
 */
function namesIdentity({ code, error_subcode, message }: GraphError, identity: string | undefined): boolean {
  if (identity === undefined || code !== 100 || error_subcode !== 33) return false;
  return message.split(/\D+/).includes(identity);
}
