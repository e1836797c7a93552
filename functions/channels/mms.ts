/**
 * MMS by AWS End User Messaging, `SendMediaMessage`: it has no client token, so the SDK must not retry. A file is read from S3, in
 * the account and the region of the number, with the rights of the caller; an https address is not taken, and a message has one.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendMediaMessage.html
 * https://docs.aws.amazon.com/end-user-messaging/latest/userguide/nx-mms-gsu-media.html
 */
import { SendMediaMessageCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import * as v from "valibot";
import type { Channel, CreateSender } from "../domain/channel.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { asLines, filesAsText, type Render } from "../domain/route/rich-content.ts";
import { contextOf, createEndUserMessagingCaller, timeToLive } from "./end-user-messaging.ts";
import { readEvent } from "./end-user-messaging-events.ts";
import { prepare } from "./errors.ts";

export const readTopicMessage: ReadTopicMessage = (message) => readEvent(message, "MEDIA_");

const originationArn = /^arn:[\w-]+:sms-voice:[\w-]+:\d{12}:(?:phone-number|pool)\/[\w-]+$/;

const options = v.strictObject({
  mediaUrls: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(
            /^s3:\/\/[a-z0-9.-]{3,63}\/\S{1,1024}$/,
            "must be a file in S3, such as s3://shop-media/order-7.jpg: MMS takes no other address",
          ),
        ),
      ),
      v.length(1, "must have one file: an MMS takes no more"),
      v.metadata({
        description:
          "One file in the deployment's bucket for MMS: a picture of at most 2 MB, or video, audio, PDF, a contact of at most 600 KB.",
        examples: [["s3://shop-media/order-7.jpg"]],
      }),
    ),
  ),
});

/** A file elsewhere than in S3 becomes a link, as in an SMS. */
const render: Render = ({ body, options: { mediaUrls }, media, buttons }) => {
  const file = media.find(({ url }) => url.startsWith("s3:"));
  const isShown = file !== undefined || mediaUrls !== undefined;
  const left = media.filter((one) => one !== file);
  return {
    body: asLines({ body: body ?? file?.caption, media: mediaUrls === undefined ? left : [], buttons }),
    ...(file === undefined ? {} : { options: { mediaUrls: [file.url] } }),
    carries: {
      media: isShown && (left.length === 0 || mediaUrls !== undefined) ? "shown" : filesAsText(left),
      buttons: "asText",
    },
  };
};

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html; of what is under way nothing is to be known. */
const events = [
  "DELIVERED",
  "SUCCESSFUL",
  "BLOCKED",
  "CARRIER_BLOCKED",
  "CARRIER_UNREACHABLE",
  "FILE_INACCESSIBLE",
  "FILE_SIZE_EXCEEDED",
  "FILE_TYPE_UNSUPPORTED",
  "INVALID",
  "INVALID_MESSAGE",
  "SPAM",
  "TTL_EXPIRED",
  "UNREACHABLE",
].map((status) => `MEDIA_${status}`);

export const mms: Channel = {
  id: "mms",
  name: "MMS",
  address: "phoneNumber",
  reports: ["sent", "delivered"],
  until: "delivered",
  // Its receipts carry our messageId; messages are found by the address.
  receiptsNameThe: "address",
  windowSeconds: 600,
  // In any script, and never split: https://docs.aws.amazon.com/sms-voice/latest/userguide/mms-limitations-character.html
  limit: { max: 1600, unit: "characters" },
  options,
  optOutCodes: { DESTINATION_PHONE_NUMBER_OPTED_OUT: "all" },
  render,
  sendsWithoutBody: ({ mediaUrls }) => mediaUrls !== undefined,
  settings: {
    mmsOriginationArn: "the ARN of the number or the pool in AWS End User Messaging that sends MMS",
    mmsMediaBucket: "the S3 bucket with the files that MMS carry, in the same account and region",
  },
  secrets: {},
  receipts: {
    topic: {
      name: "MmsEvents",
      displayName: "Events of MMS",
      use: "The configuration set publishes to it",
      publisher: "sms-voice.amazonaws.com",
      configurationSet: { events },
    },
  },
  missingAccount: ({ mmsOriginationArn = "", mmsMediaBucket }) =>
    originationArn.test(mmsOriginationArn) && mmsMediaBucket
      ? undefined
      : "this deployment has no number for MMS, or no bucket for its files (mmsOriginationArn and mmsMediaBucket)",
  permissions: ({ mmsOriginationArn = "", mmsMediaBucket = "" }) => [
    { actions: ["sms-voice:SendMediaMessage"], resources: [mmsOriginationArn] },
    {
      actions: ["s3:GetObject"],
      resources: [`arn:aws:s3:::${mmsMediaBucket}/*`],
      why: "AWS End User Messaging reads a message's file with the rights of its sender",
    },
  ],
};

/** As long as it tries by default. */
const longestSeconds = 72 * 3600;

export const createSender: CreateSender = ({ settings, configurationSet }) => {
  const call = createEndUserMessagingCaller();
  return async ({ messageId, addresses, body, options: given, timeoutSeconds }) => {
    const { mediaUrls } = await prepare(() => v.parse(options, given));
    const answer = await call(
      new SendMediaMessageCommand({
        DestinationPhoneNumber: addresses.phoneNumber,
        OriginationIdentity: settings.mmsOriginationArn,
        MessageBody: body,
        MediaUrls: mediaUrls,
        TimeToLive: timeToLive(timeoutSeconds, longestSeconds),
        ConfigurationSetName: configurationSet,
        Context: contextOf("mms", messageId),
      }),
    );
    return { providerMessageIds: [answer.MessageId ?? ""] };
  };
};
