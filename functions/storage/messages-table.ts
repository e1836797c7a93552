/**
 * The messages table: one item per message. Each event is one conditional update, and the item that it returns (`ALL_NEW`) is
 * enough to decide what comes next. Used by ingest, the channels, undeliverable and the API.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isConditionFailed, isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import { type Attempt, type AttemptError, type Message, storedMessage } from "../domain/message/message.ts";
import type { ListPage, Range } from "./message-lists.ts";
import * as updates from "./message-updates.ts";

export type { PreviousHop } from "./message-updates.ts";

export type Claim = { claimed: true; message: Message } | { claimed: false; message: Message | undefined };

/** The index of the messages that were not reached, or wait for their time, by client; others lack its sort key. */
const endedIndex = "ended";
const endedItem = v.object({ messageId: v.string(), endedAs: v.string() });

export function createMessagesTable(dynamoDb: DynamoDBClient, TableName: string) {
  async function update(messageId: string, change: updates.Update): Promise<Message> {
    const { Attributes } = await dynamoDb.send(
      new UpdateItemCommand({
        TableName,
        Key: toItem({ messageId }),
        UpdateExpression: change.update,
        ConditionExpression: change.condition,
        ExpressionAttributeNames: change.names,
        ExpressionAttributeValues: change.values && toItem(change.values),
        ReturnValues: "ALL_NEW",
      }),
    );
    return parseItem(storedMessage, Attributes ?? {});
  }

  /** Undefined where the condition does not hold. */
  async function updateIf(messageId: string, change: updates.Update): Promise<Message | undefined> {
    try {
      return await update(messageId, change);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  async function get(messageId: string): Promise<Message | undefined> {
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: toItem({ messageId }), ConsistentRead: true }),
    );
    return Item && parseItem(storedMessage, Item);
  }

  return {
    get,

    /** The client's messages that ended like this, or wait for their time: newest first, by `<time>#<messageId>`. */
    async readListed(client: string, as: updates.Listed, { from, before, limit }: Range): Promise<ListPage> {
      if (from >= before) return { rows: [] };
      const start = updates.endedAs(as, "");
      const { Items = [], LastEvaluatedKey } = await dynamoDb.send(
        new QueryCommand({
          TableName,
          IndexName: endedIndex,
          KeyConditionExpression: "client = :client AND endedAs BETWEEN :from AND :before",
          ExpressionAttributeValues: toItem({
            ":client": client,
            ":from": start + from,
            ":before": start + before,
          }),
          ScanIndexForward: false,
          Limit: limit + 1,
        }),
      );
      const rows = Items.map((item) => parseItem(endedItem, item))
        .map(({ messageId, endedAs }) => ({ messageId, position: endedAs.slice(start.length) }))
        .filter(({ position }) => position < before);
      const last = rows.at(-1)?.position;
      return { rows, ...(LastEvaluatedKey === undefined || last === undefined ? {} : { goOnBefore: last }) };
    },

    /** Stores a new message; false where its id exists. */
    async create(message: Message): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: toItem(updates.itemOf(message)),
            ConditionExpression: "attribute_not_exists(messageId)",
          }),
        ),
      );
    },

    /** Puts it in the place of the message that waits for its time; false where that waits no more. */
    async replaceWaiting(message: Message): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: toItem(updates.itemOf(message)),
            ConditionExpression: "attribute_exists(#request) AND attribute_not_exists(finishedAt)",
            ExpressionAttributeNames: { "#request": "request" },
          }),
        ),
      );
    },

    /**
     * Claims the channel before its provider is called. There is at most one claim per channel, and none once the message is
     * finished or expired, or the route has left the channel: this condition guarantees "at most one send per channel". The same
     * update records the error with which the previous hop ended. `mayBeQuiet`: also refuse where the channel may be in quiet
     * hours by now.
     */
    async claim(
      messageId: string,
      channel: string,
      taskToken: string,
      at: string,
      previous?: updates.PreviousHop,
      mayBeQuiet = true,
    ): Promise<Claim> {
      const change = updates.claim(channel, taskToken, at, previous, mayBeQuiet);
      const claimed = await updateIf(messageId, change);
      if (claimed !== undefined) return { claimed: true, message: claimed };
      const message = await get(messageId);
      // It may be our own claim: its answer was lost, and the SDK repeated the call.
      const held = message?.attempts[channel];
      if (message && held?.taskToken === taskToken && held.claimedAt === at)
        return { claimed: true, message };
      return { claimed: false, message };
    },

    /**
     * Records that the channel's turn came in quiet hours. Undefined where the channel can no longer be claimed: the message has
     * ended, or the route has left the channel.
     */
    async hold(
      messageId: string,
      channel: string,
      at: string,
      held: Parameters<typeof updates.hold>[2],
      previous?: updates.PreviousHop,
    ): Promise<Message | undefined> {
      return updateIf(messageId, updates.hold(channel, at, held, previous));
    },

    /**
     * A retry takes over an earlier attempt: from now on receipts end the task of the retry. `unknownAt` is set where nobody
     * knows whether the earlier attempt sent anything. Throws where there is no claim.
     */
    async adopt(
      messageId: string,
      channel: string,
      taskToken: string,
      unknownAt: string | undefined,
    ): Promise<Message> {
      return update(messageId, updates.adopt(channel, taskToken, unknownAt));
    },

    /** Releases the claim after the provider clearly refused for now, so that a retry may send. */
    async release(messageId: string, channel: string, error: AttemptError): Promise<void> {
      await update(messageId, updates.release(channel, error));
    },

    /**
     * Records the result of a send; `reachedAt` ends the message where the rule asks for no more than `sent`, unless the
     * provider reported meanwhile that it failed.
     */
    async recordAttempt(
      messageId: string,
      channel: string,
      changes: Partial<Attempt>,
      reachedAt?: string,
    ): Promise<Message> {
      const ended =
        reachedAt && (await updateIf(messageId, updates.recordAttempt(channel, changes, reachedAt)));
      return ended || update(messageId, updates.recordAttempt(channel, changes));
    },

    /**
     * Records what a receipt reported, each fact once, whatever else is written at the same time; `reachedAt` ends the message. A
     * failure that comes after the delivery changes nothing, nor does a receipt during which the message was redacted: the
     * returned item shows that.
     */
    async recordReceipt(
      messageId: string,
      channel: string,
      changes: Partial<Attempt>,
      isRedacted: boolean,
      reachedAt?: string,
    ): Promise<Message | undefined> {
      const change = updates.recordReceipt(channel, changes, isRedacted, reachedAt);
      return (await updateIf(messageId, change)) ?? get(messageId);
    },

    /**
     * The provider accepted the free text and then refused it: releases the claim, so that a retry may send the template. The
     * task's token stays, for a repeated receipt. Undefined where that was done before, or the hop is over.
     */
    async releaseText(
      messageId: string,
      channel: string,
      refused: Required<Pick<Attempt, "refusedTextId" | "error">>,
    ): Promise<Message | undefined> {
      return updateIf(messageId, updates.releaseText(channel, refused));
    },

    /**
     * The channel whose `sent` had ended the message failed after all: the message is open again, or, where no channel is
     * left, it is undeliverable. Undefined where that was done before, or the customer was reached meanwhile.
     */
    async resume(
      messageId: string,
      channel: string,
      at: string,
      reachedAt: string,
      isLast: boolean,
    ): Promise<Message | undefined> {
      return updateIf(messageId, updates.resume(messageId, channel, at, reachedAt, isLast));
    },

    /** For a message that a channel's `sent` had ended: from now on nothing resumes its route. */
    async resolveSent(messageId: string, at: string): Promise<void> {
      await updateIf(messageId, updates.resolveSent(at));
    },

    /**
     * Removes the personal data of a finished message; undefined where it is not finished. A repeated call keeps the time of the
     * first redaction.
     */
    async redact(message: Message, at: string): Promise<Message | undefined> {
      return updateIf(message.messageId, updates.redact(message, at));
    },

    /**
     * Ends a message that no channel reached, that expired, or that was cancelled or resolved; one that was reached meanwhile
     * stays reached. `leftChannels`: every channel that the route has left, because a hop that failed before its claim could not
     * record the end of the previous one. `reason`: as the sender gave it.
     */
    async finish(
      messageId: string,
      outcome: updates.Ending,
      at: string,
      {
        previous,
        leftChannels = [],
        reason,
      }: {
        previous?: updates.PreviousHop | undefined;
        leftChannels?: readonly string[];
        reason?: string | undefined;
      } = {},
    ): Promise<Message | undefined> {
      const change = updates.finish(messageId, outcome, at, { previous, leftChannels, reason });
      return (await updateIf(messageId, change)) ?? get(messageId);
    },
  };
}
export type MessagesTable = ReturnType<typeof createMessagesTable>;
