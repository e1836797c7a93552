/**
 * WhatsApp's error codes: `title` is the error's message, `details` its `error_data.details`. Used by whats-app.ts, which has
 * the URL of the list; `source` documents where another form of an error was seen.
 */
import type { Subject } from "./answer.ts";

interface WhatsAppError {
  code: number;
  /** 400 where absent. */
  status?: number;
  title: string;
  details: string;
  about: Subject;
  what: string;
  source?: string;
}

const policy =
  "The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform policy";

export const whatsAppErrors: readonly WhatsAppError[] = [
  {
    code: 0,
    status: 401,
    title: "AuthException",
    details: "We were unable to authenticate the app user.",
    about: "account",
    what: "The access token has expired or was revoked",
  },
  {
    code: 3,
    status: 500,
    title: "API Method",
    details: "Capability or permissions issue.",
    about: "account",
    what: "The app lacks a capability or permission",
  },
  {
    code: 33,
    title: "Parameter value is not valid",
    details: "The business phone number has been deleted.",
    about: "identity",
    what: "Our phone number was deleted",
  },
  {
    code: 100,
    title: "Invalid parameter",
    details: "Parameter 'text' is mandatory for component parameter type 'text'",
    about: "request",
    what: "A parameter is unknown, misspelled or too long",
    source: "https://github.com/shridarpatil/frappe_whatsapp/issues/43",
  },
  {
    code: 80007,
    status: 429,
    title: "Rate limit issues",
    details: "The WhatsApp Business Account has reached its rate limit.",
    about: "account",
    what: "The WhatsApp Business account has reached its rate limit",
  },
  {
    code: 130403,
    title: "Unable to deliver the message. This business has blocked the end user on WhatsApp",
    details: "Unable to deliver the message. This business has blocked the end user on WhatsApp",
    about: "customer",
    what: "The business has blocked this customer",
  },
  {
    code: 130429,
    status: 429,
    title: "Rate limit hit",
    details: "Cloud API message throughput has been reached.",
    about: "identity",
    what: "Our number sends more messages a second than it may",
  },
  {
    code: 130472,
    title: "User's number is part of an experiment",
    details: "Failed to send message because this user's phone number is part of an experiment",
    about: "customer",
    what: "Not sent: the customer is part of an experiment by Meta",
  },
  {
    code: 130497,
    status: 403,
    title: "Business account is restricted from messaging users in this country.",
    details: "The WhatsApp Business Account is restricted from messaging to users in certain countries.",
    about: "customer",
    what: "The business may not write to customers in this country",
  },
  {
    code: 131000,
    status: 500,
    title: "Something went wrong",
    details: "Message failed to send due to an unknown error.",
    about: "provider",
    what: "WhatsApp failed and does not say why",
  },
  {
    code: 131005,
    status: 403,
    title: "Access denied",
    details: "Permission is either not granted or has been removed.",
    about: "account",
    what: "The app's permission was not granted or was taken away",
  },
  {
    code: 131008,
    title: "Required parameter is missing",
    details: "The request is missing a required parameter.",
    about: "request",
    what: "A required parameter is missing",
  },
  {
    code: 131009,
    title: "Parameter value is not valid",
    details: "Parameter Invalid",
    about: "request",
    what: "The value of a parameter is not valid, such as the number",
  },
  {
    code: 131016,
    status: 503,
    title: "Service unavailable",
    details: "A service is temporarily unavailable.",
    about: "provider",
    what: "A service of WhatsApp is down for a while",
  },
  {
    code: 131021,
    title: "Recipient cannot be sender",
    details: "Sender and recipient phone number is the same.",
    about: "customer",
    what: "The customer's number is our own",
  },
  {
    code: 131026,
    title: "Message undeliverable",
    details: "Message Undeliverable.",
    about: "customer",
    what: "The number is not on WhatsApp, or its app is too old",
  },
  {
    code: 131030,
    title: "Recipient phone number not in allowed list",
    details:
      "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.",
    about: "customer",
    what: "Ours is a test number, and the customer is not on its list",
    source: "https://github.com/Neurotech-HQ/heyoo/issues/94",
  },
  {
    code: 131031,
    status: 403,
    title: "Business Account locked",
    details: `${policy}, or we were unable to verify data included in the request against data set on the WhatsApp Business Account (e.g, the two-step pin included in the request is incorrect).`,
    about: "account",
    what: "The WhatsApp Business account is locked",
  },
  {
    code: 131037,
    title: "WhatsApp provided number needs display name approval before message can be sent.",
    details: "The 555 business phone number used to send the request does not have an approved display name.",
    about: "identity",
    what: "Our number's display name is not approved",
  },
  {
    code: 131042,
    title: "Business eligibility payment issue",
    details: "Failed to send message because there were one or more errors related to your payment method.",
    about: "account",
    what: "The account's payment method fails",
  },
  {
    code: 131045,
    status: 500,
    title: "Incorrect certificate",
    details: "Message failed to send due to a phone number registration error.",
    about: "identity",
    what: "Our number is not registered properly",
  },
  {
    code: 131047,
    title: "Re-engagement message",
    details:
      "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    about: "thread",
    what: "The customer last wrote more than 24 hours ago: only templates are accepted",
  },
  {
    code: 131048,
    title: "Spam rate limit hit",
    details:
      "Message failed to send because there are restrictions on how many messages can be sent from this phone number. This may be because too many previous messages were blocked or flagged as spam.",
    about: "identity",
    what: "Our number is restricted: too many of its messages were reported as spam",
  },
  {
    code: 131049,
    title: "This message was not delivered to maintain healthy ecosystem engagement.",
    details: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    about: "customer",
    what: "The customer gets enough marketing messages for now",
    source:
      "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status",
  },
  {
    code: 131050,
    title:
      "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business",
    details:
      "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business.",
    about: "customer",
    what: "The customer has stopped our marketing messages",
  },
  {
    code: 131051,
    title: "Unsupported message type",
    details: "Unsupported message type.",
    about: "request",
    what: "Messages of this type are not supported",
  },
  {
    code: 131053,
    title: "Media upload error",
    details: "Unable to upload the media used in the message.",
    about: "request",
    what: "The message's image or file cannot be used",
  },
  {
    code: 131056,
    title: "(Business Account, Consumer Account) pair rate limit hit",
    details:
      "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.",
    about: "customer",
    what: "Too many messages to this customer in a short time",
  },
  {
    code: 131057,
    status: 500,
    title: "Account in maintenance mode",
    details: "Business Account is in maintenance mode",
    about: "identity",
    what: "Our number is being upgraded to more messages a second, for up to a minute",
    source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput",
  },
  {
    code: 131062,
    title: "Business-scoped User ID (BSUID) recipients are not supported for this message",
    details: "Business-scoped User ID (BSUID) recipients are not supported for this message.",
    about: "request",
    what: "Such a message needs a phone number, not a business-scoped id",
    source:
      "https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids",
  },
  {
    code: 131063,
    title: "Marketing templates are disabled",
    details:
      "Your template is categorized as Marketing, but marketing templates are currently disabled for your Cloud API configuration.",
    about: "template",
    what: "The account has switched marketing templates off",
  },
  {
    code: 131064,
    title: "Messaging limit reached due to template classification violations",
    details:
      "Message failed to send because this account has reached its messaging limit due to template classification violations. This applies to both template messages and direct send messages.",
    about: "account",
    what: "The account is limited for wrongly classified templates",
    source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/changelog",
  },
  {
    code: 132000,
    title: "Number of parameters does not match the expected number of params",
    details: "body: number of localizable_params (1) does not match the expected number of params (2)",
    about: "request",
    what: "The template needs a different number of values",
  },
  {
    code: 132001,
    status: 404,
    title: "Template name does not exist in the translation",
    details: "template name (order_update) does not exist in en",
    about: "template",
    what: "There is no such template in this language, or it is not approved",
  },
  {
    code: 132005,
    title: "Translated text too long",
    details: "Translated text is too long.",
    about: "request",
    what: "With its values filled in, the template's text is too long",
  },
  {
    code: 132007,
    title: "Template Format Character Policy Violated",
    details: "Template content violates a WhatsApp policy.",
    about: "template",
    what: "The template's content breaks a policy",
  },
  {
    code: 132012,
    title: "Parameter format does not match format in the created template",
    details: "Variable parameter values formatted incorrectly.",
    about: "request",
    what: "A value has a different form than the template requires",
  },
  {
    code: 132015,
    title: "Template is temporarily unavailable to use because it was paused due to low quality.",
    details: "Template is paused due to low quality so it cannot be sent in a template message.",
    about: "template",
    what: "The template is paused for its low quality",
  },
  {
    code: 132016,
    title: "Template is disabled",
    details: "Template has been paused too many times due to low quality and is now permanently disabled.",
    about: "template",
    what: "The template is disabled for good",
  },
  {
    code: 133004,
    status: 503,
    title: "Server Temporarily Unavailable",
    details: "Server is temporarily unavailable.",
    about: "provider",
    what: "WhatsApp's server is down for a while",
  },
  {
    code: 133010,
    title: "Account not registered",
    details: "Phone number not registered on the WhatsApp Business Platform.",
    about: "identity",
    what: "Our number is not registered on the Cloud API",
  },
  {
    code: 134011,
    title: "WhatsApp Payments terms of service acceptance is pending",
    details:
      "Message failed to send because WhatsApp Payments terms of service acceptance is pending for this WhatsApp Business Account.",
    about: "account",
    what: "The account has not accepted the terms of WhatsApp Payments",
  },
  {
    code: 135000,
    title: "Generic user error",
    details: "Message failed to send because of an unknown error with your request parameters.",
    about: "request",
    what: "Something is wrong with the request, and WhatsApp does not say what",
  },
];
