/**
 * Amazon SES v2, `SendEmail`. index.ts passes the calls. Every well-formed sender, configuration set and contact list exists.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { restJsonError } from "./answers/email.ts";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import { emailReport } from "./email-events.ts";
import type { Phones } from "./phones.ts";

/** As SES takes names and values of tags. */
const tagText = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,256}$/));
const data = v.looseObject({ Data: v.string() });
const request = v.object({
  FromEmailAddress: v.pipe(v.string(), v.regex(/^[\x20-\x7e]+@[\x20-\x7e]+$/)),
  Destination: v.object({ ToAddresses: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(50)) }),
  ReplyToAddresses: v.optional(v.array(v.string())),
  Content: v.object({
    Simple: v.object({
      Subject: data,
      Body: v.pipe(
        v.object({ Text: v.optional(data), Html: v.optional(data) }),
        v.check(({ Text, Html }) => (Text ?? Html) !== undefined),
      ),
      Attachments: v.optional(
        v.array(v.looseObject({ FileName: v.string(), RawContent: v.pipe(v.string(), v.base64()) })),
      ),
    }),
  }),
  EmailTags: v.optional(v.array(v.object({ Name: tagText, Value: tagText })), []),
  ConfigurationSetName: v.optional(v.string()),
  ListManagementOptions: v.optional(v.object({ ContactListName: v.string() })),
});

/** Without a domain, or in other letters than ASCII. */
const addressPattern = /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/;
/** It stands for the link in a text. */
const placeholder = "{{amazonSESUnsubscribeUrl}}";

export async function sendEmail(
  phones: Phones,
  { region, accountId }: { region: string; accountId: string },
  input: unknown,
): Promise<ProviderAnswer | "drop-connection"> {
  const parsed = v.safeParse(request, input);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refusal(`${v.getDotPath(issue) ?? "The request"}: ${issue.message}`);
  }
  const { FromEmailAddress: from, Destination, Content, EmailTags, ...options } = parsed.output;
  const [address = "", ...others] = Destination.ToAddresses;
  if (!addressPattern.test(address)) return refusal("Missing final '@domain'");
  if (others.length > 0) return refusal("the local run sends to one address at a time");
  const { Subject, Body } = Content.Simple;
  const providerMessageId = newMessageId();
  const sender = /<([^>]+)>$/.exec(from)?.[1] ?? from;
  const unsubscribe = `https://unsubscribe.ses.example/${providerMessageId}`;
  const filled = (part: { Data: string } | undefined) =>
    part === undefined || options.ListManagementOptions === undefined
      ? part?.Data
      : part.Data.replaceAll(placeholder, unsubscribe);
  const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
  return phones.send(
    {
      channel: "email",
      address,
      identities: [sender, sender.slice(sender.lastIndexOf("@") + 1), accountId],
      freeText: false,
      providerMessageId,
      title: Subject.Data,
      body: filled(Body.Text) ?? "",
      html: filled(Body.Html),
      callbackData: tags.messageId?.[0],
      values: { requestId: newMessageId(), address, identity: sender, region: region.toUpperCase() },
      report: emailReport({
        from,
        sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${sender}`,
        accountId,
        configurationSet: options.ConfigurationSetName,
        tags,
        tellsOpens: Body.Html !== undefined && options.ConfigurationSetName?.endsWith("-opens") === true,
      }),
    },
    toHttp({ status: 200, body: { MessageId: providerMessageId } }, {}),
  );
}

const refusal = (text: string) =>
  toHttp(restJsonError(400, "BadRequestException", text), { requestId: newMessageId() });

/** As SES writes them: `0100017f…-61b59c11-9236-11e6-8f96-7be8aexample-000000`. */
const newMessageId = () => {
  const hex = randomBytes(24).toString("hex");
  return `${hex.slice(0, 16)}-${hex.slice(16, 24)}-${hex.slice(24, 28)}-${hex.slice(28, 32)}-${hex.slice(32, 36)}-${hex.slice(36, 48)}-000000`;
};
