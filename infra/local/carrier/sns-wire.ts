/**
 * The AWS Query protocol of SNS: form fields in, XML out. Used by the other sns-*.ts.
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
import { randomUUID } from "node:crypto";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { escapeXml, invalid, snsError, snsSuccess } from "./answers/sns.ts";

export type SnsAnswer = ProviderAnswer;
/** `drop-connection`: the message was accepted, but the caller gets no response. Undefined: not the carrier's (topics). */
export type SnsResult = SnsAnswer | "drop-connection" | undefined;

const withId = () => ({ requestId: randomUUID() });

/** `result` is XML already. */
export const success = (action: string, result?: string): SnsAnswer =>
  toHttp(snsSuccess(action, result), withId());

export const failure = (code: string, message: string, status = 400): SnsAnswer =>
  toHttp(snsError(status, code, message), withId());

export const invalidParameter = (text: string): SnsAnswer => toHttp(invalid(text), withId());

export const attributesXml = (attributes: Record<string, string>) =>
  `<Attributes>${Object.entries(attributes)
    .map(([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></entry>`)
    .join("")}</Attributes>`;

/** `Attributes.entry.1.key=…&Attributes.entry.1.value=…` */
export function attributesOf(form: URLSearchParams, field = "Attributes"): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; form.has(`${field}.entry.${n}.key`); n++)
    attributes[form.get(`${field}.entry.${n}.key`) ?? ""] = form.get(`${field}.entry.${n}.value`) ?? "";
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
