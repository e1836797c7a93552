/**
 * Messenger Send API, `POST /{page-id}/messages`; graph.ts hands the calls over. Codes and texts:
 * https://developers.facebook.com/docs/messenger-platform/error-codes
 */
import * as v from "valibot";
import { messengerEvent, newMid } from "./fb-messenger-webhooks.ts";
import {
  failure,
  firstFault,
  type GraphError,
  type GraphResult,
  showTemplate,
  template,
  text,
} from "./graph-wire.ts";
import { isRefusal, type Phones, type Refusal } from "./phones.ts";

const common = { recipient: v.looseObject({ id: v.pipe(v.string(), v.minLength(1)) }) };
const metadata = v.optional(v.pipe(v.string(), v.maxLength(1000)));
const request = v.variant("messaging_type", [
  v.looseObject({
    ...common,
    messaging_type: v.picklist(["RESPONSE", "UPDATE"]),
    message: v.looseObject({ text: text(2000), template: v.optional(v.undefined()), metadata }),
  }),
  v.looseObject({
    ...common,
    messaging_type: v.literal("UTILITY"),
    message: v.looseObject({ template, text: v.optional(v.undefined()), metadata }),
  }),
]);

const invalid = (detail?: string): GraphError => ({
  status: 400,
  code: 100,
  message: detail === undefined ? "(#100) Invalid parameter" : `(#100) Invalid parameter: ${detail}`,
});

const refusals: Readonly<Record<Refusal, GraphError>> = {
  throttled: { status: 400, code: 613, message: "(#613) Calls to this api have exceeded the rate limit." },
  unavailable: {
    status: 503,
    code: 2,
    message: "(#2) An unexpected error has occurred. Please retry your request later.",
  },
  rejected: invalid(),
  "not-registered": { status: 400, code: 100, message: "(#100) No matching user found", subcode: 2018001 },
  "window-closed": {
    status: 400,
    code: 10,
    message: "(#10) This message is sent outside of allowed window.",
    subcode: 2018278,
  },
};

/** `proof`: appsecret_proof; whether it is right the carrier cannot know, whether it is one it can. */
export async function sendMessenger(
  phones: Phones,
  pageId: string,
  body: unknown,
  proof: string | undefined,
): Promise<GraphResult> {
  if (proof !== undefined && !/^[0-9a-f]{64}$/.test(proof))
    return failure({ ...invalid(), message: "Invalid appsecret_proof provided in the API argument" });
  const parsed = v.safeParse(request, body);
  if (!parsed.success) return failure(invalid(firstFault(parsed.issues).text));
  const { recipient, message } = parsed.output;

  const verdict = phones.judge("fbMessenger", recipient.id, { freeText: message.template === undefined });
  if (isRefusal(verdict)) return failure(refusals[verdict]);
  const providerMessageId = newMid();
  await phones.accept({
    channel: "fbMessenger",
    address: recipient.id,
    providerMessageId,
    body: message.template === undefined ? message.text : showTemplate(message.template),
    fails: verdict === "fails-later",
    report: messengerEvent(pageId),
  });
  if (verdict === "lost-answer") return "drop-connection";
  return { status: 200, body: { recipient_id: recipient.id, message_id: providerMessageId } };
}
