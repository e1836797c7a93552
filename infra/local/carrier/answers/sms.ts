/**
 * What Amazon SNS answers to an SMS. Of a phone number it says at once only whether it is valid; the rest is in the delivery
 * log, sometimes hours later.
 */
import type { Answer, LaterAnswer, Subject } from "./answer.ts";
import { invalid } from "./sns.ts";

const logs = "https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html";
const quota = "https://github.com/mozilla/fxa-auth-server/issues/2243";
const rateAlarm = "https://github.com/cds-snc/notification-terraform/pull/274";
const optedOut = "https://github.com/GSA/notifications-admin/issues/935";
const seen = "https://github.com/aws-amplify/aws-sdk-android/issues/1123";

/** The fields that SNS's log lacks for a message that it did not pass to a carrier. */
const unsent: LaterAnswer["without"] = [
  "phoneCarrier",
  "mnc",
  "mcc",
  "numberOfMessageParts",
  "priceInUSD",
  "dwellTimeMsUntilDeviceAck",
];

interface Failure {
  name: string;
  text: string;
  about: Subject;
  what: string;
  source?: string;
  fields?: object;
  without?: LaterAnswer["without"];
}

const failures: readonly Failure[] = [
  {
    name: "spam",
    text: "Blocked as spam by phone carrier",
    about: "request",
    what: "The carrier considers it spam",
  },
  {
    name: "destination-blocked",
    text: "Destination is on a blocked list",
    about: "customer",
    what: "The number is on a blocked list",
  },
  {
    name: "destination-blacklisted",
    text: "Destination is blacklisted",
    about: "customer",
    what: "The number is on a blocked list, in the older words",
    source:
      "https://github.com/awsdocs/amazon-sns-developer-guide/blob/master/doc_source/sms_stats_cloudwatch.md",
  },
  {
    name: "invalid-number",
    text: "Invalid phone number",
    about: "customer",
    what: "There is no such number",
  },
  {
    name: "invalid-body",
    text: "Message body is invalid",
    about: "request",
    what: "The carrier refuses the text",
    source: seen,
    fields: { phoneCarrier: "Airtel", mnc: 31, mcc: 404, dwellTimeMsUntilDeviceAck: 14_401_459 },
  },
  {
    name: "carrier-blocked",
    text: "Phone carrier has blocked this message",
    about: "request",
    what: "The carrier blocks the message",
  },
  {
    name: "carrier-unreachable",
    text: "Phone carrier is currently unreachable/unavailable",
    about: "customer",
    what: "The carrier cannot be reached for the moment",
  },
  {
    name: "phone-blocked-sms",
    text: "Phone has blocked SMS",
    about: "customer",
    what: "The phone blocks SMS",
  },
  {
    name: "phone-blocked",
    text: "Phone is on a blocked list",
    about: "customer",
    what: "The phone is on a blocked list",
  },
  {
    name: "phone-blacklisted",
    text: "Phone is blacklisted",
    about: "customer",
    what: "The phone is on a blocked list, in the older words",
    source: "https://github.com/aws/aws-sdk-js/issues/3133",
  },
  {
    name: "phone-unreachable",
    text: "Phone is currently unreachable/unavailable",
    about: "customer",
    what: "The phone is off or out of range",
  },
  {
    name: "opted-out",
    text: "Phone number is opted out",
    about: "customer",
    what: "The customer answered STOP",
    source: "https://github.com/cds-snc/notification-api/pull/2207",
  },
  {
    name: "opted-out-with-number",
    text: "{phoneNumber} is opted out",
    about: "customer",
    what: "The customer answered STOP; the text names the number",
    source: optedOut,
    without: unsent,
  },
  {
    name: "max-price",
    text: "This delivery would exceed max price",
    about: "request",
    what: "It would cost more than the price that was set for it",
    source: "https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html",
  },
  {
    name: "unknown-error",
    text: "Unknown error attempting to reach phone",
    about: "customer",
    what: "The phone could not be reached for an unknown reason",
  },
  {
    name: "no-quota",
    text: "No quota left for account",
    about: "account",
    what: "The account's spending limit for the month is used up",
    source: quota,
    without: unsent,
  },
  {
    name: "no-origination",
    text: "No origination entities available to send",
    about: "account",
    what: "The account has no number or sender id for this country",
    source: "https://docs.aws.amazon.com/sns/latest/dg/channels-sms-originating-identities.html",
    without: unsent,
  },
  {
    name: "rate-exceeded",
    text: "Rate exceeded.",
    about: "identity",
    what: "Our number sends more a second than carriers take from it",
    source: rateAlarm,
    without: unsent,
  },
  {
    name: "new-text",
    text: "A reason that no list has",
    about: "request",
    what: "A reason that no list has",
  },
];

const success = (name: string, what: string, fields: object, without?: LaterAnswer["without"]): Answer => ({
  name: `sms-log-${name}`,
  what,
  about: "customer",
  source: logs,
  later: { outcome: "delivered", fields, ...(without === undefined ? {} : { without }) },
});

export const smsAnswers: readonly Answer[] = [
  {
    name: "sms-InvalidParameter-PhoneNumber",
    what: "The number is not valid, or this region sends no SMS",
    about: "customer",
    source:
      "https://github.com/localstack/localstack/blob/master/localstack-core/localstack/services/sns/provider.py",
    sync: invalid("PhoneNumber Reason: {phoneNumber} is not valid to publish to"),
  },
  {
    name: "sms-InvalidParameter-empty",
    what: "The message is empty",
    about: "request",
    source:
      "https://github.com/localstack/localstack/blob/master/localstack-core/localstack/services/sns/provider.py",
    sync: invalid("Empty message"),
  },
  ...failures.map(
    ({ name, text, about, what, source = logs, fields = {}, without }): Answer => ({
      name: `sms-log-${name}`,
      what,
      about,
      source,
      later: {
        outcome: "failed",
        fields: { ...fields, providerResponse: text },
        ...(without === undefined ? {} : { without }),
      },
    }),
  ),
  {
    name: "sms-log-null-device-ack",
    what: "A failure whose dwellTimeMsUntilDeviceAck is null",
    about: "customer",
    source: logs,
    later: {
      outcome: "failed",
      fields: {
        providerResponse: "Unknown error attempting to reach phone",
        dwellTimeMsUntilDeviceAck: null,
        priceInUSD: null,
      },
    },
  },
  success("carrier-accepted", "The carrier accepted it; the phone sent no acknowledgement", {
    providerResponse: "Message has been accepted by phone carrier",
  }),
  success("delivered", "A success without carrier and network", { providerResponse: "Delivered" }, [
    "phoneCarrier",
    "mnc",
    "mcc",
  ]),
  success("old-record", "A success as in old records, without the number of parts", {}, [
    "numberOfMessageParts",
  ]),
  success("unpriced", "A success without a price or the phone's answer", {}, [
    "priceInUSD",
    "dwellTimeMsUntilDeviceAck",
  ]),
];
