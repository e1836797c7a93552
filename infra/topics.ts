/** What the service's topics have in common: TLS alone, and the owner's statement. */
import { Stack } from "aws-cdk-lib";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

/**
 * A policy of our own replaces the one that SNS gives to a new topic, by which SNS itself publishes for the account (a platform
 * application's events) and the account's own services may publish and subscribe: that statement is written again.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function serviceTopic(scope: Construct, id: string, displayName: string): Topic {
  const topic = new Topic(scope, id, { displayName, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "Owner",
      principals: [new AnyPrincipal()],
      actions: ["sns:Publish", "sns:Subscribe"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "AWS:SourceOwner": Stack.of(topic).account } },
    }),
  );
  return topic;
}
