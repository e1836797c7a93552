/**
 * The receipts of a push: the app posts its own, with the token from the push; SNS reports a failure by an event of its
 * platform application. https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
 */
import { withAnswer } from "./later-report.ts";
import type { Report } from "./sends.ts";
import type { Endpoint } from "./sns-endpoints.ts";

/** Without a `receiptToken` the app posts no receipts. */
export const pushReceipt =
  ({ arn, application, platform }: Endpoint, receiptToken: string | undefined): Report =>
  ({ status, at }, send) => {
    if (status === "failed")
      return {
        by: "topic",
        application,
        subject: `DeliveryFailure event for app ${application.split("/").at(-1)} (${platform})`,
        event: withAnswer(
          {
            DeliveryAttempts: 1,
            EndpointArn: arn,
            EventType: "DeliveryFailure",
            MessageId: send.providerMessageId,
            Resource: application,
            Service: "SNS",
            Time: new Date(at).toISOString(),
          },
          status,
          send,
          send.values,
        ),
      };
    if (receiptToken === undefined) return undefined;
    return { by: "app", path: "/receipts/app-messaging", body: { token: receiptToken, status } };
  };
