/**
 * What a customer does with an RCS message: AWS End User Messaging publishes it to the agent's two-way topic, in the form of an
 * answer to an SMS. What is more than text is JSON in `messageBody`.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-inbound.html
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html#rcs-events-postback
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-inbound-media.html
 */
import * as v from "valibot";
import type { InboundContent, Queued } from "../domain/message/queued-receipt.ts";
import { contentOf } from "./inbound-content.ts";
import { parseJson } from "./parse-json.ts";
import { isToRcsAgent, twoWayAnswer } from "./sms-answer.ts";
import { word } from "./webhook-reading.ts";

const structured = v.union([
  v.looseObject({ type: v.literal("SUGGESTION"), text: word, postbackData: word }),
  v.looseObject({ type: v.picklist(["UNSUBSCRIBE", "SUBSCRIBE"]) }),
  v.looseObject({ type: v.literal("LOCATION") }),
  v.looseObject({ type: v.picklist(["RCS_TYPING", "CONVERSATION_STARTED"]) }),
]);
/** Has no type. */
const media = v.looseObject({ mediaStatus: v.string(), mimeType: word });

/** Undefined where the JSON is no answer to an RCS agent. */
export function readRcsAnswer(message: unknown, at: Date): Queued[] | undefined {
  if (!isToRcsAgent(message)) return undefined;
  const given = v.parse(twoWayAnswer, message);
  const customer = {
    channel: "rcs",
    address: `+${given.originationNumber.replace(/\D/g, "")}`,
    at: at.toISOString(),
  };
  const wrote = (found: Partial<InboundContent>): Queued[] => {
    const content = contentOf({
      id: given.inboundMessageId,
      answersId: given.previousPublishedMessageId,
      ...found,
    });
    return [{ names: "customer", ...customer, ...(content ? { content } : {}) }];
  };
  const json = parseJson(given.messageBody ?? "");
  if (v.is(media, json))
    return wrote({ type: v.parse(media, json).mimeType?.split("/")[0] ?? "media", details: json });
  const parsed = v.safeParse(structured, json);
  if (!parsed.success) return wrote({ type: "text", ...(given.messageBody && { text: given.messageBody }) });
  const body = parsed.output;
  switch (body.type) {
    case "SUGGESTION": {
      const { text, postbackData } = body;
      return wrote({ type: "button", ...(text && { text }), ...(postbackData && { payload: postbackData }) });
    }
    case "LOCATION":
      return wrote({ type: "location", details: body });
    // What is not essential: https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/UserEvent.EventType
    case "UNSUBSCRIBE":
      return [{ names: "consent", ...customer, category: "marketing", state: "opted-out" }];
    case "SUBSCRIBE":
      return [{ names: "consent", ...customer, category: "marketing", state: "opted-in" }];
    default:
      return [];
  }
}
