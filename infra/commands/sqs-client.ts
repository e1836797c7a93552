/** The SQS client of the commands: region, credentials and endpoint as the AWS CLI finds them. */
import { SQSClient } from "@aws-sdk/client-sqs";

export interface SqsClientOptions {
  /** A queue URL contains the region, which then need not be set. */
  queueUrl?: string | undefined;
  /** Requests at a time. */
  maxSockets?: number;
}

export function createSqsClient({ queueUrl = "", maxSockets = 50 }: SqsClientOptions = {}): SQSClient {
  const region = regionOf(queueUrl);
  return new SQSClient({
    ...(region ? { region } : {}),
    // Otherwise the SDK calls the host in the queue's URL, and AWS_ENDPOINT_URL has no effect.
    useQueueUrlAsEndpoint: false,
    requestHandler: { httpAgent: { maxSockets }, httpsAgent: { maxSockets } },
  });
}

export const regionOf = (queueUrl: string): string | undefined =>
  /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(queueUrl)?.[1];
