/**
 * The configuration sets of AWS End User Messaging, one for each channel that sends by it: the events of what is sent with its
 * name go to the channel's topic. https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets.html
 */
import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnConfigurationSet } from "aws-cdk-lib/aws-smsvoice";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Channel } from "../functions/domain/channel.ts";
import type { ServiceFunction } from "./function.ts";
import type { DeploymentSettings } from "./settings.ts";

const eventsOf = ({ receipts }: Channel, settings: DeploymentSettings) =>
  receipts?.topic?.endUserMessagingEvents?.(settings.channels) ?? [];
/** The function that sends would otherwise depend on the topic, and by its queue on the function that reads receipts. */
const nameOf = ({ id }: Channel, { stackName }: DeploymentSettings) => `${stackName}-${id}`;

export function addConfigurationSet(
  scope: Construct,
  channel: Channel,
  settings: DeploymentSettings,
  { topicArn }: Topic,
): void {
  const matchingEventTypes = [...eventsOf(channel, settings)];
  if (matchingEventTypes.length === 0) return;
  const eventDestinationName = "receipts";
  new CfnConfigurationSet(scope, `${channel.name}ConfigurationSet`, {
    configurationSetName: nameOf(channel, settings),
    eventDestinations: [
      { eventDestinationName, enabled: true, matchingEventTypes, snsDestination: { topicArn } },
    ],
  });
}

export function grantConfigurationSet(
  target: ServiceFunction,
  channel: Channel,
  settings: DeploymentSettings,
): void {
  if (eventsOf(channel, settings).length === 0) return;
  const resourceName = nameOf(channel, settings);
  target.setEnvironment({ CONFIGURATION_SET: resourceName });
  // Who may send as an identity needs the right to use the configuration set too.
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_pinpoint-sms-voice-v2.html
  target.addToRolePolicy(
    new PolicyStatement({
      actions: channel
        .permissions(settings.channels)
        .flatMap(({ actions }) => actions)
        .filter((action) => action.startsWith("sms-voice:")),
      resources: [
        Stack.of(target).formatArn({ service: "sms-voice", resource: "configuration-set", resourceName }),
      ],
    }),
  );
}
