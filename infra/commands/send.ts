/** `npm run send`: sends a file of messages, of any length, to the queue or the API. */
import { runCommand } from "./command-line.ts";
import { createApiDestination, messagesBatch } from "./send/api.ts";
import type { Destination } from "./send/destination.ts";
import { help, type Options, readOptions } from "./send/options.ts";
import { createQueueDestination } from "./send/queue.ts";
import { sendFile } from "./send/send-file.ts";
import { createSqsClient } from "./sqs-client.ts";

await runCommand(help, async (args) => {
  const options = readOptions(args, process.env);
  return sendFile("send", args, options, createDestination(options.target, options.concurrency));
});

function createDestination(target: Options["target"], maxSockets: number): Destination {
  if ("api" in target) return createApiDestination(target.api, target.apiKey, messagesBatch);
  const sqs = createSqsClient({ queueUrl: target.queue, maxSockets });
  return createQueueDestination(sqs, target.queue, target.client);
}
