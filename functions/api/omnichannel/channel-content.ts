/** What one channel is to send, from `customBody`, `messageParts` and `channelOptions` of the Omnichannel API. Pure. */
import * as v from "valibot";
import type { Channel } from "../../domain/channel.ts";
import { isBlank } from "../../validation/text.ts";
import type { MessagePart, OmnichannelMessage } from "./request.ts";
import { textOfHtml } from "./texts.ts";

/** Told what becomes of a field otherwise than its sender may expect. */
export type Warn = (path: string, message: string) => void;

export interface ChannelContent {
  /** Absent: the common text. */
  text?: string | undefined;
  options: Record<string, unknown>;
  /** ISO 8601. */
  deliverAfter?: string | undefined;
  clientRef?: string | undefined;
}

const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const object = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

const present = <Content extends object>(content: Content): Content =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)) as Content;

export function contentOfChannel(channel: Channel, given: OmnichannelMessage, warn: Warn): ChannelContent {
  const custom = customContent(channel.id, given.customBody?.[channel.id], warn);
  // customBody goes before messageParts. https://developer.dotdigital.com/reference/multi-part-messages
  const parts = custom === undefined ? partsFor(channel, given, warn) : {};
  const asked = {
    ...readOptions(channel.id, given.channelOptions?.[channel.id] ?? {}, warn),
    ...parts.options,
  };
  const { options = {}, ...content } = { ...parts, ...custom };
  return { ...content, options: keptOptions(channel, { ...asked, ...options }, warn) };
}

/** As `Partial<ChannelContent>`; undefined: there is none for this channel. */
function customContent(
  id: string,
  custom: string | Record<string, unknown> | null | undefined,
  warn: Warn,
): Partial<ChannelContent> | undefined {
  if (custom === undefined || custom === null) return undefined;
  if (typeof custom === "string") return { text: custom };
  const path = `customBody.${id}`;
  const { unused, ...content } = (customReaders[id] ?? ofAnyChannel)(custom);
  for (const name of unused) warn(`${path}.${name}`, "is not sent: the channel does not take it");
  // The common text would be something else than was asked for.
  return { text: "", ...present(content) };
}

type Read = Partial<ChannelContent> & { unused: string[] };
const without = (custom: Record<string, unknown>, ...used: string[]) =>
  Object.keys(custom).filter((name) => !used.includes(name));
const ofAnyChannel = (custom: Record<string, unknown>): Read => ({
  text: string(custom.body) ?? string(custom.text),
  unused: without(custom, "body", "text"),
});
const customReaders: Record<string, (custom: Record<string, unknown>) => Read> = {
  // https://developer.dotdigital.com/reference/custom-messages
  sms: (custom) => ({
    text: string(custom.body) ?? string(custom.text) ?? string(custom.message),
    deliverAfter: string(custom.deliverAfter),
    clientRef: string(custom.clientRef),
    ...(custom.from === undefined ? {} : { options: { from: custom.from } }),
    unused: without(custom, "body", "text", "message", "from", "deliverAfter", "clientRef"),
  }),
  // The `message` of Meta's Send API, or its whole body.
  fbMessenger: (custom) => {
    const message = object(custom.message) ?? custom;
    return {
      text: string(message.text),
      options: present({ attachment: message.attachment, quickReplies: message.quick_replies }),
      // Meta takes one of them.
      unused: without(message, ...(message.attachment ? [] : ["text"]), "attachment", "quick_replies"),
    };
  },
  // A message of Meta's Cloud API.
  whatsApp: (custom) => {
    const [text, template] = [object(custom.text), object(custom.template)];
    const type = whatsAppMedia.find((one) => object(custom[one]) !== undefined);
    const media = type && object(custom[type]);
    return {
      text: string(text?.body) ?? string(custom.text) ?? string(custom.body) ?? string(media?.caption),
      options: {
        ...(text?.preview_url === true ? { previewUrl: true } : {}),
        ...(template ? { template: templateOf(template) } : {}),
        ...(media ? { media: present({ type, url: media.link, filename: media.filename }) } : {}),
      },
      unused: without(
        custom,
        ...["type", "text", "template", "body", "messaging_product", "recipient_type", ...whatsAppMedia],
      ),
    };
  },
};
const whatsAppMedia = ["image", "video", "document"] as const;

/** As Meta takes it: the language may be an object with a `code`. */
const templateOf = ({ name, language, components }: Record<string, unknown>) =>
  present({ name, language: string(object(language)?.code) ?? language, components });

type Options = Record<string, unknown>;

