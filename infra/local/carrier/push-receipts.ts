/**
 * What is heard of a push: the app posts its own receipts, with the token that the push brought; SNS says by an event of its
 * platform application that a device was not reached. https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
 */
import type { Report } from "./sends.ts";
import type { Endpoint } from "./sns-endpoints.ts";

/** `receiptToken`: what the app says it with; without one it says nothing. */
export const pushReceipt =
  ({ arn, application, platform }: Endpoint, receiptToken: string | undefined): Report =>
  ({ status, at }, { providerMessageId }) => {
    if (status === "failed")
      return {
        by: "topic",
        subject: `DeliveryFailure event for app ${application.split("/").at(-1)} (${platform})`,
        event: {
          DeliveryAttempts: 1,
          EndpointArn: arn,
          EventType: "DeliveryFailure",
          FailureMessage: "Platform token associated with the endpoint is not valid",
          FailureType: "InvalidPlatformToken",
          MessageId: providerMessageId,
          Resource: application,
          Service: "SNS",
          Time: new Date(at).toISOString(),
        },
      };
    if (receiptToken === undefined) return undefined;
    return { by: "app", path: "/receipts/app-messaging", body: { token: receiptToken, status } };
  };
