/**
 * Calls of Amazon SES v2, and what its errors mean: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 * Texts: https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
 */
import { SESv2Client, type SendEmailCommand, type SendEmailCommandOutput } from "@aws-sdk/client-sesv2";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import { createProviderCaller, type SpecialMeaning, whenItLeaves } from "./aws-provider.ts";
import {
  ChannelMisconfigured,
  type Meaning,
  means,
  ProviderUnavailable,
  Rejected,
  Throttled,
  Undeliverable,
} from "./errors.ts";

/** By the code without `Exception`; those of every AWS service are in aws-provider.ts. */
const sesErrors: Readonly<Record<string, Meaning>> = {
  AccountSuspended: means(ChannelMisconfigured),
  BadRequest: means(Rejected),
  InternalServiceError: means(ProviderUnavailable),
  LimitExceeded: means(Throttled, "account"),
  // The MX record of the sender's own MAIL FROM domain.
  MailFromDomainNotVerified: means(ChannelMisconfigured, "identity"),
  MessageRejected: means(Rejected),
  // The configuration set.
  NotFound: means(ChannelMisconfigured),
  SendingPaused: means(ChannelMisconfigured),
  TooManyRequests: means(Throttled, "account"),
};

/** What only the text tells. `to`: the customer's address. */
export const ofAddress =
  (to: string | undefined): SpecialMeaning =>
  (code, text) => {
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

/** A caller of SES. `identity`: the address that it sends from. @throws {ChannelError} see aws-provider.ts */
export function createSesCaller() {
  const call = createProviderCaller(
    "Amazon SES",
    (agents, noteThatItLeaves) => {
      const ses = new SESv2Client(clientConfiguration(publishCall, agents));
      ses.middlewareStack.add(
        (next) => (args) => {
          noteThatItLeaves(args.input);
          return next(args);
        },
        whenItLeaves,
      );
      return ses;
    },
    sesErrors,
  );
  return (
    command: SendEmailCommand,
    special: SpecialMeaning,
    identity: string | undefined,
  ): Promise<SendEmailCommandOutput> => call(command.input, (ses) => ses.send(command), special, identity);
}
