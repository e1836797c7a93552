/**
 * What WhatsApp's Cloud API answers to a message: at once, by a `failed` status later, or both. The code list of 2026 no
 * longer has HTTP statuses; these are of the older list (400 if it had none) or were seen, see `source`.
 */
import type { Answer, LaterAnswer, Subject } from "./answer.ts";
import { restJsonError } from "./email.ts";
import { graphError } from "./graph.ts";
import { whatsAppErrors } from "./whats-app-errors.ts";

const codes = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes";
const statuses =
  "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status";
const sending =
  "https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages";

/** As `statuses[].errors` has it: title and message are the same. */
const failed = (code: number | string, title: string | null, details: string): LaterAnswer => ({
  outcome: "failed",
  fields: {
    errors: [
      {
        code,
        title,
        ...(title === null ? {} : { message: title }),
        error_data: { details },
        href: "/documentation/business-messaging/whatsapp/support/error-codes",
      },
    ],
  },
});

const fromCode = ({
  code,
  status,
  title,
  details,
  about,
  what,
  source,
}: (typeof whatsAppErrors)[number]): Answer => ({
  name: `whatsApp-${code}`,
  what,
  about,
  source: source ?? codes,
  sync: graphError({
    code,
    message: `(#${code}) ${title}`,
    details,
    ...(status === undefined ? {} : { status }),
  }),
  // Lower codes belong to the Graph API, which only fails at once.
  ...(code < 130_000 ? {} : { later: failed(code, title, details) }),
});

/** Responses with 200 and a status other than "accepted". */
const held = (messageStatus: string, what: string, takesMessage: boolean): Answer => ({
  name: `whatsApp-200-${messageStatus.replaceAll("_", "-")}`,
  what,
  about: "template",
  source: sending,
  sync: {
    status: 200,
    body: {
      messaging_product: "whatsapp",
      contacts: [{ input: "{input}", wa_id: "{waId}" }],
      messages: [{ id: "{messageId}", message_status: messageStatus }],
    },
    ...(takesMessage ? { takesMessage: true } : {}),
  },
});

const missingObject = (id: string) =>
  graphError({
    code: 100,
    subcode: 33,
    type: "GraphMethodException",
    message: `Unsupported post request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
  });

const later = (
  name: string,
  what: string,
  about: Subject,
  answer: LaterAnswer,
  source = statuses,
): Answer => ({
  name: `whatsApp-${name}`,
  what,
  about,
  source,
  later: answer,
});

export const whatsAppAnswers: readonly Answer[] = [
  ...whatsAppErrors.map(fromCode),
  {
    name: "whatsApp-100-33-own-number",
    what: "Our phone number id does not exist, or the token may not use it",
    about: "identity",
    source: "https://github.com/sajuthankappan/whatsapp-cloud-api-rs/issues/3",
    sync: missingObject("{identity}"),
  },
  {
    name: "whatsApp-100-33-other",
    what: "Something that the message names does not exist, such as an image",
    about: "request",
    source: "https://github.com/aws-samples/amazon-connect-whatsapp-chat/issues/3",
    sync: missingObject("110544395163118"),
  },
  {
    name: "whatsApp-190",
    what: "The access token is not valid",
    about: "account",
    source: codes,
    sync: graphError({
      code: 190,
      status: 401,
      message: "Invalid OAuth access token - Cannot parse access token",
    }),
  },
  {
    name: "whatsApp-131047-null-subcode",
    what: "The window is closed, and error_subcode is null",
    about: "thread",
    source: codes,
    sync: graphError({
      code: 131047,
      subcode: null,
      message: "(#131047) Re-engagement message",
      details:
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    }),
  },
  {
    name: "whatsApp-131026-string-error-data",
    what: "The number cannot be reached, and error_data is a string",
    about: "customer",
    source: codes,
    sync: graphError({
      code: 131026,
      message: "(#131026) Message undeliverable",
      more: { error_data: "Message Undeliverable." },
    }),
  },
  held(
    "held_for_quality_assessment",
    "The template is new: its messages wait for feedback from the first readers",
    true,
  ),
  held("paused", "The template is paused: its message was accepted and is never delivered", false),
  later(
    "failed-string-code",
    "A failure whose code is a string",
    "customer",
    failed("131026", "Message undeliverable", "Message Undeliverable."),
  ),
  later(
    "failed-null-title",
    "A failure without a title",
    "customer",
    failed(131026, null, "Message Undeliverable."),
  ),
  later("failed-without-errors", "A failure that does not say why", "request", {
    outcome: "failed",
    fields: {},
  }),
  later(
    "failed-receiver-incapable",
    "131026 with its older text",
    "customer",
    failed(131026, "Receiver is incapable of receiving this message", "Message Undeliverable."),
    "https://github.com/restfb/restfb/issues/1344",
  ),
  later("delivered-numeric-timestamp", "A delivery whose timestamp is a number", "request", {
    outcome: "delivered",
    fields: { timestamp: "{secondsNumber}" },
  }),
  later("delivered-by-conversation", "A delivery priced by conversation, as before July 2025", "request", {
    outcome: "delivered",
    fields: {
      conversation: { id: "72b14d6bd5407799e66f64d1b338e567", origin: { type: "utility" } },
      pricing: { billable: true, pricing_model: "CBP", category: "utility" },
    },
  }),
  later(
    "delivered-without-number",
    "A delivery that names the customer by business-scoped id alone",
    "customer",
    {
      outcome: "delivered",
      fields: {},
      without: ["recipient_id"],
    },
  ),
];

const social =
  "https://docs.aws.amazon.com/social-messaging/latest/APIReference/API_SendWhatsAppMessage.html";
const socialErrors = [
  [
    429,
    "ThrottledRequestException",
    "The request was denied due to request throttling.",
    "account",
    "Too many calls at once",
  ],
  [
    500,
    "InternalServiceException",
    "The request processing has failed because of an unknown error, exception, or failure.",
    "provider",
    "End User Messaging Social failed",
  ],
  [
    403,
    "AccessDeniedException",
    "You do not have sufficient access to perform this action.",
    "account",
    "The role may not send from this number",
  ],
  [
    404,
    "ResourceNotFoundException",
    "The resource was not found.",
    "identity",
    "There is no such number in the account",
  ],
  [
    400,
    "InvalidParametersException",
    "One or more parameters provided to the action are not valid.",
    "request",
    "The message is not as Meta takes it",
  ],
  [
    400,
    "ValidationException",
    "The request contains an invalid parameter value.",
    "request",
    "A field breaks a rule",
  ],
] as const;

/** By AWS End User Messaging Social: its own errors, and as events what Meta tells later. */
export const whatsAppAnswersByAws: readonly Answer[] = [
  ...socialErrors.map(
    ([status, code, message, about, what]): Answer => ({
      name: `whatsApp-aws-${code}`,
      what,
      about,
      source: social,
      provider: "aws",
      sync: restJsonError(status, code, message),
    }),
  ),
  {
    name: "whatsApp-aws-DependencyException",
    what: "It got no good answer from Meta, which took the message",
    about: "provider",
    source: social,
    provider: "aws",
    sync: { ...restJsonError(502, "DependencyException", "A dependency failed"), takesMessage: true },
  },
  ...whatsAppAnswers.flatMap(({ sync, ...answer }): Answer[] =>
    answer.later === undefined
      ? []
      : [{ ...answer, name: answer.name.replace("whatsApp-", "whatsApp-aws-"), provider: "aws" }],
  ),
];
