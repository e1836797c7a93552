/** A message as SES v2 takes it. Pure. */
import type { SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import * as v from "valibot";
import type { Outbound, Settings } from "../domain/channel.ts";
import { asLines, type Button, filesAsText, type Media, type Render } from "../domain/route/rich-content.ts";
import { inHtml } from "../validation/text.ts";
import { emailOptions } from "./email-options.ts";
import { Rejected } from "./errors.ts";

/**
 * The configuration set that reports opens: SES puts a picture into the HTML, and a mail program that fetches it counts as a
 * reader, also one that fetches for its user (Apple's does); one that shows no pictures never counts. So it is used only for a
 * message whose rule asks for `read`. https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
 */
export const opensOf = (configurationSet: string) => `${configurationSet}-opens`;

/** By it an event finds its message, also where the function died before it noted SES's id. */
export const messageTag = "messageId";

const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });

/** @throws {Rejected} where it is marketing, and there is no contact list by which the customer could unsubscribe. */
export function emailOf(message: Outbound, settings: Settings): SendEmailCommandInput {
  const { addresses, body, messageId, title, category, until } = message;
  const { emailFrom = "", emailConfigurationSet = "", emailContactList } = settings;
  const { subject, htmlBody, fromName, replyTo, attachments = [] } = v.parse(emailOptions, message.options);
  const asksForRead = until === "read";
  const html = htmlBody ?? (asksForRead && body !== undefined ? asHtml(body) : undefined);
  const list = category === "marketing" ? { ContactListName: emailContactList } : undefined;
  if (list && !emailContactList)
    throw new Rejected(
      "this deployment has no contact list (emailContactList) by which customers could unsubscribe from marketing: nothing was sent",
    );
  const text = list && body !== undefined ? withLinkInText(body) : body;
  return {
    FromEmailAddress: fromName === undefined ? emailFrom : `${displayName(fromName)} <${emailFrom}>`,
    Destination: { ToAddresses: [addresses.email ?? ""] },
    ReplyToAddresses: replyTo === undefined ? undefined : [replyTo],
    Content: {
      Simple: {
        Subject: utf8(oneLine(subject ?? title ?? beginningOf(body ?? ""))),
        Body: {
          Text: text === undefined ? undefined : utf8(text),
          Html: html === undefined ? undefined : utf8(list ? withLinkInHtml(html) : html),
        },
        Attachments:
          attachments.length === 0
            ? undefined
            : attachments.map(({ name, type, content, contentId }) => ({
                FileName: name,
                ContentType: type,
                RawContent: Buffer.from(content, "base64"),
                ContentTransferEncoding: "BASE64",
                ContentDisposition: contentId === undefined ? "ATTACHMENT" : "INLINE",
                ContentId: contentId,
              })),
      },
    },
    EmailTags: [
      { Name: messageTag, Value: messageId },
      { Name: "channel", Value: "email" },
    ],
    ConfigurationSetName: asksForRead ? opensOf(emailConfigurationSet) : emailConfigurationSet,
    ListManagementOptions: list,
  };
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** As long as RFC 5322 advises a line to be. */
const longestSubject = 78;

/** A subject for a message without a title: its first line, cut at a word. */
function beginningOf(body: string): string {
  const line = oneLine(body.trimStart().split(/[\r\n]/, 1)[0] ?? "");
  if (line.length <= longestSubject) return line;
  const cut = line.slice(0, longestSubject - 1);
  return `${cut.slice(0, cut.lastIndexOf(" ") > 0 ? cut.lastIndexOf(" ") : undefined).toWellFormed()}…`;
}

/**
 * The text has everything as lines; the HTML shows pictures and links of its own. An answer to tap does not exist in an e-mail, and
 * HTML of the request's own stays as it is.
 */
export const renderEmail: Render = ({ body, options, media, buttons }) => {
  const text = asLines({ body, media, buttons });
  const carries = { media: filesAsText(media), buttons: "asText" } as const;
  if (options.htmlBody !== undefined) return { body: text, carries };
  const isPicture = ({ type, url }: Media) => type.startsWith("image/") && url.startsWith("https:");
  const isLink = ({ type }: Button) => type !== "reply";
  const words = asLines({
    body,
    media: media.filter((one) => !isPicture(one)),
    buttons: buttons.filter((one) => !isLink(one)),
  });
  const pictures = media
    .filter(isPicture)
    .map(
      ({ url, caption = "" }) =>
        `<p><img src="${inHtml(url)}" alt="${inHtml(caption)}" style="max-width: 100%">${caption && `<br>${inHtml(caption)}`}</p>`,
    );
  const links = buttons
    .filter(isLink)
    .map(
      ({ text: label, url, phoneNumber }) =>
        `<p><a href="${inHtml(url ?? `tel:${phoneNumber}`)}">${inHtml(label)}</a></p>`,
    );
  return {
    body: text,
    options: { htmlBody: [words === undefined ? "" : asHtml(words), ...pictures, ...links].join("") },
    carries: {
      media: media.every(isPicture) ? "shown" : carries.media,
      buttons: buttons.every(isLink) ? "shown" : "asText",
    },
  };
};

const asHtml = (body: string) => `<div style="white-space: pre-wrap">${inHtml(body)}</div>`;

/**
 * SES puts the customer's own link in its place, and adds the headers of RFC 8058 by itself where there is one recipient; mail
 * programs that show no button for them need a link that can be seen.
 * https://docs.aws.amazon.com/ses/latest/dg/sending-email-subscription-management.html
 */
const link = "{{amazonSESUnsubscribeUrl}}";
const withLinkInText = (text: string) => `${text}\n\nUnsubscribe: ${link}`;
const htmlLink = `<p><a href="${link}">Unsubscribe</a></p>`;
const withLinkInHtml = (html: string) => {
  const end = html.toLowerCase().lastIndexOf("</body>");
  return end < 0 ? html + htmlLink : html.slice(0, end) + htmlLink + html.slice(end);
};

/** RFC 5322 for ASCII; otherwise the encoded words of RFC 2047, each of at most 75 characters. */
function displayName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replace(/["\\]/g, "\\$&")}"`;
  const words: string[] = [""];
  for (const character of name) {
    const longer = `${words.at(-1)}${character}`;
    if (Buffer.byteLength(longer) <= 45) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}
