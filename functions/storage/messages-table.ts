/**
 * The messages table: one item per message. Each event is one conditional update, and what it returns (`ALL_NEW`) is enough to
 * decide what comes next. Used by ingest, the channels, undeliverable and the API.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { isConditionFailed, isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import { type Attempt, type AttemptError, type Message, storedMessage } from "../domain/message/message.ts";
import * as updates from "./message-updates.ts";

export type { PreviousHop } from "./message-updates.ts";

export type Claim = { claimed: true; message: Message } | { claimed: false; message: Message | undefined };

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

    /** Stores a new message; false where its id is taken. */
    async create(message: Message): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: toItem(message),
            ConditionExpression: "attribute_not_exists(messageId)",
          }),
        ),
      );
    },

    /**
     * Claims the channel before its provider is called. There is at most one claim per channel, and none once the message is
     * finished or expired, or the route has left the channel: this condition guarantees "at most one send per channel". The
     * same update records the error that the previous hop ended with.
     */
    async claim(
      messageId: string,
      channel: string,
      taskToken: string,
      at: string,
      previous?: updates.PreviousHop,
    ): Promise<Claim> {
      const claimed = await updateIf(messageId, updates.claim(channel, taskToken, at, previous));
      if (claimed !== undefined) return { claimed: true, message: claimed };
      const message = await get(messageId);
      // Our own claim, whose answer was lost: the SDK repeated the call.
      const held = message?.attempts[channel];
      if (message && held?.taskToken === taskToken && held.claimedAt === at)
        return { claimed: true, message };
      return { claimed: false, message };
    },

    /**
     * A retry takes over an earlier attempt: receipts end the task that waits now. `unknownAt` says that nobody knows whether
     * that attempt sent anything.
     */
    async adopt(
      messageId: string,
      channel: string,
      taskToken: string,
      unknownAt: string | undefined,
    ): Promise<Message> {
      return update(messageId, updates.adopt(channel, taskToken, unknownAt));
    },

    /** Gives the claim back after the provider clearly refused for now, so that a retry may send. */
    async release(messageId: string, channel: string, error: AttemptError): Promise<void> {
      await update(messageId, updates.release(channel, error));
    },

    /**
     * Records what came of the send; `reached` ends the message where the rule asks for no more than `sent`, unless the
     * provider said meanwhile that it failed.
     */
    async recordAttempt(
      messageId: string,
      channel: string,
      changes: Partial<Attempt>,
      reachedAt?: string,
    ): Promise<Message> {
      const fields = Object.entries(changes);
      const sets = fields.map(([name], index) => {
        const field = `attempts.#channel.#f${index}`;
        // A receipt may have been there first.
        return `${field} = ${name === "sentAt" ? `if_not_exists(${field}, :f${index})` : `:f${index}`}`;
      });
      if (reached)
        sets.push(
          "finishedAt = if_not_exists(finishedAt, :reached)",
          "outcome = if_not_exists(outcome, :outcome)",
        );
      const record = {
        update: `SET ${sets.join(", ")}`,
        condition: `attribute_exists(messageId)${reached ? " AND attribute_not_exists(attempts.#channel.failedAt)" : ""}`,
        names: {
          "#channel": channel,
          ...Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
        },
        values: {
          ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
          ...(reached ? { ":reached": reached, ":outcome": "reached" } : {}),
        },
      };
      try {
        return await update(messageId, record);
      } catch (error) {
        if (reached === undefined || !isConditionFailed(error)) throw error;
        return this.recordAttempt(messageId, channel, changes);
      }
    },

    /**
     * Records what a receipt reported, each fact once, whatever else is written at the same time; `reachedAt` ends the message.
     * A failure that comes after the delivery changes nothing.
     */
    async recordReceipt(
      messageId: string,
      channel: string,
      changes: Partial<Attempt>,
      reachedAt?: string,
    ): Promise<Message | undefined> {
      const names: Record<string, string> = { "#channel": channel };
      const values: Record<string, unknown> = {};
      const sets: string[] = [];
      for (const [name, value] of Object.entries(facts)) {
        names[`#${name}`] = name;
        values[`:${name}`] = value;
        sets.push(`attempts.#channel.#${name} = if_not_exists(attempts.#channel.#${name}, :${name})`);
      }
      if (error) {
        names["#error"] = "error";
        values[":error"] = error;
        sets.push("attempts.#channel.#error = :error");
      }
      if (failedIds) values[":failedIds"] = failedIds;
      if (reached) {
        Object.assign(values, { ":reached": reached, ":outcome": "reached" });
        sets.push("finishedAt = if_not_exists(finishedAt, :reached)");
        sets.push("outcome = if_not_exists(outcome, :outcome)");
      }
      const isFailure = facts.failedAt !== undefined || failedIds !== undefined;
      const undelivered =
        " AND attribute_not_exists(attempts.#channel.deliveredAt) AND attribute_not_exists(attempts.#channel.readAt)";
      try {
        return await update(messageId, {
          update: [
            ...(sets.length > 0 ? [`SET ${sets.join(", ")}`] : []),
            ...(failedIds ? ["ADD attempts.#channel.failedIds :failedIds"] : []),
          ].join(" "),
          condition: `attribute_exists(attempts.#channel)${isFailure ? undelivered : ""}`,
          names,
          values,
        });
      } catch (error_) {
        if (isConditionFailed(error_)) return get(messageId);
        throw error_;
      }
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
      const resumed =
        "attempts.#channel.resumedAt = :now, attempts.#channel.reachedAt = :reachedAt, " +
        "attempts.#channel.endedAt = if_not_exists(attempts.#channel.endedAt, :now)";
      try {
        return await update(messageId, {
          update: isLast
            ? `SET ${resumed}, finishedAt = :now, outcome = :outcome`
            : `SET ${resumed} REMOVE finishedAt, outcome`,
          condition:
            "outcome = :reached AND finishedAt = :reachedAt AND attribute_exists(attempts.#channel.failedAt)" +
            " AND attribute_not_exists(attempts.#channel.resumedAt)" +
            " AND attribute_not_exists(attempts.#channel.deliveredAt) AND attribute_not_exists(redactedAt)",
          names: { "#channel": channel },
          values: {
            ":now": at,
            ":reachedAt": reachedAt,
            ":reached": "reached",
            ...(isLast ? { ":outcome": "undeliverable" } : {}),
          },
        });
      } catch (error) {
        if (isConditionFailed(error)) return undefined;
        throw error;
      }
    },

    /** Removes what is personal of a message that is finished; undefined where it is not. The first time stays. */
    async redact(message: Message, at: string): Promise<Message | undefined> {
      const { errorsOf, idsOf } = redactionOf(message);
      const named = (prefix: string, channels: string[]) =>
        channels.map((channel, index) => [`#${prefix}${index}`, channel] as const);
      const [errors, ids] = [named("error", errorsOf), named("ids", idsOf)];
      const sets = [
        "redactedAt = if_not_exists(redactedAt, :now), addresses = :none",
        ...errors.map(([name]) => `attempts.${name}.#error.#message = :redacted`),
      ];
      const removes = [...personalFields, ...ids.map(([name]) => `attempts.${name}.providerMessageIds`)];
      try {
        return await update(message.messageId, {
          update: `SET ${sets.join(", ")} REMOVE ${removes.join(", ")}`,
          condition: "attribute_exists(finishedAt)",
          names:
            errors.length + ids.length === 0
              ? undefined
              : {
                  ...Object.fromEntries([...errors, ...ids]),
                  ...(errors.length > 0 ? { "#error": "error", "#message": "message" } : {}),
                },
          values: {
            ":now": at,
            ":none": {},
            ...(errors.length > 0 ? { ":redacted": redactedText } : {}),
          },
        });
      } catch (error) {
        if (isConditionFailed(error)) return undefined;
        throw error;
      }
    },

    /**
     * Removes the personal data of a finished message; undefined where it is not finished. Repeated, it keeps the time of the
     * first redaction.
     */
    async redact(message: Message, at: string): Promise<Message | undefined> {
      return updateIf(message.messageId, updates.redact(message, at));
    },

    /**
     * Ends a message that no channel reached, that expired or that was cancelled; one that was reached meanwhile stays reached.
     * `leftChannels`: every channel that the route has left: a hop that failed before its claim could not end the one before it.
     */
    async finish(
      messageId: string,
      outcome: updates.Ending,
      at: string,
      {
        previous,
        leftChannels = [],
      }: { previous?: updates.PreviousHop | undefined; leftChannels?: readonly string[] } = {},
    ): Promise<Message | undefined> {
      const change = updates.finish(outcome, at, previous, leftChannels);
      return (await updateIf(messageId, change)) ?? get(messageId);
    },
  };
}
export type MessagesTable = ReturnType<typeof createMessagesTable>;
