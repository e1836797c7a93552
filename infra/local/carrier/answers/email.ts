/**
 * What Amazon SES v2 answers to `SendEmail` (REST JSON: the code in a header), and what it publishes later: of an address it says
 * at once only whether it is well-formed.
 */
import type { Answer, LaterAnswer, Subject, SyncAnswer } from "./answer.ts";

const errors =
  "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors";
const common = "https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html";
const texts = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html";
const bounceTypes =
  "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-bounce-types";
const examples = "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html";

/** Of AWS's REST protocol with JSON. */
export const restJsonError = (status: number, code: string, message: string): SyncAnswer => ({
  status,
  headers: { "x-amzn-errortype": code, "x-amzn-requestid": "{requestId}" },
  body: { message },
});

interface SesError {
  status: number;
  code: string;
  /** Behind the code in the name, where a code has several texts. */
  variant?: string;
  message: string;
  about: Subject;
  what: string;
  source?: string;
}

const answers: readonly SesError[] = [
  {
    status: 400,
    code: "AccountSuspendedException",
    message:
      "Sending suspended for this account. For more information, please check the inbox of the email address associated with your AWS account.",
    about: "account",
    what: "The account may send no more",
  },
  {
    status: 400,
    code: "SendingPausedException",
    message:
      "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.",
    about: "account",
    what: "The account's sending is paused",
  },
  {
    status: 400,
    code: "MailFromDomainNotVerifiedException",
    message: "Mail from domain not verified",
    about: "identity",
    what: "The MX record of the sender's MAIL FROM domain cannot be read",
  },
  {
    status: 400,
    code: "MessageRejected",
    message: "Transaction failed: The message was rejected",
    about: "request",
    what: "SES does not take the content",
  },
  {
    status: 400,
    code: "MessageRejected",
    variant: "not-verified",
    message:
      "Email address is not verified. The following identities failed the check in region {region}: {identity}",
    about: "identity",
    what: "The sender is not verified",
    source: texts,
  },
  {
    status: 400,
    code: "MessageRejected",
    variant: "sandbox",
    message:
      "Email address is not verified. The following identities failed the check in region {region}: {address}",
    about: "customer",
    what: "The account is in the sandbox, and the customer's address is not verified",
    source: texts,
  },
  {
    status: 400,
    code: "BadRequestException",
    message: "1 validation error detected",
    about: "request",
    what: "The request breaks a rule of the API",
  },
  {
    status: 400,
    code: "BadRequestException",
    variant: "address",
    message: "Illegal address",
    about: "customer",
    what: "It is no address that mail can go to",
    source: texts,
  },
  {
    status: 404,
    code: "NotFoundException",
    message: "Configuration set <local> does not exist.",
    about: "account",
    what: "There is no such configuration set",
  },
  {
    status: 404,
    code: "NotFoundException",
    variant: "contact-list",
    message: "List with name: customers doesn't exist.",
    about: "request",
    what: "There is no such contact list: marketing cannot go out",
  },
  {
    status: 429,
    code: "TooManyRequestsException",
    message: "Maximum sending rate exceeded.",
    about: "account",
    what: "More a second than the account may send",
  },
  {
    status: 400,
    code: "LimitExceededException",
    message: "Too many instances of the resource type",
    about: "account",
    what: "The account's quota is used up",
  },
  {
    status: 400,
    code: "LimitExceededException",
    variant: "daily-quota",
    message: "Daily message quota exceeded.",
    about: "account",
    what: "More in 24 hours than the account may send",
    source: "https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html",
  },
  {
    status: 500,
    code: "InternalServiceErrorException",
    message: "The request processing has failed because of an unknown error, exception or failure.",
    about: "provider",
    what: "SES failed",
    source: common,
  },
  {
    status: 503,
    code: "ServiceUnavailable",
    message: "The request has failed due to a temporary failure of the server.",
    about: "provider",
    what: "SES is down for a while",
    source: common,
  },
  {
    status: 400,
    code: "ThrottlingException",
    message: "Rate exceeded",
    about: "account",
    what: "Too many calls at once, in the words of every AWS service",
    source: common,
  },
  {
    status: 403,
    code: "AccessDeniedException",
    message:
      "User: arn:aws:sts::000000000000:assumed-role/hop/hop is not authorized to perform: ses:SendEmail on resource: {identity} because no identity-based policy allows the ses:SendEmail action",
    about: "account",
    what: "The role may not send",
    source: common,
  },
  {
    status: 400,
    code: "NobodyKnowsThis",
    message: "A code that no list has",
    about: "request",
    what: "An unknown code",
    source: common,
  },
];

const nameOf = (code: string, variant?: string) =>
  `email-${variant === undefined ? code : `${code}-${variant}`}`;

