/**
 * What Messenger's errors mean: code and subcode together, the more specific first.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
 */
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  NotRegistered,
  OutcomeUnknown,
  ProviderUnavailable,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "./errors.ts";
import { type GraphError, type GraphErrors, meaningOf } from "./graph-errors.ts";

const messengerErrors: GraphErrors = {
  "1/99": means(ProviderUnavailable),
  // Meta says that such messages were sent although the endpoint answers with an error.
  "1/1357046": means(OutcomeUnknown),
  "4/2018022": means(Throttled, "account"),
  "10/2018278": means(WindowClosed),
  "10/2534022": means(WindowClosed),
  "10/2018065": means(WindowClosed),
  "10/2018108": means(Undeliverable),
  "10/1893063": means(ChannelMisconfigured, "identity"), // the page may not send for a while
  "10/1893015": means(Undeliverable), // the customer stopped this topic
  // Another app has control of the conversation until the customer writes again: a retry now would not help.
  "10/2018300": means(Undeliverable),
  "2018300": means(Undeliverable),
  "2018321": means(Undeliverable),
  "100/2018001": means(NotRegistered),
  "100/2018164": means(ChannelMisconfigured),
  "200/1545041": means(Undeliverable),
  "200/2018021": means(ChannelMisconfigured, "identity"), // the page has not paid for matching phone numbers
  "551": means(Undeliverable),
  "551/1545041": means(Undeliverable),
  "613/2018338": means(Undeliverable), // too much of one kind to this customer
  "1200": means(ProviderUnavailable),
  "2022": means(ChannelMisconfigured, "identity"),
  "2018022": means(Throttled, "account"),
};

/** `identity`: the id of our page. */
export function messengerMeaning(error: GraphError, identity?: string): { meaning: Meaning; code: string } {
  const found = meaningOf(error, messengerErrors, identity);
  return error.code === 100 && /appsecret_proof/i.test(error.message)
    ? { ...found, meaning: means(ChannelMisconfigured) }
    : found;
}
