/** What is wrong with a request: the entries of `errors` in an answer of the API. */
import { skipCodes } from "./message/message.ts";

/** What is wrong, for programs: part of the API. Where no channel can be used, the code with which each was skipped. */
export const faultCodes = [
  "not_json",
  "not_unicode",
  "wrong_encoding",
  "too_deep",
  "too_many_values",
  "missing",
  "unknown_field",
  "wrong_type",
  "invalid",
  "too_short",
  "too_long",
  "too_small",
  "too_large",
  "past",
  "future",
  "no_merge_field",
  "blank",
  "unicode_not_allowed",
  "nothing_to_send",
  "unknown_rules",
  "country_not_allowed",
  "not_a_test_address",
  "reused",
  "rate_limited",
  "scope_missing",
  "not_finished",
  "not_failed",
  "redacted",
  "repeated",
  "unsafe_address",
  "failed",
  "more",
  ...skipCodes,
] as const;

export interface Fault {
  /** The field, e.g. `rules[1].fallbackAfter`; empty for the request as a whole. */
  path: string;
  code: (typeof faultCodes)[number];
  message: string;
}
