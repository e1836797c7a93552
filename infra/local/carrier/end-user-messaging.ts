/**
 * AWS End User Messaging, AWS JSON 1.0: `SendRcsMessage`, and `SendMediaMessage` (mms.ts). index.ts passes the calls. The response only says that it accepted the
 * message; the rest is told by events. https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendRcsMessage.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { smsVoiceError, smsVoiceJson } from "./answers/end-user-messaging.ts";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { mediaMessage } from "./mms.ts";
import type { Phones } from "./phones.ts";
import { rcsEvent } from "./rcs-events.ts";
import type { Rich, Suggestion } from "./sends.ts";

const atMost = (length: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(length));
const fileUrl = v.pipe(atMost(2000), v.regex(/^(https:\/\/|s3:\/\/).+$/));
const file = { FileUrl: fileUrl, ThumbnailUrl: v.optional(fileUrl) };

const tapped = { Text: atMost(25), PostbackData: atMost(2048) };
const suggestion = v.union([
  v.strictObject({ Reply: v.strictObject(tapped) }),
  v.strictObject({ OpenUrl: v.strictObject({ ...tapped, Url: atMost(2048) }) }),
  v.strictObject({ DialPhone: v.strictObject({ ...tapped, PhoneNumber: v.string() }) }),
]);
const content = v.strictObject({
  Content: v.union([
    v.strictObject({ TextMessage: v.strictObject({ Body: atMost(3072) }) }),
    v.strictObject({ FileMessage: v.strictObject(file) }),
    v.strictObject({
      RichCard: v.strictObject({
        CardOrientation: v.picklist(["VERTICAL", "HORIZONTAL"]),
        CardContent: v.pipe(
          v.strictObject({
            Title: v.optional(atMost(200)),
            Description: v.optional(atMost(2000)),
            Media: v.optional(
              v.strictObject({ ...file, Height: v.optional(v.picklist(["SHORT", "MEDIUM", "TALL"])) }),
            ),
            Suggestions: v.optional(v.pipe(v.array(suggestion), v.maxLength(4)), []),
          }),
          v.check(({ Title, Description, Media }) => (Title ?? Description ?? Media) !== undefined),
        ),
      }),
    }),
  ]),
  Suggestions: v.optional(v.pipe(v.array(suggestion), v.maxLength(11)), []),
});
const request = v.strictObject({
  DestinationPhoneNumber: v.pipe(v.string(), v.regex(/^\+?[1-9][0-9]{1,18}$/)),
  OriginationIdentity: v.pipe(v.string(), v.regex(/^(arn:.*:rcs-agent\/)?rcs-[\w-]+$/)),
  RcsMessageContent: content,
  TimeToLive: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(172_800))),
  ConfigurationSetName: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/-]{1,256}$/))),
  Context: v.optional(
    v.pipe(
      v.record(atMost(100), atMost(800)),
      v.check((context) => Object.keys(context).length <= 5),
    ),
  ),
});

export async function handleSmsVoice(
  phones: Phones,
  accountId: string,
  action: string,
  input: unknown,
): Promise<ProviderAnswer | "drop-connection"> {
  const requestId = randomUUID();
  const refuse = (...of: Parameters<typeof smsVoiceError>) => toHttp(smsVoiceError(...of), { requestId });
  const refuseFields = (issues: readonly v.BaseIssue<unknown>[]) => {
    const Fields = issues.map((issue) => ({ Name: v.getDotPath(issue) ?? "", Message: issue.message }));
    const more = { Reason: "FIELD_VALIDATION_FAILED", Fields };
    return refuse(400, "ValidationException", "The request is not valid", more);
  };
  const taken = (MessageId: string) => toHttp(smsVoiceJson(200, { MessageId }), { requestId });
  if (action === "SendMediaMessage") {
    const send = mediaMessage(input, accountId);
    if ("issues" in send) return refuseFields(send.issues);
    const values = { ...send.values, requestId };
    return phones.send({ ...send, values }, taken(send.providerMessageId));
  }
  if (action !== "SendRcsMessage")
    return refuse(400, "UnknownOperationException", `${action} does not run locally`);
  const parsed = v.safeParse(request, input);
  if (!parsed.success) return refuseFields(parsed.issues);
  const {
    DestinationPhoneNumber: address,
    OriginationIdentity,
    RcsMessageContent,
    TimeToLive,
    ConfigurationSetName,
    Context,
  } = parsed.output;
  const providerMessageId = randomUUID();
  const agent = OriginationIdentity.split("/").at(-1) ?? "";
  const send = {
    channel: "rcs",
    address,
    identities: [OriginationIdentity, agent, accountId],
    freeText: false,
    providerMessageId,
    ...shownOf(RcsMessageContent),
    values: { requestId, identity: OriginationIdentity, phoneNumber: address },
    ...(TimeToLive === undefined ? {} : { expiresAfterMs: TimeToLive * 1000 }),
    // Without a configuration set nobody is told of anything.
    report: rcsEvent(agent, ConfigurationSetName === undefined ? undefined : (Context ?? {})),
  } as const;
  return phones.send(send, taken(providerMessageId));
}

/** What the phone shows. */
function shownOf({ Content, Suggestions }: v.InferOutput<typeof content>): {
  title?: string | undefined;
  body: string;
  rich?: Rich;
} {
  const chips = Suggestions.map(toSuggestion);
  const withChips = (rich: Rich) => ({ ...rich, ...(chips.length === 0 ? {} : { suggestions: chips }) });
  if ("TextMessage" in Content)
    return { body: Content.TextMessage.Body, ...(chips.length === 0 ? {} : { rich: withChips({}) }) };
  if ("FileMessage" in Content) return { body: "", rich: withChips({ media: Content.FileMessage.FileUrl }) };
  const { Title, Description = "", Media, Suggestions: own } = Content.RichCard.CardContent;
  return {
    ...(Title === undefined ? {} : { title: Title }),
    body: Description,
    rich: withChips({
      card: true,
      ...(Media === undefined ? {} : { media: Media.FileUrl }),
      ...(own.length === 0 ? {} : { cardSuggestions: own.map(toSuggestion) }),
    }),
  };
}

function toSuggestion(given: v.InferOutput<typeof suggestion>): Suggestion {
  if ("Reply" in given) return { text: given.Reply.Text, payload: given.Reply.PostbackData };
  const { Text: text, PostbackData: payload } = "OpenUrl" in given ? given.OpenUrl : given.DialPhone;
  return {
    text,
    payload,
    opens: "OpenUrl" in given ? given.OpenUrl.Url : `tel:${given.DialPhone.PhoneNumber}`,
  };
}
