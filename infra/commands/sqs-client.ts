/** The SQS client of the commands: region, credentials and endpoint as the AWS CLI finds them. */
import { SQSClient } from "@aws-sdk/client-sqs";

export interface SqsClientOptions {
  /** A queue's region is in its URL: it need not be set too. */
  queueUrl?: string | undefined;
  /** Requests at a time. */
  maxSockets?: number;
}

export function createSqsClient({ queueUrl = "", maxSockets = 50 }: SqsClientOptions = {}): SQSClient {
  const region = regionOf(queueUrl);
  return new SQSClient({
    ...(region ? { region } : {}),
    // Else AWS_ENDPOINT_URL would have no effect: the SDK would call the host in the queue's URL.
    useQueueUrlAsEndpoint: false,
    requestHandler: { httpAgent: { maxSockets }, httpsAgent: { maxSockets } },
  });
}

export const regionOf = (queueUrl: string): string | undefined =>
  /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(queueUrl)?.[1];
