/**
 * Calls of Amazon SES v2, and what its errors mean: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 * Texts: https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
 */
import { SESv2Client, type SendEmailCommand, type SendEmailCommandOutput } from "@aws-sdk/client-sesv2";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import { type AwsErrors, createAwsCaller } from "./aws-caller.ts";
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  ProviderUnavailable,
  Rejected,
  Undeliverable,
} from "./errors.ts";

/** Those that not every AWS service has. */
const sesErrors: AwsErrors = {
  AccountSuspended: means(ChannelMisconfigured),
  BadRequest: means(Rejected),
  InternalServiceError: means(ProviderUnavailable),
  // The MX record of the sender's own MAIL FROM domain.
  MailFromDomainNotVerified: means(ChannelMisconfigured, "identity"),
  MessageRejected: means(Rejected),
  // The configuration set.
  NotFound: means(ChannelMisconfigured),
  SendingPaused: means(ChannelMisconfigured),
};

/** What only the text says. `to`: the customer's address. */
export const ofAddress =
  (to: string | undefined) =>
  (code: string, text: string): Meaning | undefined => {
    // In the sandbox also of the customer: "… The following identities failed the check in region US-EAST-1: anna@example.com".
    if (code === "MessageRejected" && text.startsWith("Email address is not verified"))
      return to !== undefined && text.toLowerCase().includes(to)
        ? means(Undeliverable)
        : means(ChannelMisconfigured, "identity");
    // What the day has no more room for will have none in a minute.
    if (text.startsWith("Daily message quota exceeded")) return means(ChannelMisconfigured);
    // Only marketing needs it.
    if (code === "NotFound" && /\blist\b/i.test(text)) return means(ChannelMisconfigured, "request");
    return code === "BadRequest" && wrongAddress.test(text) ? means(Undeliverable) : undefined;
  };

/** https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html */
const wrongAddress =
  /^(Illegal address|Missing final|Missing '|Domain (contains|starts|ends)|Local address|User name is missing)/;

/** Throws as `createAwsCaller`. `special` takes precedence over the table; `identity`: the address that it sends from. */
export function createSesCaller() {
  const call = createAwsCaller(
    "Amazon SES",
    (agents) => new SESv2Client(clientConfiguration(publishCall, agents)),
  );
  return (
    command: SendEmailCommand,
    special: ReturnType<typeof ofAddress>,
    identity: string | undefined,
  ): Promise<SendEmailCommandOutput> =>
    call(
      command,
      (client) => client.send(command),
      ({ message }, code) => special(code, message) ?? sesErrors[code],
      identity,
    );
}
