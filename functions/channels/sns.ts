/**
 * Calls of Amazon SNS by the two channels that send by it, and what its errors mean. Errors and their HTTP status:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 */
import {
  type $Command,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SNSClient,
  type SNSClientResolvedConfig,
} from "@aws-sdk/client-sns";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import { createProviderCaller, type SpecialMeaning, whenItLeaves } from "./aws-provider.ts";
import { ChannelMisconfigured, type Meaning, means, Rejected, Throttled, Undeliverable } from "./errors.ts";

export type { SpecialMeaning };

/** By the code without `Exception`; those of every AWS service are in aws-provider.ts. */
const snsErrors: Readonly<Record<string, Meaning>> = {
  AuthorizationError: means(ChannelMisconfigured),
  InvalidSecurity: means(ChannelMisconfigured),
  PlatformApplicationDisabled: means(ChannelMisconfigured, "identity"),
  KMSAccessDenied: means(ChannelMisconfigured),
  KMSDisabled: means(ChannelMisconfigured),
  KMSInvalidState: means(ChannelMisconfigured),
  KMSNotFound: means(ChannelMisconfigured),
  KMSOptInRequired: means(ChannelMisconfigured),
  KMSThrottling: means(Throttled, "account"),
  OptedOut: means(Undeliverable),
  InvalidParameter: means(Rejected),
  ParameterValueInvalid: means(Rejected),
  UserError: means(Rejected),
};

/**
 * A caller of SNS. `identity` is what the call is made as, e.g. the ARN of a platform application.
 * @throws {ChannelError} see aws-provider.ts
 */
export function createSnsCaller() {
  const call = createProviderCaller(
    "Amazon SNS",
    (agents, noteThatItLeaves) => {
      const sns = new SNSClient(clientConfiguration(publishCall, agents));
      sns.middlewareStack.add(
        (next) => (args) => {
          noteThatItLeaves(args.input);
          return next(args);
        },
        whenItLeaves,
      );
      return sns;
    },
    snsErrors,
  );
  return <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: $Command<Input, Output, SNSClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
    special?: SpecialMeaning,
    identity?: string,
  ): Promise<Output> => call(command.input, (sns) => sns.send(command), special, identity);
}
export type CallSns = ReturnType<typeof createSnsCaller>;
