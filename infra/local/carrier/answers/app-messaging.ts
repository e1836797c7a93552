/**
 * What Amazon SNS answers to a push: at once, when the device's endpoint is created, or later by a DeliveryFailure event of
 * its platform application. An application is either for FCM (GCM) or for APNs; its errors affect only this application.
 */
import type { Answer, Subject, SyncAnswer } from "./answer.ts";
import { invalid, snsError } from "./sns.ts";

const wire = "https://github.com/wireapp/wire-server/blob/develop/services/gundeck/src/Gundeck/Aws.hs";
const pushErrors = "https://docs.aws.amazon.com/sns/latest/dg/mobile-push-api-error.html";
const events = "https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html";
const deactivated = "https://repost.aws/knowledge-center/sns-push-notification-endpoint-deactivated";

const sync = (name: string, what: string, about: Subject, source: string, answer: SyncAnswer): Answer => ({
  name,
  what,
  about,
  source,
  sync: answer,
});

/** An answer to CreatePlatformEndpoint. */
const making = (answer: SyncAnswer): SyncAnswer => ({ ...answer, call: "CreatePlatformEndpoint" });

const failure = (name: string, what: string, about: Subject, fields: object, source = events): Answer => ({
  name: `DeliveryFailure-${name}`,
  what,
  about,
  source,
  later: { outcome: "failed", fields },
});

const answers: readonly Answer[] = [
  sync(
    "EndpointDisabled",
    "The device's endpoint is disabled: its token is no longer valid",
    "customer",
    deactivated,
    snsError(400, "EndpointDisabled", "Endpoint is disabled"),
  ),
  sync(
    "PlatformApplicationDisabled",
    "FCM or APNs refuses the application's credentials",
    "identity",
    "https://github.com/aws/aws-sdk-java/issues/1813",
    snsError(400, "PlatformApplicationDisabled", "Platform application is disabled"),
  ),
  sync(
    "NotFound",
    "The device's endpoint does not exist",
    "customer",
    "https://docs.aws.amazon.com/sns/latest/api/API_GetEndpointAttributes.html",
    snsError(404, "NotFound", "Endpoint does not exist"),
  ),
  sync(
    "InvalidParameter-TargetArn",
    "The device's endpoint was deleted",
    "customer",
    wire,
    invalid("TargetArn Reason: No endpoint found for the target arn specified"),
  ),
  sync(
    "InvalidParameter-fcm-too-large",
    "The payload is larger than FCM accepts",
    "request",
    wire,
    invalid(
      "Message Reason: Invalid notification for protocol GCM: Notification data is larger than allowed limit",
    ),
  ),
  sync(
    "InvalidParameter-apns-too-long",
    "The payload is longer than APNs accepts",
    "request",
    wire,
    invalid("Message Reason: Invalid notification for protocol APNS: Notification is too long"),
  ),
  sync(
    "InvalidParameter-no-entry",
    "The message has no text for the device's platform",
    "request",
    "https://github.com/aws/aws-sdk-java/issues/1991",
    invalid("JSON must contain an entry for 'default' or 'GCM'."),
  ),
  sync(
    "InvalidParameter-same-token",
    "When the endpoint is created: the token already has another, whose ARN is in the text",
    "customer",
    "https://github.com/dreipol/django-scarface/issues/6",
    {
      ...making(
        invalid(
          "Token Reason: Endpoint {endpointArn} already exists with the same Token, but different attributes.",
        ),
      ),
      takesMessage: true,
    },
  ),
  sync(
    "InvalidParameter-apns-token",
    "When the endpoint is created: the token is not an APNs token",
    "customer",
    wire,
    making(invalid("Token Reason: iOS device tokens must be no more than 400 hexadecimal characters")),
  ),
  sync(
    "InvalidParameter-long-token",
    "When the endpoint is created: the token is too long",
    "customer",
    wire,
    making(invalid("Token Reason: must be at most 8192 bytes long in UTF-8 encoding")),
  ),
  sync(
    "NotFound-application",
    "When the endpoint is created: the platform application does not exist",
    "identity",
    pushErrors,
    making(snsError(404, "NotFound", "PlatformApplication does not exist")),
  ),
  sync(
    "AuthorizationError-application",
    "When the endpoint is created: the role may not use the application",
    "identity",
    pushErrors,
    making(
      snsError(
        403,
        "AuthorizationError",
        "User: arn:aws:sts::000000000000:assumed-role/hop/hop is not authorized to perform: SNS:CreatePlatformEndpoint on resource: {identity} because no identity-based policy allows the SNS:CreatePlatformEndpoint action",
      ),
    ),
  ),
  failure("InvalidPlatformToken", "FCM or APNs does not know the token", "customer", {
    FailureType: "InvalidPlatformToken",
    FailureMessage: "Platform token associated with the endpoint is not valid",
  }),
  failure("EndpointDisabled", "The endpoint was disabled before the push went out", "customer", {
    FailureType: "EndpointDisabled",
    FailureMessage: "Endpoint is disabled",
  }),
  failure("EndpointNotFound", "The endpoint was deleted before the push went out", "customer", {
    FailureType: "EndpointNotFound",
    FailureMessage: "Endpoint does not exist",
  }),
  failure("new-type", "A failure of an undocumented type", "request", {
    FailureType: "SomethingElse",
    FailureMessage: "A failure that no list has",
  }),
  {
    ...failure("bare", "A failure without a type or message", "request", {}),
    later: { outcome: "failed", fields: {}, without: ["DeliveryAttempts"] },
  },
];

export const pushAnswers = (channel: "appMessaging" | "nativePush"): Answer[] =>
  answers.map((answer) => ({ ...answer, name: `${channel}-${answer.name}` }));