interface Bounce {
  type: "Permanent" | "Transient";
  subType: string;
  about: Subject;
  what: string;
  status?: string;
  text?: string;
  source?: string;
}
const bounces: readonly Bounce[] = [
  {
    type: "Permanent",
    subType: "General",
    about: "customer",
    what: "The customer's mail server refuses for good",
    status: "5.1.1",
    text: "smtp; 550 5.1.1 <{address}>: user unknown",
  },
  {
    type: "Permanent",
    subType: "NoEmail",
    about: "customer",
    what: "Nobody has that address",
    status: "5.1.1",
    text: "smtp; 550 5.1.1 user unknown",
  },
  {
    type: "Permanent",
    subType: "Suppressed",
    about: "customer",
    what: "The address bounced lately, from whomever",
  },
  {
    type: "Permanent",
    subType: "OnAccountSuppressionList",
    about: "customer",
    what: "The address is on the account's suppression list",
  },
  {
    type: "Permanent",
    subType: "UnsubscribedRecipient",
    about: "customer",
    what: "The customer unsubscribed from the contact list",
    source: "https://docs.aws.amazon.com/ses/latest/dg/sending-email-list-management.html",
  },
  { type: "Permanent", subType: "SomethingElse", about: "request", what: "A subtype that no list has" },
  {
    type: "Transient",
    subType: "MailboxFull",
    about: "customer",
    what: "The mailbox is full, and SES has stopped trying",
    status: "5.2.2",
    text: "smtp; 552 5.2.2 mailbox full",
  },
  {
    type: "Transient",
    subType: "MessageTooLarge",
    about: "request",
    what: "The mail server finds it too large",
  },
  {
    type: "Transient",
    subType: "ContentRejected",
    about: "request",
    what: "The mail server dislikes the content",
  },
  {
    type: "Transient",
    subType: "AttachmentRejected",
    about: "request",
    what: "The mail server dislikes an attachment",
  },
];

const bounce = ({ type, subType, about, what, status, text, source = bounceTypes }: Bounce): Answer => ({
  name: `email-Bounce-${type}-${subType}`,
  what,
  about,
  source,
  later: failed({
    eventType: "Bounce",
    bounce: {
      bounceType: type,
      bounceSubType: subType,
      bouncedRecipients: [
        {
          emailAddress: "{address}",
          action: "failed",
          ...(status === undefined ? {} : { status }),
          ...(text === undefined ? {} : { diagnosticCode: text }),
        },
      ],
      timestamp: "{at}",
      feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
    },
  }),
});
const failed = (fields: object, without: readonly string[] = []): LaterAnswer => ({
  outcome: "failed",
  fields,
  without,
});

/** Of the message last sent there. */
const mail = {
  timestamp: "{sentAt}",
  messageId: "{sentId}",
  source: "hello@shop.example",
  destination: ["{address}"],
  tags: { messageId: ["{callbackData}"], channel: ["email"] },
};
const waiting = (bounceType: string, bounceSubType: string) => ({
  eventType: "Bounce",
  mail,
  bounce: {
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress: "{address}" }],
    timestamp: "{at}",
    feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000003",
  },
});
const complaint = (fields: object) => ({
  eventType: "Complaint",
  mail,
  complaint: {
    complainedRecipients: [{ emailAddress: "{address}" }],
    timestamp: "{at}",
    feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000001",
    complaintSubType: null,
    ...fields,
  },
});
const subscription = (unsubscribeAll: boolean, source: string) => ({
  eventType: "Subscription",
  mail,
  subscription: {
    contactList: "customers",
    timestamp: "{at}",
    source,
    newTopicPreferences: { unsubscribeAll, topicSubscriptionStatus: [] },
    oldTopicPreferences: { unsubscribeAll: !unsubscribeAll, topicSubscriptionStatus: [] },
  },
});
const told = (name: string, what: string, body: object): Answer => ({
  name: `email-${name}`,
  what,
  about: "customer",
  source: examples,
  webhook: { body },
});

export const emailAnswers: readonly Answer[] = [
  ...answers.map(({ status, code, variant, message, about, what, source = errors }) => ({
    name: nameOf(code, variant),
    what,
    about,
    source,
    sync: restJsonError(status, code, message),
  })),
  ...bounces.map(bounce),
  {
    name: "email-Reject",
    what: "SES found a virus in it",
    about: "request",
    source: examples,
    later: failed({ eventType: "Reject", reject: { reason: "Bad content" } }, ["bounce"]),
  },
  {
    name: "email-RenderingFailure",
    what: "A template lacks a value",
    about: "request",
    source: examples,
    later: failed(
      {
        eventType: "Rendering Failure",
        failure: {
          errorMessage: "Attribute 'attributeName' is not present in the rendering data.",
          templateName: "MyTemplate",
        },
      },
      ["bounce"],
    ),
  },
  {
    name: "email-Complaint-OnAccountSuppressionList",
    what: "The customer complained before: SES does not send there",
    about: "customer",
    source: examples,
    later: failed(
      {
        eventType: "Complaint",
        complaint: {
          complainedRecipients: [{ emailAddress: "{address}" }],
          timestamp: "{at}",
          feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000002",
          complaintSubType: "OnAccountSuppressionList",
        },
      },
      ["bounce"],
    ),
  },
  told(
    "complaint",
    "The customer marks the last message as spam",
    complaint({ complaintFeedbackType: "abuse" }),
  ),
  told(
    "complaint-not-spam",
    "The customer says that it was no spam",
    complaint({ complaintFeedbackType: "not-spam" }),
  ),
  told(
    "unsubscribe",
    "The customer presses Unsubscribe in the mail program",
    subscription(true, "UnsubscribeHeader"),
  ),
  told(
    "subscribe",
    "The customer subscribes again, on the page of the list",
    subscription(false, "UnsubscribePage"),
  ),
  told(
    "bounce-general",
    "It came back, which may be an answer that the customer is away",
    waiting("Transient", "General"),
  ),
  told(
    "bounce-undetermined",
    "It came back, and SES cannot read why",
    waiting("Undetermined", "Undetermined"),
  ),
  told("delay", "SES tries again later", {
    eventType: "DeliveryDelay",
    mail,
    deliveryDelay: {
      timestamp: "{at}",
      delayType: "TransientCommunicationFailure",
      expirationTime: "{at}",
      delayedRecipients: [{ emailAddress: "{address}", status: "4.4.1" }],
    },
  }),
];
