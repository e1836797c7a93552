/**
 * The faults common to all channels, each as the catalogue's answer of its provider. Used by phones.ts. A fault that a
 * channel lacks cannot happen there: SMS has no window.
 */
import type { Provider } from "./answers/answer.ts";
import type { By, Channel } from "./sends.ts";

export const faults = ["throttled", "unavailable", "rejected", "lost-answer", "fails-later"] as const;
export type Fault = (typeof faults)[number];

/** The faults, and the states of a phone in which its provider refuses messages. A lost response has no text. */
export type WordedFault = Fault | "not-registered" | "window-closed";

type Names = Readonly<Partial<Record<WordedFault, string>>>;

const ofPush = (channel: "appMessaging" | "nativePush") => ({
  throttled: `${channel}-Throttling`,
  unavailable: `${channel}-ServiceUnavailable`,
  rejected: `${channel}-InvalidParameter-message-too-long`,
  "not-registered": `${channel}-EndpointDisabled`,
  "fails-later": `${channel}-DeliveryFailure-InvalidPlatformToken`,
});

const answerNames: Readonly<Record<Channel, Names>> = {
  sms: {
    throttled: "sms-Throttling",
    unavailable: "sms-ServiceUnavailable",
    rejected: "sms-InvalidParameter-message-too-long",
    "not-registered": "sms-InvalidParameter-PhoneNumber",
    "fails-later": "sms-log-unknown-error",
  },
  fbMessenger: {
    throttled: "fbMessenger-613",
    unavailable: "fbMessenger-2",
    rejected: "fbMessenger-100",
    "not-registered": "fbMessenger-100-2018001",
    "window-closed": "fbMessenger-10-2018278",
    "fails-later": "fbMessenger-silence",
  },
  whatsApp: {
    throttled: "whatsApp-130429",
    unavailable: "whatsApp-131016",
    rejected: "whatsApp-131008",
    "not-registered": "whatsApp-131026",
    "window-closed": "whatsApp-131047",
    "fails-later": "whatsApp-131026",
  },
  rcs: {
    throttled: "rcs-ThrottlingException",
    unavailable: "rcs-InternalServerException",
    rejected: "rcs-FIELD-VALIDATION-FAILED",
    // It is taken, and told later.
    "not-registered": "rcs-event-UNDELIVERABLE",
    "fails-later": "rcs-event-FAILED",
  },
  mms: {
    throttled: "mms-ThrottlingException",
    unavailable: "mms-InternalServerException",
    rejected: "mms-FIELD-VALIDATION-FAILED",
    // It is taken, and told later.
    "not-registered": "mms-event-UNREACHABLE",
    "fails-later": "mms-event-UNREACHABLE",
  },
  appMessaging: ofPush("appMessaging"),
  nativePush: ofPush("nativePush"),
  email: {
    throttled: "email-TooManyRequestsException",
    unavailable: "email-InternalServiceErrorException",
    rejected: "email-BadRequestException",
    // SES takes it, and tells later that nobody has the address.
    "not-registered": "email-Bounce-Permanent-NoEmail",
    "fails-later": "email-Bounce-Permanent-General",
  },
};

const namesByProvider: Readonly<Record<Provider, Names>> = {
  endUserMessaging: {
    throttled: "sms-eum-ThrottlingException",
    unavailable: "sms-eum-InternalServerException",
    rejected: "sms-eum-FIELD-VALIDATION-FAILED",
    // It is taken, and told later.
    "not-registered": "sms-eum-event-INVALID",
    "fails-later": "sms-eum-event-UNREACHABLE",
  },
  aws: {
    throttled: "whatsApp-aws-ThrottledRequestException",
    unavailable: "whatsApp-aws-InternalServiceException",
    rejected: "whatsApp-aws-InvalidParametersException",
    // They are taken, and told later.
    "not-registered": "whatsApp-aws-131026",
    "window-closed": "whatsApp-aws-131047",
    "fails-later": "whatsApp-aws-131026",
  },
};

export const answerNameOf = ({ channel, provider }: By, what: WordedFault): string | undefined =>
  (provider === undefined ? answerNames[channel] : namesByProvider[provider])[what];
