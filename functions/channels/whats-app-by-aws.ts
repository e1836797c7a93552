/**
 * WhatsApp by AWS End User Messaging Social, which passes the message on to Meta: allowed by IAM, without a token. It answers with an
 * id of its own; what Meta says of the message, refusals too, comes as an event. It has no client token, so the SDK must not retry.
 * https://docs.aws.amazon.com/social-messaging/latest/APIReference/API_SendWhatsAppMessage.html
 */
import { SendWhatsAppMessageCommand, SocialMessagingClient } from "@aws-sdk/client-socialmessaging";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import type { CreateSender } from "../domain/channel.ts";
import { type AwsErrors, createAwsCaller } from "./aws-caller.ts";
import {
  ChannelMisconfigured,
  means,
  OutcomeUnknown,
  ProviderUnavailable,
  Rejected,
  Throttled,
} from "./errors.ts";
import { sendBy } from "./whats-app-content.ts";

const errors: AwsErrors = {
  ResourceNotFound: means(ChannelMisconfigured, "identity"),
  InvalidParameters: means(Rejected),
  ThrottledRequest: means(Throttled, "account"),
  InternalService: means(ProviderUnavailable),
  // What is behind it failed: Meta may have got the message.
  Dependency: means(OutcomeUnknown),
};

export const createSender: CreateSender = ({ settings }) => {
  const { whatsAppPhoneNumberId, graphApiVersion } = settings;
  const call = createAwsCaller(
    "AWS End User Messaging Social",
    (agents) => new SocialMessagingClient(clientConfiguration(publishCall, agents)),
  );
  return sendBy(async (json) => {
    const command = new SendWhatsAppMessageCommand({
      originationPhoneNumberId: whatsAppPhoneNumberId,
      metaApiVersion: graphApiVersion,
      message: Buffer.from(JSON.stringify(json)),
    });
    const answer = await call(
      command,
      (client) => client.send(command),
      (_, code) => errors[code],
      whatsAppPhoneNumberId,
    );
    return { providerMessageIds: [answer.messageId ?? ""] };
  });
};
