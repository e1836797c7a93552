/**
 * What WhatsApp's error codes mean; the same code comes as an answer, by webhook, or both. Meta says to branch on the code
 * alone, as its subcodes are deprecated.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  NotRegistered,
  ProviderUnavailable,
  Rejected,
  TemplateUnavailable,
  Throttled,
  Undeliverable,
  WindowClosed,
} from "./errors.ts";
import { type GraphError, type GraphErrors, meaningOf } from "./graph-errors.ts";

const whatsAppErrors: GraphErrors = {
  "33": means(ChannelMisconfigured, "identity"), // the business's number was deleted
  "80007": means(Throttled, "account"),
  "130403": means(Undeliverable), // the business has blocked this customer
  "130429": means(Throttled),
  "130472": means(Undeliverable), // the customer is part of one of Meta's experiments
  "130497": means(Undeliverable), // not to this customer's country
  "131000": means(ProviderUnavailable),
  "131005": means(ChannelMisconfigured),
  "131008": means(Rejected),
  "131009": means(Rejected),
  "131016": means(ProviderUnavailable),
  "131021": means(Undeliverable), // the customer's number is our own
  "131026": means(NotRegistered),
  // A test number, to a customer who is not on its list; not documented, but seen in answers.
  "131030": means(Undeliverable),
  "131031": means(ChannelMisconfigured),
  "131037": means(ChannelMisconfigured, "identity"), // the number has no approved display name
  "131042": means(ChannelMisconfigured), // payment
  "131045": means(ChannelMisconfigured, "identity"), // the number's registration
  "131047": means(WindowClosed),
  "131048": means(ChannelMisconfigured, "identity"), // too much of the number was marked as spam
  "131049": means(Undeliverable), // too much marketing for this customer
  "131050": means(Undeliverable), // the customer stopped our marketing
  "131051": means(Rejected),
  "131053": means(Rejected),
  "131056": means(Throttled, "customer"), // too many from us to this one customer
  "131057": means(ProviderUnavailable, "identity"), // maintenance of the number, about a minute
  "131062": means(Rejected),
  "131063": means(TemplateUnavailable), // no marketing templates for this account; others still work
  "131064": means(ChannelMisconfigured),
  "132000": means(Rejected),
  "132001": means(Rejected, "template"),
  "132005": means(Rejected),
  "132007": means(Rejected, "template"),
  "132012": means(Rejected),
  "132015": means(TemplateUnavailable), // paused, for low quality
  "132016": means(TemplateUnavailable), // disabled, for low quality
  "133004": means(ProviderUnavailable),
  "133010": means(ChannelMisconfigured, "identity"), // our number is not registered
  "134011": means(ChannelMisconfigured),
  "135000": means(Rejected),
};

/** `identity`: the id of our phone number. */
export function whatsAppMeaning(error: GraphError, identity?: string): { meaning: Meaning; code: string } {
  const { meaning } = meaningOf(error, whatsAppErrors, identity);
  const found = { meaning, code: `${error.code}` };
  const details = error.error_data?.details ?? "";
  return error.code === 131009 && /recipient|phone number/i.test(details)
    ? { ...found, meaning: means(Undeliverable) }
    : found;
}
