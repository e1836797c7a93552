/**
 * Messenger Send API, `POST /{page-id}/messages`; graph.ts passes the calls. Its errors are in answers/fb-messenger.ts.
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
import * as v from "valibot";
import { toHttp } from "./answers/fill.ts";
import { messengerEvent, newMid } from "./fb-messenger-webhooks.ts";
import { firstFault, type GraphResult, refusal, showTemplate, template, text } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";

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

/** `proof`: appsecret_proof. The carrier cannot verify it, and checks only its form. */
export async function sendMessenger(
  phones: Phones,
  pageId: string,
  body: unknown,
  proof: string | undefined,
): Promise<GraphResult> {
  if (proof !== undefined && !/^[0-9a-f]{64}$/.test(proof)) return refusal("fbMessenger-100-appsecret-proof");
  const parsed = v.safeParse(request, body);
  if (!parsed.success)
    return refusal("fbMessenger-100", {
      message: `(#100) Invalid parameter: ${firstFault(parsed.issues).text}`,
    });
  const { recipient, message } = parsed.output;

  const providerMessageId = newMid();
  const send = {
    channel: "fbMessenger",
    address: recipient.id,
    identities: [pageId],
    freeText: message.template === undefined,
    providerMessageId,
    body: message.template === undefined ? message.text : showTemplate(message.template),
    callbackData: message.metadata,
    values: { identity: pageId },
    report: messengerEvent(pageId),
  } as const;
  const ok = { recipient_id: recipient.id, message_id: providerMessageId };
  return phones.send(send, toHttp({ status: 200, body: ok }, {}));
}
