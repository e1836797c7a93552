/**
 * The events that SES publishes of an e-mail, by the topic of its configuration set.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
 */
import type { Values } from "./answers/fill.ts";
import type { Outgoing } from "./business.ts";
import { withAnswer } from "./later-report.ts";
import type { AcceptedSend, ReceiptStatus, Report } from "./sends.ts";

export interface EmailSend {
  from: string;
  sourceArn: string;
  accountId: string;
  configurationSet: string | undefined;
  tags: Readonly<Record<string, readonly string[]>>;
  /** Its configuration set tells of opens, and it has HTML to put the picture into. */
  tellsOpens: boolean;
}

const iso = (at: number) => new Date(at).toISOString();

export const emailEventOf = (event: object): Outgoing => ({ by: "ses", event });

/** Nothing is published of what was sent without a configuration set. */
export const emailReport =
  (email: EmailSend): Report =>
  ({ status, at }, send) => {
    if (email.configurationSet === undefined || (status === "read" && !email.tellsOpens)) return undefined;
    const usual = { ...byStatus[status](iso(at), send), mail: mailOf(email, send) };
    return emailEventOf(withAnswer(usual, status, send, { ...send.values, at: iso(at) }));
  };

const byStatus: Readonly<Record<ReceiptStatus, (at: string, send: AcceptedSend) => object>> = {
  sent: () => ({ eventType: "Send", send: {} }),
  delivered: (timestamp, { address, at }) => ({
    eventType: "Delivery",
    delivery: {
      timestamp,
      processingTimeMillis: Date.parse(timestamp) - at,
      recipients: [address],
      smtpResponse: "250 2.6.0 Message received",
      reportingMTA: "a8-70.smtp-out.amazonses.com",
    },
  }),
  read: (timestamp) => ({
    eventType: "Open",
    open: { timestamp, ipAddress: "192.0.2.1", userAgent: "Mozilla/5.0 (Local Mail)" },
  }),
  failed: (timestamp) => ({ eventType: "Bounce", bounce: { timestamp } }),
};

const mailOf = ({ from, sourceArn, accountId, configurationSet, tags }: EmailSend, send: AcceptedSend) => ({
  timestamp: iso(send.at),
  source: from,
  sourceArn,
  sendingAccountId: accountId,
  messageId: send.providerMessageId,
  destination: [send.address],
  headersTruncated: false,
  headers: [
    { name: "From", value: from },
    { name: "To", value: send.address },
    { name: "Subject", value: send.title ?? "" },
  ],
  commonHeaders: { from: [from], to: [send.address], messageId: send.providerMessageId, subject: send.title },
  tags: {
    "ses:operation": ["SendEmail"],
    "ses:configuration-set": [configurationSet ?? ""],
    "ses:source-ip": ["192.0.2.0"],
    "ses:from-domain": [sourceArn.slice(sourceArn.lastIndexOf("@") + 1)],
    ...tags,
  },
});

/** For the events that the catalogue has about the message last sent there. */
export const emailValues = (address: string, at: number, last: AcceptedSend | undefined): Values => ({
  address,
  at: iso(at),
  sentId: last?.providerMessageId,
  sentAt: iso(last?.at ?? at),
  callbackData: last?.callbackData,
});
