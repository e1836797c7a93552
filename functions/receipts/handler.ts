/**
 * The receipts function: takes receipts from their queue, each for itself. One that finds no message yet goes back to the
 * queue; what never finds one ends in the dead-letter queue.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { environment } from "../aws/client.ts";
import { createContactsTable } from "../aws/contacts-table.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { lazily } from "../lazily.ts";
import { log, logFault } from "../log.ts";
import { settleDependencies } from "./dependencies.ts";
import { readPushFailure } from "./push-failure.ts";
import { type Queued, queued } from "./receipt.ts";
import { type ReceiptDependencies, settle } from "./settle.ts";

export function createReceipts(dependencies: ReceiptDependencies) {
  const take = async ({ body, attributes }: SQSRecord): Promise<boolean> => {
    const item = read(body);
    if (item === undefined) return true;
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    if (item.names === "customer") {
      await dependencies.contacts.advance(item.channel, item.address, "heardAt", item.at);
      return true;
    }
    const settled = await settle(item, dependencies, receiveCount > 1);
    if (settled === "unmatched")
      log("WARN", "a receipt finds no message yet", {
        channel: item.channel,
        status: item.status,
        providerMessageId: item.providerMessageId,
        receiveCount,
      });
    return settled !== "unmatched";
  };
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const taken = await Promise.all(
      Records.map((record) =>
        take(record).catch((error: unknown) => {
          logFault("a receipt could not be taken", error);
          return false;
        }),
      ),
    );
    return {
      batchItemFailures: Records.filter((_, index) => !taken[index]).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    };
  };
}

/** Ours, or what SNS says of a push; undefined: an event of SNS that is about no message. */
function read(body: string): Queued | undefined {
  const json: unknown = JSON.parse(body);
  if (typeof json === "object" && json !== null && "EventType" in json) return readPushFailure(json);
  return v.parse(queued, json);
}

const run = lazily(() => {
  const dynamoDb = createDynamoDb();
  const contacts = createContactsTable(
    dynamoDb,
    environment("CONTACTS_TABLE"),
    Number(environment("RETENTION_DAYS")),
  );
  return createReceipts({ ...settleDependencies(dynamoDb), contacts });
});
export const handler = (event: SQSEvent) => run()(event);
