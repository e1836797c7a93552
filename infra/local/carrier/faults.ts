/**
 * The faults that every channel has, each as its provider words it: an answer of the catalogue. phones.ts gives them. A channel
 * that lacks one never has it: there is no window for an SMS.
 */
import type { Channel } from "./sends.ts";

export const faults = ["throttled", "unavailable", "rejected", "lost-answer", "fails-later"] as const;
export type Fault = (typeof faults)[number];

/** Beside the faults, the states of a phone that its provider refuses. An answer that is lost has no words. */
export type WordedFault = Fault | "not-registered" | "window-closed";

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
  appMessaging: {
    throttled: "appMessaging-Throttling",
    unavailable: "appMessaging-ServiceUnavailable",
    rejected: "appMessaging-InvalidParameter-message-too-long",
    "not-registered": "appMessaging-EndpointDisabled",
    "fails-later": "appMessaging-DeliveryFailure-InvalidPlatformToken",
  },
};
