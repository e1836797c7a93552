/**
 * The calls of AWS by which an account is looked at, and those by which it is changed: SNS, SES, End User Messaging, Service
 * Quotas. index.ts passes them. The shapes are those of the services' API references, in the SDKs' models.
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Accounts } from "./accounts.ts";
import type { ProviderAnswer } from "./answers/fill.ts";
import { attributesOf, attributesXml, failure, success } from "./sns-wire.ts";

export interface AccountCall {
  service: string;
  action: string;
  /** Parsed; a form's is flat. */
  input: () => unknown;
}

const named = v.looseObject({
  EmailIdentity: v.optional(v.string(), ""),
  ContactListName: v.optional(v.string(), ""),
  QuotaCode: v.optional(v.string(), ""),
});

const json = (body: object, status = 200, code?: string): ProviderAnswer => ({
  status,
  headers: {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
    ...(code === undefined ? {} : { "x-amzn-errortype": code }),
  },
  body: JSON.stringify(code === undefined ? body : { __type: code, ...body }),
});

/** Undefined where the call is about something else. */
export function answerForAccount(accounts: Accounts, call: AccountCall): ProviderAnswer | undefined {
  if (call.service === "sns") return ofSns(accounts, call.action, call.input);
  const { sms, email, quotas } = accounts.state;
  const input = () => v.parse(named, call.input());
  switch (`${call.service}:${call.action}`) {
    case "ses:GetAccount":
      return json({
        DedicatedIpAutoWarmupEnabled: false,
        EnforcementStatus: "HEALTHY",
        ProductionAccessEnabled: email.productionAccess,
        SendQuota: email.productionAccess
          ? { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: email.sentLast24Hours }
          : { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: email.sentLast24Hours },
        SendingEnabled: email.sendingEnabled,
      });
    case "ses:GetEmailIdentity": {
      const { EmailIdentity } = input();
      if (email.absent.includes(EmailIdentity))
        return json({ message: `Email identity ${EmailIdentity} does not exist.` }, 404, "NotFoundException");
      const isVerified = !email.unverified.includes(EmailIdentity);
      return json({
        IdentityType: EmailIdentity.includes("@") ? "EMAIL_ADDRESS" : "DOMAIN",
        FeedbackForwardingStatus: true,
        VerificationStatus: isVerified ? "SUCCESS" : "PENDING",
        VerifiedForSendingStatus: isVerified,
      });
    }
    case "ses:GetContactList": {
      const { ContactListName } = input();
      return email.absent.includes(ContactListName)
        ? json({ message: `List with name: ${ContactListName} doesn't exist.` }, 404, "NotFoundException")
        : json({ ContactListName });
    }
    case "sms-voice:DescribeSpendLimits":
      return json({
        SpendLimits: [
          {
            Name: "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT",
            EnforcedLimit: sms.spendLimit,
            MaxLimit: sms.spendLimit,
            Overridden: false,
          },
        ],
      });
    case "sms-voice:DescribePhoneNumbers":
      return json({
        PhoneNumbers: sms.phoneNumbers.map((IsoCountryCode) => ({
          PhoneNumberId: `phone-${IsoCountryCode}`,
          Status: "ACTIVE",
          IsoCountryCode,
          MessageType: "TRANSACTIONAL",
          NumberCapabilities: ["SMS"],
          NumberType: IsoCountryCode === "US" ? "TOLL_FREE" : "LONG_CODE",
        })),
      });
    case "sms-voice:DescribeSenderIds":
      return json({
        SenderIds: sms.senderIds.map((IsoCountryCode) => ({
          SenderId: "SHOP",
          IsoCountryCode,
          MessageTypes: ["TRANSACTIONAL"],
          Registered: true,
        })),
      });
    case "servicequotas:GetServiceQuota": {
      const { QuotaCode } = input();
      const Value = quotas[QuotaCode];
      return Value === undefined
        ? json({ Message: "The specified quota does not exist." }, 400, "NoSuchResourceException")
        : json({
            Quota: { QuotaCode, QuotaName: quotaNames[QuotaCode] ?? QuotaCode, Value, Adjustable: true },
          });
    }
    default:
      return undefined;
  }
}

const quotaNames: Readonly<Record<string, string>> = {
  "L-B99A9384": "Concurrent executions",
  "L-1B55A735": "StartExecution throttle token refill rate per second",
};

function ofSns(accounts: Accounts, action: string, input: () => unknown): ProviderAnswer | undefined {
  const form = () => new URLSearchParams(input() as Record<string, string>);
  const { sms } = accounts.state;
  switch (action) {
    case "GetSMSAttributes":
      // Unlike all others of SNS, its element has a small letter: so has the SDK's field.
      return success(action, attributesXml(sms.attributes).replaceAll("Attributes>", "attributes>"));
    case "SetSMSAttributes": {
      const given = attributesOf(form(), "attributes");
      if (Number(given.MonthlySpendLimit ?? 0) > sms.spendLimit)
        return failure(
          "InvalidParameter",
          "Invalid parameter: MonthlySpendLimit Reason: exceeds the account's",
        );
      accounts.change({ sms: { attributes: { ...sms.attributes, ...given } } });
      return success(action, "");
    }
    case "GetSMSSandboxAccountStatus":
      return success(action, `<IsInSandbox>${sms.inSandbox}</IsInSandbox>`);
    case "GetPlatformApplicationAttributes":
      return success(
        action,
        attributesXml(accounts.applicationAt(form().get("PlatformApplicationArn") ?? "")),
      );
    case "SetPlatformApplicationAttributes": {
      const arn = form().get("PlatformApplicationArn") ?? "";
      accounts.change({
        applications: { [arn]: { ...accounts.applicationAt(arn), ...attributesOf(form()) } },
      });
      return success(action);
    }
    default:
      return undefined;
  }
}