/** A file with an address, as the channel shows the common `media`; undefined: it has no room for it. */
function mediaOptions(
  { id, render }: Channel,
  { type, url, name }: MessagePart,
  hasText: boolean,
): Options | undefined {
  // A card of Messenger, or a page of an e-mail, would hold a text that is not final yet.
  if (!url || id === "email" || (id === "fbMessenger" && hasText)) return undefined;
  const mime = (type.split(";")[0] ?? "").trim().toLowerCase();
  const media = [{ url, type: mime, ...(name ? { filename: name } : {}) }];
  const rendered = render?.({ body: hasText ? "…" : undefined, options: {}, media, buttons: [] });
  return rendered?.carries.media === "shown" ? rendered.options : undefined;
}

/** A file that the request brings goes by e-mail. */
const attachmentOf = ({ type, name, data }: MessagePart) =>
  typeof data === "string" ? { name: name ?? "attachment", type, content: data } : undefined;

function partsFor(
  channel: Channel,
  { messageParts, body }: OmnichannelMessage,
  warn: Warn,
): Partial<ChannelContent> {
  const { id } = channel;
  let text: string | undefined;
  const options: Options = {};
  let media: Options | undefined;
  const attachments: object[] = [];
  const mine = [...(messageParts ?? []).entries()].filter(
    ([, { channels }]) => !channels || channels.includes(id),
  );
  const isText = ({ type, url, data }: MessagePart) =>
    /^text\/(plain|html)\b/i.test(type) && typeof data === "string" && !url;
  const hasText = !isBlank(body ?? "") || mine.some(([, part]) => isText(part));
  for (const [index, part] of mine) {
    const { type, data } = part;
    const ofTemplate = id === "whatsApp" && /^whatsapp\/template\b/i.test(type) ? object(data) : undefined;
    const isHtml = /html/i.test(type);
    const file = isText(part) || media ? undefined : mediaOptions(channel, part, hasText);
    const attachment = id === "email" && !isText(part) ? attachmentOf(part) : undefined;
    if (ofTemplate) options.template = templateOf(object(ofTemplate.template) ?? ofTemplate);
    else if (isText(part) && (text === undefined || (id === "email" && isHtml))) {
      text ??= isHtml ? textOfHtml(String(data)) : String(data);
      if (id === "email" && isHtml) options.htmlBody = data;
    } else if (file) media = file;
    else if (attachment) attachments.push(attachment);
    else warn(`messageParts[${index}]`, `is not sent by ${id}, which has no room for it`);
  }
  if (attachments.length > 0) options.attachments = attachments;
  return present({ text, options: { ...options, ...media } });
}

/** Their names, where ours are others; undefined: it has no use here, for this reason. */
const otherNames: Record<string, Record<string, { name?: string; why?: string }>> = {
  whatsApp: {
    enableUrlPreview: { name: "previewUrl" },
    phoneNumber: { why: "is not used: the deployment sends from its own number" },
  },
  fbMessenger: {
    // https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/message-tags
    messageTag: {
      why: "is not sent: Meta no longer takes message tags, so the text goes within 24 hours of the customer's last message alone",
    },
  },
  appMessaging: { from: { why: "is not shown: a push has the app as its sender" } },
};

function readOptions(id: string, options: Record<string, unknown>, warn: Warn): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([given, value]) => {
      if (value === null) return [];
      const { name = given, why } = otherNames[id]?.[given] ?? {};
      if (why === undefined) return [[name, value]];
      warn(`channelOptions.${id}.${given}`, why);
      return [];
    }),
  );
}

/** SNS takes 11 letters, digits and hyphens. https://docs.aws.amazon.com/sns/latest/dg/channels-sms-senderid.html */
const asSenderId = (from: unknown) =>
  String(from)
    .replace(/[^A-Za-z0-9-]/g, "")
    .slice(0, 11);

/** The options that the channel takes; one that it does not take is warned of, and left out. */
function keptOptions(channel: Channel, asked: Record<string, unknown>, warn: Warn): Record<string, unknown> {
  let kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(asked)) {
    const path = `channelOptions.${channel.id}.${name}`;
    const fits = (candidate: unknown) => v.safeParse(channel.options, { ...kept, [name]: candidate });
    const result = fits(value);
    if (result.success) kept = { ...kept, [name]: value };
    else if (channel.id === "sms" && name === "from" && fits(asSenderId(value)).success) {
      kept = { ...kept, from: asSenderId(value) };
      warn(path, `is sent as ${asSenderId(value)}: a sender id has at most 11 letters, digits and hyphens`);
    } else warn(path, `is not used: ${whyNot(result.issues[0])}`);
  }
  return kept;
}

const whyNot = ({ type, message, expected }: v.BaseIssue<unknown>) =>
  type === "strict_object" && expected === "never"
    ? "the channel has no such option"
    : message.startsWith("Invalid ")
      ? `it would have to be ${expected}`
      : message;
