/**
 * Messenger Send API, `POST /{page-id}/messages`; graph.ts passes the calls. Its errors are in answers/fb-messenger.ts.
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
import * as v from "valibot";
import { toHttp } from "./answers/fill.ts";
import { messengerEvent, newMid } from "./fb-messenger-webhooks.ts";
import { firstFault, type GraphResult, refusal, showTemplate, template, text } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";
import type { Send } from "./sends.ts";

const common = { recipient: v.looseObject({ id: v.pipe(v.string(), v.minLength(1)) }) };
const metadata = v.optional(v.pipe(v.string(), v.maxLength(1000)));
const attachment = v.object({
  type: v.picklist(["image", "video", "audio", "file", "template"]),
  payload: v.looseObject({ url: v.optional(v.string()), text: v.optional(v.string()) }),
});
const quickReply = v.looseObject({ title: v.optional(v.string(), ""), payload: v.optional(v.string(), "") });
const free = {
  template: v.optional(v.undefined()),
  quick_replies: v.optional(v.pipe(v.array(quickReply), v.maxLength(13))),
  metadata,
};
const request = v.variant("messaging_type", [
  v.looseObject({
    ...common,
    messaging_type: v.picklist(["RESPONSE", "UPDATE"]),
    message: v.union([
      v.looseObject({ ...free, text: text(2000), attachment: v.optional(v.undefined()) }),
      v.looseObject({ ...free, text: v.optional(v.undefined()), attachment }),
    ]),
  }),
  v.looseObject({
    ...common,
    messaging_type: v.literal("UTILITY"),
    message: v.looseObject({ template, text: v.optional(v.undefined()), metadata }),
  }),
]);

type Message = v.InferOutput<typeof request>["message"];

/** As the phone shows it. */
function contentOf(message: Message): Pick<Send, "body" | "rich"> {
  if (message.template !== undefined) return { body: showTemplate(message.template) };
  const { text: body, attachment: given, quick_replies: replies = [] } = message;
  const rich = {
    ...(given?.payload.url === undefined ? {} : { media: given.payload.url }),
    ...(replies.length === 0
      ? {}
      : { suggestions: replies.map(({ title, payload }) => ({ text: title, payload })) }),
  };
  const shown = body ?? given?.payload.text ?? "";
  return { body: shown, ...(Object.keys(rich).length === 0 ? {} : { rich }) };
}

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
    ...contentOf(message),
    callbackData: message.metadata,
    values: { identity: pageId },
    report: messengerEvent(pageId),
  } as const;
  const ok = { recipient_id: recipient.id, message_id: providerMessageId };
  return phones.send(send, toHttp({ status: 200, body: ok }, {}));
}
