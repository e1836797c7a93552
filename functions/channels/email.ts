/**
 * E-mail by Amazon SES v2, `SendEmail`: it has no client token, so the SDK must not retry. What becomes of a message is reported by
 * the events of a configuration set, which carry our messageId as a tag.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
import { SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Channel, CreateSender, Settings } from "../domain/channel.ts";
import { emailOf, opensOf, renderEmail } from "./email-content.ts";
import { unsubscribedCode } from "./email-event.ts";
import { emailOptions } from "./email-options.ts";
import { prepare } from "./errors.ts";
import { createSesCaller, ofAddress } from "./ses.ts";

export { readTopicMessage } from "./email-event.ts";

export const email: Channel = {
  id: "email",
  name: "E-mail",
  address: "email",
  // Reads are reported only where a rule asks for them, and weakly: see email-content.ts.
  reports: ["sent", "delivered", "read"],
  until: "delivered",
  // Receipts carry our messageId; by the address messages are found, and customers' preferences.
  receiptsNameThe: "address",
  windowSeconds: 600,
  limit: { max: 10_000, unit: "characters" },
  options: emailOptions,
  render: renderEmail,
  sendsWithoutBody: ({ htmlBody }) => htmlBody !== undefined,
  // They left the contact list at SES, which holds whatever the client's own record says.
  optOutCodes: { [unsubscribedCode]: "marketing" },
  settings: {
    emailFrom: "the address that e-mails come from: it, or its domain, is verified in Amazon SES",
    emailConfigurationSet:
      "the name of the configuration set that the stack makes for it, and with `-opens` behind it of a second one",
    emailContactList: "the contact list in Amazon SES by which customers unsubscribe: marketing needs it",
  },
  secrets: {},
  receipts: {
    topic: {
      name: "EmailEvents",
      displayName: "What became of e-mails",
      use: "The configuration sets publish to it",
      sesEvents: ({ emailConfigurationSet }) =>
        emailConfigurationSet === undefined
          ? {}
          : {
              [emailConfigurationSet]: events,
              [opensOf(emailConfigurationSet)]: [...events, "open"],
            },
    },
  },
  missingAccount: ({ emailFrom, emailConfigurationSet }) =>
    emailFrom && emailConfigurationSet
      ? undefined
      : "this deployment has no sender of e-mail (emailFrom and emailConfigurationSet)",
  identities: ({ emailFrom }) => (emailFrom === undefined ? [] : [emailFrom]),
  permissions: (settings) => [{ actions: ["ses:SendEmail"], resources: resourcesOf(settings) }],
};

/** A delay, which SES only waits out, needs no event. */
const events = [
  "send",
  "reject",
  "bounce",
  "complaint",
  "delivery",
  "renderingFailure",
  "subscription",
] as const;

/**
 * The identity is the address or its domain. The reference lists no contact list for `SendEmail`; it is allowed all the same, so
 * that marketing does not fail where SES checks it: https://docs.aws.amazon.com/service-authorization/latest/reference/list_sesv2.html
 */
function resourcesOf({ emailFrom = "", emailConfigurationSet = "", emailContactList }: Settings): string[] {
  const domain = emailFrom.slice(emailFrom.lastIndexOf("@") + 1);
  return [
    ...new Set([`identity/${emailFrom}`, `identity/${domain}`]),
    `configuration-set/${emailConfigurationSet}`,
    `configuration-set/${opensOf(emailConfigurationSet)}`,
    ...(emailContactList === undefined ? [] : [`contact-list/${emailContactList}`]),
  ].map((resource) => `arn:aws:ses:{region}:{account}:${resource}`);
}

export const createSender: CreateSender = ({ settings }) => {
  const callSes = createSesCaller();
  return async (message) => {
    const command = await prepare(() => new SendEmailCommand(emailOf(message, settings)));
    const { MessageId } = await callSes(command, ofAddress(message.addresses.email), settings.emailFrom);
    return { providerMessageIds: [MessageId ?? ""] };
  };
};
