/**
 * The faults common to all channels, each as the catalogue's answer of its provider. Used by phones.ts. A fault that a
 * channel lacks cannot happen there: SMS has no window.
 */
import type { Channel } from "./sends.ts";

export const faults = ["throttled", "unavailable", "rejected", "lost-answer", "fails-later"] as const;
export type Fault = (typeof faults)[number];

/** The faults, and the states of a phone in which its provider refuses messages. A lost response has no text. */
export type WordedFault = Fault | "not-registered" | "window-closed";

const ofPush = (channel: "appMessaging" | "nativePush") => ({
  throttled: `${channel}-Throttling`,
  unavailable: `${channel}-ServiceUnavailable`,
  rejected: `${channel}-InvalidParameter-message-too-long`,
  "not-registered": `${channel}-EndpointDisabled`,
  "fails-later": `${channel}-DeliveryFailure-InvalidPlatformToken`,
});

export const answerNames: Readonly<Record<Channel, Readonly<Partial<Record<WordedFault, string>>>>> = {
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
