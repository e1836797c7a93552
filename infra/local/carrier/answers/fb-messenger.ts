/**
 * The answers of Messenger's Send API: code and subcode together give the meaning. It never reports a failure later. The list
 * is of June 2026 and has no HTTP status; errors have 400 unless another was seen.
 */
import type { Answer, Subject } from "./answer.ts";
import { type GraphFailure, graphError } from "./graph.ts";

const codes =
  "https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes";
const deliveries =
  "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-deliveries";

interface MessengerError extends GraphFailure {
  about: Subject;
  what: string;
  source?: string;
  suffix?: string;
  takesMessage?: true;
}

const unavailable = "(#551) This person isn't available right now.";
const notReviewed =
  "Cannot message users who are not admins, developers or testers of the app until pages_messaging permission is reviewed and the app is live.";

const errors: readonly MessengerError[] = [
  {
    code: 1,
    subcode: 99,
    status: 500,
    message: "An unknown error occurred",
    about: "provider",
    what: "Messenger does not know what went wrong; often a permission is missing",
  },
  {
    code: 1,
    subcode: 1357046,
    status: 500,
    message: "Received invalid JSON reply.",
    about: "provider",
    what: "An error, but the message is sent nevertheless",
    takesMessage: true,
  },
  {
    code: 10,
    subcode: 2018278,
    message:
      "(#10) This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
    about: "thread",
    what: "The customer last wrote more than 24 hours ago: only utility templates are accepted",
  },
  {
    code: 10,
    subcode: 2534022,
    message: "(#10) This message is sent outside of allowed window.",
    about: "thread",
    what: "Outside the window, in Instagram's words",
  },
  {
    code: 10,
    subcode: 2018065,
    message:
      "(#10) This message is sent outside of allowed window. You need page_messaging_subscriptions permission to be able to do it",
    about: "thread",
    what: "Outside the window, and the page may not send news",
  },
  {
    code: 10,
    subcode: 2018108,
    message:
      "(#10) This Person Cannot Receive Messages: This person isn't receiving messages from you right now.",
    about: "customer",
    what: "The customer cannot get messages from the page now",
  },
  {
    code: 10,
    subcode: 1893063,
    message: "(#10) You are temporarily restricted from sending messages.",
    about: "identity",
    what: "The page is restricted from sending for a while",
  },
  {
    code: 10,
    subcode: 1893015,
    message: "(#10) This user has currently stopped notification messages for this topic",
    about: "customer",
    what: "The customer has stopped messages on this topic",
  },
  {
    code: 10,
    subcode: 2018300,
    message: "(#10) Message failed to send because another app is controlling this thread now.",
    about: "thread",
    what: "Another app of the page has the conversation",
    source: "https://github.com/davidchua/pymessenger/issues/93",
  },
  {
    code: 2018300,
    message: "Message failed to send because another app is controlling this thread now.",
    about: "thread",
    what: "Another app has the conversation, without the code in the text",
  },
  {
    code: 2018321,
    message:
      "The chat is currently controlled by Messenger while the user is in an automated question and answer flow. Please wait for the flow to finish before trying again.",
    about: "thread",
    what: "Messenger's own questions and answers have the conversation",
  },
  {
    code: 100,
    message: "(#100) Invalid parameter",
    about: "request",
    what: "A parameter is not valid",
  },
  {
    code: 100,
    suffix: "removed-tag",
    message: "(#100) Invalid tag: this message tag has been removed",
    about: "request",
    what: "The message tag was removed in 2026",
    source: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/changelog",
  },
  {
    code: 100,
    subcode: 33,
    suffix: "own-page",
    type: "GraphMethodException",
    message:
      "Unsupported post request. Object with ID '{identity}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
    about: "identity",
    what: "Our page does not exist, or the token may not use it",
    source: "https://github.com/DiegoRBaquero/node-fb-messenger/issues/37",
  },
  {
    code: 100,
    subcode: 33,
    suffix: "other",
    type: "GraphMethodException",
    message:
      "Unsupported post request. Object with ID '110544395163118' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
    about: "request",
    what: "Something that the message names does not exist, such as an attachment",
  },
  {
    code: 100,
    subcode: 2018001,
    message: "(#100) No matching user found",
    about: "customer",
    what: "Nobody has this id at our page",
  },
  {
    code: 100,
    subcode: 2018008,
    message:
      "(#100) Failed to fetch the file from the url. Check that the URL is valid, with a valid SSL certificate, valid file size, and that the server is responding fast enough to avoid timeouts.",
    about: "request",
    what: "Messenger could not fetch the attachment",
  },
  {
    code: 100,
    subcode: 2018047,
    message:
      "(#100) Upload attachment failure. A common way to trigger this error is that the provided media type does not match type of file provided int the URL.",
    about: "request",
    what: "The attachment could not be uploaded",
  },
  {
    code: 100,
    subcode: 2018109,
    message: "(#100) Attachment size exceeds allowable limit",
    about: "request",
    what: "The attachment is too large",
  },
  {
    code: 100,
    subcode: 2018164,
    message: "(#100) Incorrect App ID.",
    about: "account",
    what: "The app's id is wrong",
  },
  {
    code: 100,
    subcode: 2018294,
    message: "(#100) Video upload timed out or video is corrupted.",
    about: "request",
    what: "The video could not be uploaded in time",
  },
  {
    code: 100,
    subcode: 1893043,
    message: "(#100) Template parameter contains illegal characters",
    about: "request",
    what: "A template's value has a character that is not allowed",
    source:
      "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages",
  },
  {
    code: 100,
    suffix: "appsecret-proof",
    message: "Invalid appsecret_proof provided in the API argument",
    about: "account",
    what: "The proof made with the app's secret is wrong",
    source: "https://developers.facebook.com/docs/graph-api/guides/secure-requests",
  },
  {
    code: 190,
    message: "Invalid OAuth access token.",
    about: "account",
    what: "The access token is not valid",
  },
  {
    code: 190,
    subcode: 460,
    message:
      "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.",
    about: "account",
    what: "The access token ended with a changed password",
  },
  {
    code: 200,
    subcode: 2018028,
    status: 403,
    message: `(#200) ${notReviewed}`,
    about: "account",
    what: "The app is not reviewed: it may write to its testers alone",
  },
  {
    code: 200,
    subcode: 2018027,
    status: 403,
    message: `(#200) ${notReviewed.replace("pages_messaging", "pages_messaging_phone_number")}`,
    about: "account",
    what: "The app is not reviewed for sending to phone numbers",
  },
  {
    code: 200,
    subcode: 1545041,
    message: "(#200) Message Not Sent: This person isn't available right now.",
    about: "customer",
    what: "The customer cannot be reached: blocked us, or left Facebook",
  },
  {
    code: 200,
    subcode: 2018021,
    message:
      "(#200) Requires phone matching access fee to be paid by this page unless the recipient user is an admin, developer, or tester of the app.",
    about: "identity",
    what: "The page has not paid for matching phone numbers",
  },
  {
    code: 551,
    message: "(#551) This person isn't receiving messages from you right now.",
    about: "customer",
    what: "The customer has blocked the page",
  },
  {
    code: 551,
    subcode: 1545041,
    message: unavailable,
    about: "customer",
    what: "The customer is not available",
  },
  {
    code: 613,
    subcode: 2018338,
    message:
      "(#613) Warning! You are engaging in behavior that may be considered bothersome or abusive by users. You must significantly decrease the rate at which you are sending messages using message tags to this person. Further misuse of API features may result in messaging restrictions being placed on your Page",
    about: "customer",
    what: "Too many tagged messages to this customer",
  },
  {
    code: 613,
    subcode: 2534040,
    message: "(#613) Calls to this api have exceeded the rate limit.",
    about: "account",
    what: "Too many calls at once, with a subcode",
  },
  {
    code: 1200,
    message: "(#1200) Temporary send message failure. Please try again later.",
    about: "provider",
    what: "Messenger could not send for the moment",
    source: "https://developers.facebook.com/docs/messenger-platform/reference/send-api/error-codes",
  },
  {
    code: 2022,
    message:
      "(#2022) The ability to send commerce messages has been temporarily disabled. This is the result of a feature limit placed after a policy violation.",
    about: "identity",
    what: "The page may not send commerce messages for a while",
  },
];

