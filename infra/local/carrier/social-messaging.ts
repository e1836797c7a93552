/**
 * AWS End User Messaging Social, `SendWhatsAppMessage`: takes Meta's JSON and passes it on. index.ts passes the calls. What Meta says
 * of the message comes as an event of the account's topic. One number exists.
 * https://docs.aws.amazon.com/social-messaging/latest/APIReference/API_SendWhatsAppMessage.html and
 * https://docs.aws.amazon.com/social-messaging/latest/userguide/managing-event-destination-dlrs.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import settings from "../settings.json" with { type: "json" };
import { restJsonError } from "./answers/email.ts";
import { type ProviderAnswer, toHttp } from "./answers/fill.ts";
import type { Phones } from "./phones.ts";
import { readWhatsApp } from "./whats-app.ts";
import { whatsAppAccountId } from "./whats-app-webhooks.ts";

const numberId = "0123456789abcdef0123456789abcdef";
export const socialPhoneNumberId = `phone-number-id-${numberId}`;

const request = v.strictObject({
  originationPhoneNumberId: v.pipe(v.string(), v.regex(/^(phone-number-id-|arn:.*:phone-number-id\/)\w+$/)),
  metaApiVersion: v.pipe(v.string(), v.regex(/^v\d+\.\d+$/)),
  message: v.pipe(v.string(), v.base64(), v.maxLength(2_730_668)),
});
const graphError = v.object({ error: v.object({ message: v.string() }) });

export async function sendByAws(
  phones: Phones,
  accountId: string,
  input: unknown,
): Promise<ProviderAnswer | "drop-connection"> {
  const requestId = randomUUID();
  const refuse = (status: number, code: string, message: string) =>
    toHttp(restJsonError(status, code, message), { requestId });
  const parsed = v.safeParse(request, input);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse(400, "ValidationException", `${v.getDotPath(issue) ?? "The request"}: ${issue.message}`);
  }
  const { originationPhoneNumberId: identity, message } = parsed.output;
  if (!identity.endsWith(numberId))
    return refuse(404, "ResourceNotFoundException", "The resource was not found.");
  const read = readWhatsApp(settings.whatsAppPhoneNumberId, jsonIn(message));
  if ("refused" in read) {
    const { error } = v.parse(graphError, JSON.parse(read.refused.body));
    return refuse(400, "InvalidParametersException", error.message);
  }
  const identities = [identity, settings.whatsAppPhoneNumberId, whatsAppAccountId, accountId];
  const values = { ...read.send.values, requestId };
  return phones.send(
    { ...read.send, provider: "aws", identities, values },
    toHttp(
      { status: 200, headers: { "x-amzn-requestid": requestId }, body: { messageId: randomUUID() } },
      {},
    ),
  );
}

function jsonIn(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString());
  } catch {
    return undefined;
  }
}

const webhook = v.object({ entry: v.tuple([v.unknown()]) });

/** What Meta's webhook says, as AWS publishes it. */
export function socialEvent(
  body: object,
  { region, accountId, at }: { region: string; accountId: string; at: number },
): object {
  const arn = (path: string) => `arn:aws:social-messaging:${region}:${accountId}:${path}`;
  return {
    context: {
      MetaWabaIds: [{ wabaId: whatsAppAccountId, arn: arn("waba/fedcba9876543210fedcba9876543210") }],
      MetaPhoneNumberIds: [
        { metaPhoneNumberId: settings.whatsAppPhoneNumberId, arn: arn(`phone-number-id/${numberId}`) },
      ],
    },
    whatsAppWebhookEntry: JSON.stringify(v.parse(webhook, body).entry[0]),
    aws_account_id: accountId,
    message_timestamp: new Date(at).toISOString(),
    messageId: randomUUID(),
  };
}
