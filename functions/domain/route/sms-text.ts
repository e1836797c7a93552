/**
 * The text of an SMS and what its characters cost: one character outside GSM-7 makes the whole text UCS-2, and a part of that
 * holds less than half as many characters. Look-alikes are those of Twilio's Smart Encoding
 * (https://www.twilio.com/docs/messaging/services#smart-encoding). Pure.
 */
import Big from "big.js";
import { SegmentedMessage } from "sms-segments-calculator";
import { isBlank } from "../../validation/text.ts";
import type { Fault } from "../fault.ts";
import { bodyFor, type Content, pathOfBody } from "./content.ts";

export interface SmsParts {
  parts: number;
  encoding: string;
}

/** The parts that SNS splits a text into and bills, and the encoding: GSM-7 or UCS-2. */
export function countSmsParts(body: string): SmsParts {
  const { segmentsCount, encodingName } = new SegmentedMessage(body);
  return { parts: segmentsCount, encoding: encodingName };
}

export interface SmsOfPlan extends SmsParts {
  /** The first of the characters that force UCS-2. */
  costly?: string[];
  /** What `convertUnicodeToGsm` would result in, where that has fewer parts; `saves`: US dollars as decimal text. */
  converted?: SmsParts & { saves?: string };
}

const mostCostly = 20;
const costlyIn = (body: string) =>
  [...new Set(new SegmentedMessage(body).getNonGsmCharacters())].slice(0, mostCostly);

/** A character that cannot be seen is named by its code point. */
const named = (character: string) =>
  isBlank(character)
    ? [...character]
        .map((one) => `U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`)
        .join()
    : character;

/** `estimatedCost`: of the unconverted text. */
export function smsOfPlan(
  channel: string,
  content: Content,
  estimatedCost: string | undefined,
): SmsOfPlan | undefined {
  const body = bodyFor(channel, content);
  if (body === undefined) return undefined;
  const counted = countSmsParts(body);
  if (counted.encoding === "GSM-7") return counted;
  const converted = countSmsParts(withLookAlikes(body));
  const fewer = counted.parts - converted.parts;
  const saved = estimatedCost && new Big(estimatedCost).div(counted.parts).times(fewer).round(10).toFixed();
  return {
    ...counted,
    costly: costlyIn(body),
    ...(fewer > 0 ? { converted: { ...converted, ...(saved ? { saves: saved } : {}) } } : {}),
  };
}

/** A text that other characters would keep in UCS-2 anyway stays as it is. */
function withLookAlikes(body: string): string {
  const { encodedChars, encodingName } = new SegmentedMessage(body, "auto", true);
  return encodingName === "GSM-7" ? encodedChars.map(({ raw }) => raw).join("") : body;
}

/** The fields of `channelOptions.sms` that concern the text. */
export interface SmsTextOptions {
  allowUnicode?: boolean | undefined;
  unicodeConversion?:
    | {
        convertUnicodeToGsm?: boolean | undefined;
        customReplacements?: { from: string; to: string }[] | undefined;
      }
    | undefined;
}

/**
 * The content with the text that goes out by SMS, according to its options. A text that is too long is left unchanged: a fault of
 * its own reports it.
 */
export function withSmsText<Given extends Content>(
  content: Given,
  { allowUnicode = true, unicodeConversion = {} }: SmsTextOptions,
  maxLength: number,
): { content: Given; faults: Fault[] } {
  const body = bodyFor("sms", content);
  if (body === undefined) return { content, faults: [] };
  const { convertUnicodeToGsm = false, customReplacements = [] } = unicodeConversion;
  // Each replacement may make the text many times longer.
  const replaced = customReplacements.reduce(
    (text, { from, to }) => (text.length > maxLength || from === "" ? text : text.replaceAll(from, () => to)),
    body,
  );
  const isTooLong = replaced.length > maxLength;
  const text = convertUnicodeToGsm && !isTooLong ? withLookAlikes(replaced) : replaced;
  const faultOf = (code: Fault["code"], message: string) => ({
    content,
    faults: [{ path: pathOfBody("sms", content), code, message }],
  });
  if (isBlank(text)) return faultOf("blank", "is blank once its characters are replaced for SMS");
  if (!allowUnicode && !isTooLong && countSmsParts(text).encoding !== "GSM-7")
    return faultOf(
      "unicode_not_allowed",
      `must fit into GSM-7, as channelOptions.sms.allowUnicode is false: replace ${costlyIn(text).map(named).join(" ")}, or set unicodeConversion`,
    );
  return text === body
    ? { content, faults: [] }
    : { content: { ...content, customBody: { ...content.customBody, sms: text } }, faults: [] };
}
