/** What all topics have in common: TLS only, and the owner's statement. */
import { Stack } from "aws-cdk-lib";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

/**
 * An explicit policy replaces the default policy of a new topic, by which SNS publishes the account's own events (of a
 * platform application) and the account may publish and subscribe: so that statement is repeated here.
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
