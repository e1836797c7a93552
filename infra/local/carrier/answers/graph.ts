/**
 * The answers that Meta's Graph API gives for all products, and the form of its errors; whats-app.ts and fb-messenger.ts add
 * those of one product. https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import type { Answer, Subject, SyncAnswer } from "./answer.ts";

const handling = "https://developers.facebook.com/docs/graph-api/guides/error-handling";
const rateLimits = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting";
const moreInfo = `For more info, please refer to ${rateLimits}.`;

/** In the form of Meta's examples. */
const traceId = "Az8or2yhqkZfEZ-_4Qn_Bam";

export interface GraphFailure {
  code: number;
  status?: number;
  /** The whole message; most begin with the code, such as `(#4) `. */
  message: string;
  subcode?: number | null;
  type?: string;
  /** WhatsApp's `error_data.details`. */
  details?: string;
  more?: object;
}

export function graphError({
  code,
  status = 400,
  message,
  subcode,
  type = "OAuthException",
  details,
  more = {},
}: GraphFailure): SyncAnswer {
  const data = details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } };
  const error = {
    message,
    type,
    code,
    ...data,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...more,
    fbtrace_id: traceId,
  };
  return { status, body: { error } };
}

interface General extends GraphFailure {
  about: Subject;
  what: string;
  source?: string;
  suffix?: string;
}

const general: readonly General[] = [
  {
    code: 1,
    status: 500,
    message: "An unknown error occurred",
    about: "provider",
    what: "Meta does not know what went wrong",
  },
  {
    code: 2,
    status: 500,
    message: "An unexpected error has occurred. Please retry your request later.",
    more: { is_transient: true },
    about: "provider",
    what: "Meta is down or overloaded for a while",
    source: "https://metastatus.com/",
  },
  {
    code: 4,
    message: "(#4) Application request limit reached",
    about: "account",
    what: "The app has used up its calls",
    source: rateLimits,
  },
  {
    code: 10,
    status: 403,
    message: "(#10) Application does not have permission for this action",
    about: "account",
    what: "The app's permission was not granted or was taken away",
  },
  {
    code: 17,
    message: "(#17) User request limit reached",
    about: "account",
    what: "The user whose token it is has used up their calls",
    source: rateLimits,
  },
  {
    code: 32,
    message: "(#32) Page request limit reached",
    about: "identity",
    what: "The page has used up its calls",
    source: "https://github.com/Yoctol/bottender/issues/420",
  },
  {
    code: 190,
    suffix: "expired",
    status: 401,
    message:
      "Error validating access token: Session has expired on Monday, 23-Nov-26 14:00:00 PST. The current time is Monday, 23-Nov-26 14:00:03 PST.",
    subcode: 463,
    about: "account",
    what: "The access token has expired",
  },
  {
    code: 200,
    status: 403,
    message: "(#200) Permissions error",
    about: "account",
    what: "The token lacks a permission",
  },
  {
    code: 230,
    status: 403,
    message: "(#230) Requires pages_messaging permission to manage the object.",
    about: "account",
    what: "The token lacks the permission to send as this page",
  },
  {
    code: 283,
    status: 403,
    message: "(#283) Requires pages_read_engagement permission to manage the object",
    about: "account",
    what: "The token lacks the permission to read the page",
  },
  {
    code: 341,
    message: "(#341) Application limit reached",
    about: "account",
    what: "The app has reached a limit; Meta says to wait",
  },
  {
    code: 368,
    status: 403,
    message:
      "The action attempted has been deemed abusive or is otherwise disallowed: you're temporarily blocked from performing this action.",
    about: "account",
    what: "The business is blocked for breaking a policy",
  },
  {
    code: 613,
    message: "(#613) Calls to this api have exceeded the rate limit.",
    about: "account",
    what: "Too many calls at once",
    source: "https://github.com/howdyai/botkit/issues/865",
  },
  {
    code: 80006,
    message: `(#80006) There have been too many calls to this Messenger account. Wait a bit and try again. ${moreInfo}`,
    about: "identity",
    what: "Too many calls for this page",
    source: rateLimits,
  },
  {
    code: 80008,
    message: `(#80008) There have been too many calls to this WhatsApp Business account. Wait a bit and try again. ${moreInfo}`,
    about: "account",
    what: "Too many calls for this WhatsApp Business account",
    source: rateLimits,
  },
  {
    code: 960001,
    suffix: "unknown-transient",
    status: 500,
    message: "(#960001) A code that no list has",
    more: { is_transient: true },
    about: "provider",
    what: "An unknown code that Meta marks as transient",
  },
  {
    code: 960002,
    suffix: "unknown",
    message: "(#960002) A code that no list has",
    about: "request",
    what: "An unknown code that is not marked as transient",
  },
  {
    code: 100,
    suffix: "string-error-data",
    message: "(#100) Invalid parameter",
    more: { error_data: '{"blame_field_specs":[["message"]]}' },
    about: "request",
    what: "error_data is a text of JSON, not an object",
    source: "https://developers.facebook.com/docs/marketing-api/error-reference",
  },
  {
    code: 100,
    suffix: "null-subcode",
    message: "(#100) Invalid parameter",
    subcode: null,
    about: "request",
    what: "error_subcode is null",
  },
];

const html = (title: string) =>
  `<!DOCTYPE html><html lang="en" id="facebook"><head><title>Facebook | Error</title></head><body><h1>${title}</h1></body></html>`;

interface Page {
  status: number;
  title: string;
  about: Subject;
  what: string;
  headers?: Record<string, string>;
  takesMessage?: true;
}

/** Responses of a proxy in front of the Graph API, which are not JSON. */
const pages: readonly Page[] = [
  {
    status: 429,
    title: "Too Many Requests",
    about: "account",
    what: "Too many calls, by a proxy: a page instead of JSON",
    headers: { "retry-after": "1" },
  },
  {
    status: 500,
    title: "Sorry, something went wrong.",
    about: "provider",
    what: "Meta's error page instead of JSON",
  },
  { status: 502, title: "Bad Gateway", about: "provider", what: "A proxy reaches no server" },
  { status: 503, title: "Service Unavailable", about: "provider", what: "A proxy has no server free" },
  {
    status: 504,
    title: "Gateway Time-out",
    about: "provider",
    what: "A proxy gives up, but the message is sent nevertheless",
    takesMessage: true,
  },
];

const nameOf = (channel: string, code: number, suffix: string | undefined) =>
  `${channel}-${[...(code > 900_000 ? [] : [code]), ...(suffix === undefined ? [] : [suffix])].join("-")}`;

/** The shared answers, for one product. */
export const graphAnswers = (channel: "whatsApp" | "fbMessenger"): Answer[] => [
  ...general.map(({ about, what, source = handling, suffix, ...failure }) => ({
    name: nameOf(channel, failure.code, suffix),
    what,
    about,
    source,
    sync: graphError(failure),
  })),
  ...pages.map(({ status, title, about, what, headers = {}, takesMessage }) => ({
    name: `${channel}-html-${status}`,
    what,
    about,
    source: handling,
    sync: { status, headers, body: html(title), ...(takesMessage ? { takesMessage } : {}) },
  })),
];