/** Unusual deliveries of Messenger. */
const oddDeliveries: readonly Answer[] = [
  {
    name: "fbMessenger-silence",
    what: "The message fails, and Messenger does not report it",
    about: "customer",
    source: deliveries,
    later: { outcome: "failed", fields: {} },
  },
  {
    name: "fbMessenger-delivered-without-mids",
    what: "A delivery without message ids: its watermark says which",
    about: "customer",
    source: "https://github.com/howdyai/botkit/issues/1311",
    later: { outcome: "delivered", fields: { delivery: { watermark: "{watermark}", seq: 37 } } },
  },
  {
    name: "fbMessenger-delivered-2016",
    what: "A delivery as in 2016: numeric ids, seq, no timestamp",
    about: "customer",
    source: "https://github.com/Fritak/messenger-platform/issues/5",
    later: {
      outcome: "delivered",
      fields: {
        sender: { id: "{psidNumber}" },
        recipient: { id: "{pageIdNumber}" },
        delivery: { mids: ["{sentId}"], watermark: "{watermark}", seq: 37 },
      },
      without: ["timestamp"],
    },
  },
];

export const messengerAnswers: readonly Answer[] = [
  ...errors.map(({ about, what, source = codes, suffix, takesMessage, ...failure }) => ({
    name: ["fbMessenger", failure.code, failure.subcode, suffix]
      .filter((part) => part !== undefined)
      .join("-"),
    what,
    about,
    source,
    sync: { ...graphError(failure), ...(takesMessage ? { takesMessage } : {}) },
  })),
  ...oddDeliveries,
];
