/** What an account lacks for SMS: infra/FIRST-SMS.md says what each means. */
import { type Finding, type Judge, pages } from "../finding.ts";

export const deliveryLogs: Judge<"smsAttributes"> = ({ smsAttributes }, { outputs }) => {
  const { DeliveryStatusIAMRole: role, DeliveryStatusSuccessSamplingRate: rate = "0" } = smsAttributes;
  const missing = [
    ...(role ? [] : ["SNS has no role to write them with"]),
    ...(Number(rate) === 100 ? [] : [`SNS logs ${rate} % of what is delivered`]),
  ];
  if (missing.length === 0) return [];
  return [
    {
      what: `${missing.join(", and ")}: SMS without a log count as not delivered, and fall back`,
      remedy: `tell SNS to write them all (${pages.receipts})`,
      command: `aws sns set-sms-attributes --attributes DeliveryStatusIAMRole=${role || outputs.SmsDeliveryLogsRoleArn},DeliveryStatusSuccessSamplingRate=100`,
    },
  ];
};

export const sandbox: Judge<"smsSandbox"> = ({ smsSandbox }) =>
  smsSandbox.IsInSandbox
    ? [
        {
          what: "the account is in SNS's sandbox: SMS go to at most 10 verified numbers alone",
          remedy: `verify a number to try it, and ask to leave the sandbox (${pages.sms}#1-out-of-the-sandbox)`,
          command: "aws sns create-sms-sandbox-phone-number --phone-number +44…",
        },
      ]
    : [];

/** SNS's own limit may be below the account's, which End User Messaging enforces for both. */
export const spendLimit: Judge<"smsAttributes" | "spendLimits"> = (
  { smsAttributes, spendLimits },
  { settings: { smsMonthlySpendLimit }, stackName },
) => {
  const ofAccount = spendLimits.find(({ Name }) => Name === "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT");
  const ofSns = Number(smsAttributes.MonthlySpendLimit ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(ofSns, ofAccount?.EnforcedLimit ?? ofSns, ofAccount?.MaxLimit ?? ofSns);
  if (limit === Number.POSITIVE_INFINITY) return [];
  const findings: Finding[] = [];
  const most = ofAccount?.MaxLimit ?? limit;
  if (limit <= 1)
    findings.push(
      most > limit
        ? {
            what: `SNS stops sending SMS at ${limit} USD a month, although the account may spend ${most}`,
            remedy: "raise the limit that was set below that of the account",
            command:
              ofSns === limit
                ? `aws sns set-sms-attributes --attributes MonthlySpendLimit=${most}`
                : `aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --monthly-limit ${most}`,
          }
        : {
            what: `the account may spend ${limit} USD a month on SMS, which is what new accounts have: then SNS stops`,
            remedy: `ask AWS for more (${pages.sms}#2-a-spend-limit-above-1-a-month)`,
          },
    );
  if (limit !== smsMonthlySpendLimit)
    findings.push({
      what: `the alarm of the month's spend is for a limit of ${smsMonthlySpendLimit} USD, and the account has ${limit}`,
      remedy: "deploy with the account's",
      command: `npx cdk deploy -c stackName=${stackName} -c smsMonthlySpendLimit=${limit}`,
    });
  return findings;
};

/**
 * Where a sender needs a phone number of its own, because the country has no sender ids, and where AWS registers sender ids; it
 * advises to complete also those registrations that are not required yet.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations-country.html
 */
const needingNumber = ["US", "PR", "CA"];
const registeringSenderIds =
  "AT AU BY EG ES FI GB ID IE IN JO KE KW KZ LK PH QA RU SA SG TH TR AE VN ZM".split(" ");

export const senders: Judge<"phoneNumbers" | "senderIds"> = (
  { phoneNumbers, senderIds },
  { settings: { prices, smsHourlyLimits } },
) => {
  const countries = Object.keys(prices.sms ?? {}).filter(
    (country) => country !== "default" && smsHourlyLimits[country] !== 0,
  );
  // A number of the US is used for Puerto Rico and, where it is toll-free, for Canada.
  const numbered = new Set(
    phoneNumbers
      .filter(
        ({ Status, NumberCapabilities = [] }) => Status === "ACTIVE" && NumberCapabilities.includes("SMS"),
      )
      .flatMap(({ IsoCountryCode = "", NumberType }) =>
        IsoCountryCode === "US"
          ? ["US", "PR", ...(NumberType === "TOLL_FREE" ? ["CA"] : [])]
          : [IsoCountryCode],
      ),
  );
  const named = new Set(senderIds.map(({ IsoCountryCode }) => IsoCountryCode));
  const withoutNumber = countries.filter(
    (country) => needingNumber.includes(country) && !numbered.has(country),
  );
  const withoutSenderId = countries.filter(
    (country) => registeringSenderIds.includes(country) && !named.has(country) && !numbered.has(country),
  );
  return [
    ...(withoutNumber.length === 0
      ? []
      : [
          {
            what: `there is no active phone number for ${withoutNumber.join(", ")}, where SMS need one`,
            remedy: `request one and register it, which takes weeks (${pages.sms}#3-a-sender-for-each-country); or shut the country to SMS: smsHourlyLimits {"${withoutNumber[0]}": 0}`,
            command: `aws pinpoint-sms-voice-v2 request-phone-number --iso-country-code ${withoutNumber[0]} --message-type TRANSACTIONAL --number-capabilities SMS --number-type TOLL_FREE`,
          },
        ]),
    ...(withoutSenderId.length === 0
      ? []
      : [
          {
            what: `there is no sender id for ${withoutSenderId.join(", ")}, where AWS registers them: carriers may refuse SMS without, or show another sender`,
            remedy: `register one for each country (${pages.sms}#3-a-sender-for-each-country)`,
            command: `aws pinpoint-sms-voice-v2 request-sender-id --iso-country-code ${withoutSenderId[0]} --sender-id …`,
          },
        ]),
  ];
};
