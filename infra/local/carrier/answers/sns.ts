/**
 * The errors of Amazon SNS, in the XML of the AWS Query protocol; sms.ts and app-messaging.ts have those of one channel. Some
 * services and SDK versions append `Exception` to the same error's name: both forms are here.
 */
import type { Answer, Subject, SyncAnswer } from "./answer.ts";

const common = "https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html";
const publishing = "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors";
const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

/** XML 1.0 cannot express most control characters; they become the replacement character. */
export const escapeXml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML cannot hold.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[<>&'"\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The SDK finds the request's id only in this header. */
export const snsXml = (status: number, body: string): SyncAnswer => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": "{requestId}" },
  body,
});

export const snsError = (status: number, code: string, message: string): SyncAnswer =>
  snsXml(
    status,
    `<ErrorResponse ${namespace}><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>{requestId}</RequestId></ErrorResponse>`,
  );

export const invalid = (text: string) => snsError(400, "InvalidParameter", `Invalid parameter: ${text}`);

/** `result` is XML already. */
export const snsSuccess = (action: string, result?: string): SyncAnswer =>
  snsXml(
    200,
    `<${action}Response ${namespace}>${result === undefined ? "" : `<${action}Result>${result}</${action}Result>`}<ResponseMetadata><RequestId>{requestId}</RequestId></ResponseMetadata></${action}Response>`,
  );

interface SnsError {
  status: number;
  codes: readonly string[];
  message: string;
  about: Subject;
  what: string;
  source?: string;
}

const token = "The security token included in the request is invalid.";
const notAllowed =
  "User: arn:aws:sts::000000000000:assumed-role/hop/hop is not authorized to perform: SNS:Publish on resource: {target} because no identity-based policy allows the SNS:Publish action";

const errors: readonly SnsError[] = [
  {
    status: 400,
    codes: ["Throttling", "ThrottlingException"],
    message: "Rate exceeded",
    about: "account",
    what: "Too many calls at once",
    source: "https://github.com/amzn/smoke-aws/pull/149",
  },
  {
    status: 429,
    codes: ["Throttled", "ThrottledException", "TooManyRequestsException"],
    message: "Rate exceeded",
    about: "account",
    what: "Too many calls at once, with HTTP 429",
    source: "https://github.com/boto/botocore/blob/develop/botocore/data/sns/2010-03-31/service-2.json",
  },
  {
    status: 403,
    codes: ["AuthorizationError", "AuthorizationErrorException"],
    message: notAllowed,
    about: "account",
    what: "The role may not publish; the text names the target",
    source: publishing,
  },
  {
    status: 403,
    codes: ["AccessDenied", "AccessDeniedException"],
    message: notAllowed,
    about: "account",
    what: "The role may not publish, in the common words",
  },
  {
    status: 403,
    codes: ["InvalidClientTokenId", "UnrecognizedClientException"],
    message: token,
    about: "account",
    what: "The access key is unknown",
  },
  {
    status: 403,
    codes: ["ExpiredToken", "ExpiredTokenException"],
    message: "The security token included in the request is expired",
    about: "account",
    what: "The role's credentials have expired",
  },
  {
    status: 403,
    codes: ["SignatureDoesNotMatch"],
    message: "The request signature we calculated does not match the signature you provided.",
    about: "account",
    what: "The signature is wrong",
  },
  {
    status: 400,
    codes: ["RequestExpired"],
    message: "Request has expired",
    about: "request",
    what: "The request came more than 15 minutes late",
  },
  {
    status: 403,
    codes: ["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
    message: "Request is missing Authentication Token",
    about: "account",
    what: "The request has no credentials",
  },
  {
    status: 403,
    codes: ["OptInRequired"],
    message: "The AWS Access Key Id needs a subscription for the service",
    about: "account",
    what: "The account has not been activated for SNS",
  },
  {
    status: 403,
    codes: ["InvalidSecurity"],
    message:
      "The credential signature isn't valid. You must use HTTPS and sign your request using Signature Version 4.",
    about: "account",
    what: "The request was not signed as SNS asks",
    source: publishing,
  },
  {
    status: 400,
    codes: ["ParameterValueInvalid"],
    message: "The request parameter is invalid",
    about: "request",
    what: "The value of an attribute is not valid",
    source: publishing,
  },
  {
    status: 400,
    codes: ["ValidationError", "ValidationException"],
    message: "The input fails to satisfy the constraints specified by an AWS service.",
    about: "request",
    what: "The request breaks a rule of the API",
  },
  {
    status: 500,
    codes: ["InternalError", "InternalErrorException", "InternalFailure"],
    message: "The request processing has failed because of an unknown error, exception or failure.",
    about: "provider",
    what: "SNS failed",
  },
  {
    status: 503,
    codes: ["ServiceUnavailable", "ServiceUnavailableException"],
    message: "The request has failed due to a temporary failure of the server.",
    about: "provider",
    what: "SNS is down for a while",
  },
  {
    status: 400,
    codes: ["NobodyKnowsThis"],
    message: "A code that no list has",
    about: "request",
    what: "An unknown code",
  },
];

/** The answers common to the channels of SNS. */
export const snsAnswers = (channel: "sms" | "appMessaging" | "nativePush"): Answer[] => [
  ...errors.flatMap(({ status, codes, message, about, what, source = common }) =>
    codes.map((code) => ({
      name: `${channel}-${code}`,
      what,
      about,
      source,
      sync: snsError(status, code, message),
    })),
  ),
  {
    name: `${channel}-InvalidParameter-message-too-long`,
    what: "The message is too long",
    about: "request",
    source: "https://github.com/wireapp/wire-server/blob/develop/services/gundeck/src/Gundeck/Aws.hs",
    sync: invalid("Message too long"),
  },
  {
    name: `${channel}-html-503`,
    what: "A load balancer's response, which is not XML",
    about: "provider",
    source: common,
    sync: { status: 503, body: "<html><body><b>Http/1.1 Service Unavailable</b></body> </html>" },
  },
];
