/** What all queues have in common: encryption, TLS only, and dead letters that are kept for two weeks. */
import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ServiceFunction } from "./function.ts";

export const serviceQueue = (scope: Construct, id: string, props: QueueProps): Queue =>
  new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });

export const deadLetterQueue = (scope: Construct, id: string): Queue =>
  serviceQueue(scope, id, { retentionPeriod: Duration.days(14) });

export const grantSendMessage = (target: ServiceFunction, { queueArn }: Queue): void => {
  target.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArn] }));
};
