/** What the platform applications of SNS and the account at SES lack. */
import { dateOf, endsSoon, type Finding, type Judge, pages } from "../finding.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html */
export const applications: Judge<"applications"> = ({ applications: found }, { outputs, now }) =>
  Object.entries(found).flatMap(([arn, attributes]) => {
    const { Enabled, AppleCertificateExpirationDate, EventDeliveryFailure } = attributes;
    const set = `aws sns set-platform-application-attributes --platform-application-arn ${arn} --attributes`;
    const ends = Date.parse(AppleCertificateExpirationDate ?? "");
    const credentials = {
      remedy: "put new credentials of Apple or Google",
      command: `${set} PlatformCredential=…`,
    };
    return [
      ...(Enabled === "false"
        ? [{ what: `${arn} is disabled: SNS found its credentials wrong`, ...credentials }]
        : []),
      ...(endsSoon(ends, now)
        ? [{ what: `the certificate of ${arn} ends on ${dateOf(ends)}`, ...credentials }]
        : []),
      ...(EventDeliveryFailure === outputs.PushEventsTopicArn
        ? []
        : [
            {
              what: `${arn} does not report failed pushes to this stack: they count as sent`,
              remedy: `set EventDeliveryFailure (${pages.receipts})`,
              command: `${set} EventDeliveryFailure=${outputs.PushEventsTopicArn}`,
            },
          ]),
    ];
  });

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
export const emailAccount: Judge<"emailAccount" | "emailIdentities"> = (
  { emailAccount: account, emailIdentities },
  { settings: { channels } },
) => {
  const { emailFrom = "" } = channels;
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota } = account;
  const { Max24HourSend = -1, SentLast24Hours = 0 } = SendQuota ?? {};
  const findings: Finding[] = [];
  if (!emailIdentities.some(({ VerifiedForSendingStatus }) => VerifiedForSendingStatus))
    findings.push(
      emailIdentities.length === 0
        ? {
            what: `neither ${emailFrom} nor its domain is an identity in SES: it refuses to send`,
            remedy: "make one, and verify it",
            command: `aws sesv2 create-email-identity --email-identity ${emailFrom.slice(emailFrom.lastIndexOf("@") + 1)}`,
          }
        : {
            what: `${emailFrom} is not verified in SES yet: it refuses to send`,
            remedy: "set the DNS records that SES names for the domain, or follow the link in its e-mail",
          },
    );
  if (!ProductionAccessEnabled)
    findings.push({
      what: "the account is in SES's sandbox: e-mails go to verified addresses alone, 200 a day",
      remedy: "ask for production access",
      command:
        "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://…",
    });
  if (!SendingEnabled)
    findings.push({
      what: `SES does not send for this account (${EnforcementStatus ?? "switched off"})`,
      remedy:
        "read the account's health in the SES console; where you switched it off yourself, switch it on",
      command: "aws sesv2 put-account-sending-attributes --sending-enabled",
    });
  // -1: without a limit.
  if (Max24HourSend > 0 && SentLast24Hours >= 0.8 * Max24HourSend)
    findings.push({
      what: `${SentLast24Hours} of the ${Max24HourSend} e-mails that SES sends in 24 hours have gone out`,
      remedy: "ask for a higher quota: Service Quotas → Amazon SES → Sending quota",
    });
  return findings;
};

export const contactList: Judge<"contactList"> = ({ contactList: found }, { settings: { channels } }) =>
  found === undefined
    ? [
        {
          what: `there is no contact list ${channels.emailContactList}: marketing by e-mail is refused`,
          remedy: "make it",
          command: `aws sesv2 create-contact-list --contact-list-name ${channels.emailContactList}`,
        },
      ]
    : [];
