/**
 * The AWS Query protocol as SNS speaks it: form fields in, XML out. Used by sns-sms.ts and sns-push.ts.
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
import { randomUUID } from "node:crypto";
import type { Refusal } from "./phones.ts";

export interface SnsAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** `drop-connection`: the message was taken and the caller hears nothing. Undefined: not the carrier's (topics). */
export type SnsResult = SnsAnswer | "drop-connection" | undefined;

const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

/** XML 1.0 has no way to write most control characters: they go out as the replacement character. */
export const escapeXml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML cannot hold.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[<>&'"\r]/g, (character) => `&#${character.charCodeAt(0)};`);

function answer(status: number, toXml: (requestId: string) => string): SnsAnswer {
  const requestId = randomUUID();
  // The SDK finds the request's id only in this header.
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: toXml(requestId),
  };
}

/** `result` is XML already. */
export const success = (action: string, result?: string): SnsAnswer =>
  answer(
    200,
    (requestId) =>
      `<${action}Response ${namespace}>${result === undefined ? "" : `<${action}Result>${result}</${action}Result>`}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
  );

export const failure = (code: string, message: string, status = 400): SnsAnswer =>
  answer(
    status,
    (requestId) =>
      `<ErrorResponse ${namespace}><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );

export const invalidParameter = (text: string) => failure("InvalidParameter", `Invalid parameter: ${text}`);

export const attributesXml = (attributes: Record<string, string>) =>
  `<Attributes>${Object.entries(attributes)
    .map(([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></entry>`)
    .join("")}</Attributes>`;

/** The refusals that SNS words the same for phone numbers and endpoints. */
export function refuse(refusal: Exclude<Refusal, "not-registered">): SnsAnswer {
  switch (refusal) {
    case "throttled":
      return failure("Throttling", "Rate exceeded");
    case "unavailable":
      return failure("ServiceUnavailable", "Service is currently unavailable.", 503);
    default:
      return invalidParameter("Message Reason: Message too long");
  }
}

/** `Attributes.entry.1.key=…&Attributes.entry.1.value=…` */
export function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; form.has(`Attributes.entry.${n}.key`); n++)
    attributes[form.get(`Attributes.entry.${n}.key`) ?? ""] = form.get(`Attributes.entry.${n}.value`) ?? "";
  return attributes;
}

export interface MessageAttribute {
  name: string;
  type: string;
  value: string;
}

/** `MessageAttributes.entry.1.Name=…&MessageAttributes.entry.1.Value.DataType=…&….StringValue=…` */
export function messageAttributesOf(form: URLSearchParams): MessageAttribute[] {
  const attributes: MessageAttribute[] = [];
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n++) {
    const field = (name: string) => form.get(`MessageAttributes.entry.${n}.${name}`) ?? "";
    attributes.push({
      name: field("Name"),
      type: field("Value.DataType"),
      value: field("Value.StringValue"),
    });
  }
  return attributes;
}
