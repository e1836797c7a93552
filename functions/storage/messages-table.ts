/**
 * The messages table: one item a message. Each event is one conditional update, and what it returns (`ALL_NEW`) is enough
 * to decide what comes next. Used by ingest, the channels, undeliverable and get-message.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { fromItem, isConditionFailed, isWritten, toItem } from "../aws/dynamodb.ts";
import type { Attempt, AttemptError, Message } from "../domain/message/message.ts";
import { personalFields, redactedText, redactionOf } from "../domain/message/redaction.ts";

export interface PreviousHop {
  channel: string;
  error: AttemptError;
}

export type Claim = { claimed: true; message: Message } | { claimed: false; message: Message | undefined };

export function createMessagesTable(client: DynamoDBClient, TableName: string) {
  async function update(messageId: string, expression: Expression): Promise<Message> {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: toItem({ messageId }),
        UpdateExpression: expression.update,
        ConditionExpression: expression.condition,
        ExpressionAttributeNames: expression.names,
        ExpressionAttributeValues: expression.values && toItem(expression.values),
        ReturnValues: "ALL_NEW",
      }),
    );
    return fromItem(Attributes ?? {}) as Message;
  }

  async function get(messageId: string): Promise<Message | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: toItem({ messageId }), ConsistentRead: true }),
    );
    return Item && (fromItem(Item) as Message);
  }

  return {
    get,

    /** Stores a new message; false where its id is taken. */
    async create(message: Message): Promise<boolean> {
      return isWritten(
        client.send(
          new PutItemCommand({
            TableName,
            Item: toItem(message),
            ConditionExpression: "attribute_not_exists(messageId)",
          }),
        ),
      );
    },

    /**
     * Claims the channel before its provider is called. At most one claim a channel, none once the message is finished or
     * expired, or the route has left the channel: this condition is what makes "at most one send a channel" true. What the
     * hop before ended with is written by the same update.
     */
    async claim(
      messageId: string,
      channel: string,
      taskToken: string,
      at: string,
      previous?: PreviousHop,
    ): Promise<Claim> {
      const moved = previous && moveOn(previous, at);
      try {
        const message = await update(messageId, {
          update: `SET attempts.#channel.claimedAt = :now, attempts.#channel.taskToken = :token${moved ? `, ${moved.set}` : ""} REMOVE attempts.#channel.failedAt`,
          condition: claimable,
          names: { "#channel": channel, ...moved?.names },
          values: { ":now": at, ":token": taskToken, ...moved?.values },
        });
        return { claimed: true, message };
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        const message = await get(messageId);
        // Our own claim, whose answer was lost: the client made the call again.
        const held = message?.attempts[channel];
        if (message && held?.taskToken === taskToken && held.claimedAt === at)
          return { claimed: true, message };
        return { claimed: false, message };
      }
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
      const unknown =
        ", attempts.#channel.unknownAt = if_not_exists(attempts.#channel.unknownAt, :unknownAt)";
      return update(messageId, {
        update: `SET attempts.#channel.taskToken = :token${unknownAt ? unknown : ""}`,
        condition: "attribute_exists(attempts.#channel.claimedAt)",
        names: { "#channel": channel },
        values: { ":token": taskToken, ...(unknownAt ? { ":unknownAt": unknownAt } : {}) },
      });
    },

    /** The provider clearly refused for now: the claim is given back, so that a retry may send. */
    async release(messageId: string, channel: string, error: AttemptError): Promise<void> {
      await update(messageId, {
        update:
          "SET attempts.#channel.#error = :error REMOVE attempts.#channel.claimedAt, attempts.#channel.taskToken",
        condition: "attribute_exists(messageId)",
        names: { "#channel": channel, "#error": "error" },
        values: { ":error": error },
      });
    },

    /**
     * The provider took the free text and then refused it: the claim is given back, so that a retry may send the template. The
     * task's token stays for a receipt that is repeated. Undefined where that was done before, or the hop is over.
     */
    async releaseText(
      messageId: string,
      channel: string,
      { refusedTextId, error }: Required<Pick<Attempt, "refusedTextId" | "error">>,
    ): Promise<Message | undefined> {
      const absent = ["refusedTextId", "failedAt", "deliveredAt", "readAt", "endedAt"];
      try {
        return await update(messageId, {
          update:
            "SET attempts.#channel.refusedTextId = :text, attempts.#channel.#error = :error " +
            "REMOVE attempts.#channel.claimedAt, attempts.#channel.sentAt, attempts.#channel.providerMessageIds",
          condition: [
            "attribute_exists(attempts.#channel.claimedAt) AND attribute_not_exists(finishedAt)",
            ...absent.map((field) => `attribute_not_exists(attempts.#channel.${field})`),
          ].join(" AND "),
          names: { "#channel": channel, "#error": "error" },
          values: { ":text": refusedTextId, ":error": error },
        });
      } catch (error_) {
        if (isConditionFailed(error_)) return undefined;
        throw error_;
      }
    },

    /**
     * Records what came of the send; `reached` ends the message where the rule asks for no more than `sent`, unless the
     * provider said meanwhile that it failed.
     */
    async recordAttempt(
      messageId: string,
      channel: string,
      changes: Partial<Attempt>,
      reached?: string,
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
     * Records what a receipt said, each fact once, whatever else is written at the same time; `reached` ends the message. A
     * failure that comes too late (delivered meanwhile) changes nothing.
     */
    async recordReceipt(
      messageId: string,
      channel: string,
      { error, failedIds, ...facts }: Partial<Attempt>,
      reached?: string,
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
      const removes = [
        ...personalFields,
        ...ids.flatMap(([name]) =>
          ["providerMessageIds", "refusedTextId"].map((field) => `attempts.${name}.${field}`),
        ),
      ];
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
     * No channel is left, or none in time, or nobody wants it any more. A message that was reached meanwhile stays reached.
     * `left`: the channels that the route has left; a hop that never got as far as its claim left the one before it unended.
     */
    async finish(
      messageId: string,
      outcome: "undeliverable" | "expired" | "cancelled",
      at: string,
      { previous, left = [] }: { previous?: PreviousHop | undefined; left?: readonly string[] } = {},
    ): Promise<Message | undefined> {
      const moved = previous && moveOn(previous, at);
      const others = left
        .filter((channel) => channel !== previous?.channel)
        .map((channel, index) => [`#left${index}`, channel] as const);
      const ended = others.map(
        ([name]) => `attempts.${name}.endedAt = if_not_exists(attempts.${name}.endedAt, :now)`,
      );
      const names = { ...moved?.names, ...Object.fromEntries(others) };
      try {
        return await update(messageId, {
          update: `SET ${["finishedAt = :now", "outcome = :outcome", ...(moved ? [moved.set] : []), ...ended].join(", ")}`,
          condition: "attribute_exists(messageId) AND attribute_not_exists(finishedAt)",
          names: Object.keys(names).length > 0 ? names : undefined,
          values: { ":now": at, ":outcome": outcome, ...moved?.values },
        });
      } catch (error) {
        if (isConditionFailed(error)) return get(messageId);
        throw error;
      }
    },
  };
}
export type MessagesTable = ReturnType<typeof createMessagesTable>;

/** No claim yet, the route has not left the channel, and the message is neither finished nor expired. */
const claimable =
  "attribute_exists(messageId) AND attribute_not_exists(attempts.#channel.claimedAt) AND " +
  "attribute_not_exists(attempts.#channel.endedAt) AND attribute_not_exists(finishedAt) AND " +
  "(attribute_not_exists(expiresOn) OR expiresOn > :now)";

interface Expression {
  update: string;
  condition: string;
  names?: Record<string, string> | undefined;
  values?: Record<string, unknown>;
}

/** The part of an update that says that the route left a channel; what the channel said itself stays. */
function moveOn({ channel, error }: PreviousHop, at: string) {
  return {
    set:
      "attempts.#previous.endedAt = if_not_exists(attempts.#previous.endedAt, :ended), " +
      "attempts.#previous.#error = if_not_exists(attempts.#previous.#error, :endedBy)",
    names: { "#previous": channel, "#error": "error" },
    values: { ":ended": at, ":endedBy": error },
  };
}
