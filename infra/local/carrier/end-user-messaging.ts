/**
 * AWS End User Messaging, AWS JSON 1.0: `SendRcsMessage`, `SendTextMessage` and `SendMediaMessage`. index.ts passes the calls. The
 * response only says that it accepted the message; the rest is told by events.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendRcsMessage.html
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendMediaMessage.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { smsVoiceError, smsVoiceJson } from "./answers/end-user-messaging.ts";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { syncAnswer } from "./answers/index.ts";
import { mediaEvent, rcsEvent, textEvent, textPriceOf } from "./end-user-messaging-events.ts";
import type { Phones } from "./phones.ts";
import type { Rich, Send, Suggestion } from "./sends.ts";

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
const common = {
  DestinationPhoneNumber: v.pipe(v.string(), v.regex(/^\+?[1-9][0-9]{1,18}$/)),
  ConfigurationSetName: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/-]{1,256}$/))),
  Context: v.optional(
    v.pipe(
      v.record(atMost(100), atMost(800)),
      v.check((context) => Object.keys(context).length <= 5),
    ),
  ),
};
const seconds = (shortest: number, longest: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(shortest), v.maxValue(longest)));
const rcsRequest = v.strictObject({
  ...common,
  OriginationIdentity: v.pipe(v.string(), v.regex(/^(arn:.*:rcs-agent\/)?rcs-[\w-]+$/)),
  RcsMessageContent: content,
  TimeToLive: seconds(1, 172_800),
});
const countryParameter = v.optional(v.pipe(v.string(), v.regex(/^\S{1,64}$/)));
const originationIdentity = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/+-]{1,256}$/));
const textRequest = v.strictObject({
  ...common,
  OriginationIdentity: v.optional(originationIdentity),
  MessageBody: v.pipe(v.string(), v.regex(/^(?!\s*$)[\s\S]{1,1600}$/)),
  MessageType: v.optional(v.picklist(["TRANSACTIONAL", "PROMOTIONAL"]), "TRANSACTIONAL"),
  MaxPrice: v.optional(v.pipe(v.string(), v.regex(/^\d{0,2}\.\d{1,5}$/))),
  TimeToLive: seconds(5, 259_200),
  DestinationCountryParameters: v.optional(
    v.strictObject({ IN_TEMPLATE_ID: countryParameter, IN_ENTITY_ID: countryParameter }),
  ),
});
/** A file is in S3, and a message has one. */
const mediaRequest = v.pipe(
  v.strictObject({
    ...common,
    OriginationIdentity: originationIdentity,
    MessageBody: v.optional(atMost(1600)),
    MediaUrls: v.optional(v.tuple([v.pipe(v.string(), v.regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/))])),
    TimeToLive: seconds(5, 259_200),
  }),
  v.check(({ MessageBody, MediaUrls }) => (MessageBody ?? MediaUrls) !== undefined, "has no content"),
);

type Refuse = (status: number, exception: string, message: string, more?: object) => ProviderAnswer;

export async function handleSmsVoice(
  phones: Phones,
  accountId: string,
  action: string,
  input: unknown,
): Promise<ProviderAnswer | "drop-connection"> {
  const requestId = randomUUID();
  const providerMessageId = randomUUID();
  const refuse: Refuse = (...of) => toHttp(smsVoiceError(...of), { requestId });
  const refuseFields = (issues: readonly v.BaseIssue<unknown>[]) =>
    refuse(400, "ValidationException", "The request is not valid", {
      Reason: "FIELD_VALIDATION_FAILED",
      Fields: issues.map((issue) => ({ Name: v.getDotPath(issue) ?? "", Message: issue.message })),
    });
  const send = (
    own: Pick<Send, "channel" | "body" | "report"> & Partial<Send>,
    given: Common,
    identity = "",
  ) =>
    phones.send(
      {
        address: given.DestinationPhoneNumber,
        identities: [identity, identity.split("/").at(-1) ?? "", accountId].filter((id) => id !== ""),
        freeText: false,
        providerMessageId,
        values: { requestId, identity, phoneNumber: given.DestinationPhoneNumber },
        ...(given.TimeToLive === undefined ? {} : { expiresAfterMs: given.TimeToLive * 1000 }),
        ...own,
      },
      toHttp(smsVoiceJson(200, { MessageId: providerMessageId }), { requestId }),
    );
  // Without a configuration set nobody is told of anything.
  const contextOf = ({ ConfigurationSetName, Context = {} }: Common) =>
    ConfigurationSetName === undefined ? undefined : Context;
  switch (action) {
    case "SendRcsMessage": {
      const { success, output, issues } = v.safeParse(rcsRequest, input);
      if (!success) return refuseFields(issues);
      const identity = output.OriginationIdentity;
      const report = rcsEvent(identity.split("/").at(-1) ?? "", contextOf(output));
      return send({ channel: "rcs", ...shownOf(output.RcsMessageContent), report }, output, identity);
    }
    case "SendTextMessage": {
      const { success, output, issues } = v.safeParse(textRequest, input);
      if (!success) return refuseFields(issues);
      const { OriginationIdentity: identity, MessageBody: body, MessageType, MaxPrice } = output;
      if (MaxPrice !== undefined && textPriceOf(body) > Number(MaxPrice))
        return toHttp(syncAnswer("sms-eum-PRICE-OVER-THRESHOLD"), { requestId });
      const report = textEvent(identity ?? "+12065550152", MessageType, contextOf(output));
      return send({ channel: "sms", provider: "endUserMessaging", body, report }, output, identity);
    }
    case "SendMediaMessage": {
      const { success, output, issues } = v.safeParse(mediaRequest, input);
      if (!success) return refuseFields(issues);
      const { OriginationIdentity: identity, MessageBody: body = "", MediaUrls: [media] = [] } = output;
      const rich = media === undefined ? {} : { rich: { media } };
      return send({ channel: "mms", body, ...rich, report: mediaEvent(contextOf(output)) }, output, identity);
    }
    default:
      return refuse(400, "UnknownOperationException", `${action} does not run locally`);
  }
}

interface Common {
  DestinationPhoneNumber: string;
  TimeToLive?: number | undefined;
  ConfigurationSetName?: string | undefined;
  Context?: Record<string, string> | undefined;
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
