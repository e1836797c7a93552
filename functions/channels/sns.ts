/**
 * The calls to Amazon SNS by the two channels that use it, and what its errors mean. Errors and their HTTP status:
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
import { type AwsErrors, createAwsCaller } from "./aws-caller.ts";
import { ChannelMisconfigured, type Meaning, means, Rejected, Throttled, Undeliverable } from "./errors.ts";

/** Those that not every AWS service has. */
const snsErrors: AwsErrors = {
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

/** The channel's own meanings, which take precedence over the table: by the code without `Exception`, and the error's text. */
export type SpecialMeaning = (code: string, message: string) => Meaning | undefined;

/** Throws as `createAwsCaller`. */
export function createSnsCaller() {
  const call = createAwsCaller(
    "Amazon SNS",
    (agents) => new SNSClient(clientConfiguration(publishCall, agents)),
  );
  return <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: $Command<Input, Output, SNSClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
    special: SpecialMeaning = () => undefined,
    identity?: string,
  ): Promise<Output> =>
    call(
      command,
      (client) => client.send(command),
      ({ message }, code) => special(code, message) ?? snsErrors[code],
      identity,
    );
}
export type CallSns = ReturnType<typeof createSnsCaller>;
