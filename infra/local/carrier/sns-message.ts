/**
 * The `Message` of an SNS Publish: a text, or with `MessageStructure=json` a text per protocol, of which a push needs its own
 * or the default (https://github.com/aws/aws-sdk-java/issues/1991). Used by sns-sms.ts and sns-push.ts.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import * as v from "valibot";
import { invalidParameter, type SnsAnswer } from "./sns-wire.ts";

export interface MessageText {
  text: string;
  /** Whether the text is for this protocol: then it is a push payload, in JSON. */
  ofProtocol: boolean;
}

const envelope = v.record(v.string(), v.unknown());

export function messageFor(protocol: string, form: URLSearchParams): MessageText | { refused: SnsAnswer } {
  const message = form.get("Message") ?? "";
  const structure = form.get("MessageStructure");
  const refuse = (text: string) => ({ refused: invalidParameter(text) });
  if (message === "") return refuse("Empty message");
  if (structure === null) return { text: message, ofProtocol: false };
  if (structure !== "json") return refuse("MessageStructure Reason: must be json");
  const parsed = v.safeParse(envelope, parseJson(message));
  if (!parsed.success) return refuse("Message Structure - JSON message body failed to parse");
  const { default: fallback, [protocol]: own } = parsed.output;
  if (own === undefined && typeof fallback !== "string")
    return refuse(
      protocol === "sms"
        ? "Message Structure - No default entry in JSON message body"
        : `JSON must contain an entry for 'default' or '${protocol}'.`,
    );
  if (own === undefined) return { text: String(fallback), ofProtocol: false };
  // A frequent mistake: the payload must be a JSON string, not an object.
  if (typeof own !== "string") return refuse(`Message Structure - the entry ${protocol} must be a string`);
  return { text: own, ofProtocol: true };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
