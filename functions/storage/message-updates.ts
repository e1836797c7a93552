/**
 * The updates of a message's item, each an UpdateItem expression with its condition: what may be written and when, without the
 * call. Pure; `messages-table.ts` makes the calls.
 */
import { type Attempt, type AttemptError, isWaiting, type Message } from "../domain/message/message.ts";
import { personalFields, redactedText, redactionOf } from "../domain/message/redaction.ts";

/** The previous channel, which the route leaves, and the error with which it ended. */
export interface PreviousHop {
  channel: string;
  error: AttemptError;
}

export interface Update {
  update: string;
  condition: string;
  names?: Record<string, string> | undefined;
  values?: Record<string, unknown>;
}

/** There is no claim yet, the route has not left the channel, and the message is neither finished nor expired. */
const claimable =
  "attribute_exists(messageId) AND attribute_not_exists(attempts.#channel.claimedAt) AND " +
  "attribute_not_exists(attempts.#channel.endedAt) AND attribute_not_exists(finishedAt) AND " +
  "(attribute_not_exists(expiresOn) OR expiresOn > :now)";

/** Holds until quiet hours may begin, where the message has any for the channel. */
const surelyNotQuiet =
  " AND (attribute_not_exists(quietHours.byChannel.#channel) OR quietHours.byChannel.#channel.freeUntil > :now)";

/** The part of an update that records that the route left a channel; what the channel itself reported stays. */
function endPrevious({ channel, error }: PreviousHop, at: string) {
  return {
    set:
      "attempts.#previous.endedAt = if_not_exists(attempts.#previous.endedAt, :ended), " +
      "attempts.#previous.#error = if_not_exists(attempts.#previous.#error, :endedBy)",
    names: { "#previous": channel, "#error": "error" },
    values: { ":ended": at, ":endedBy": error },
  };
}

/** `mayBeQuiet`: also refuse where the channel may be in quiet hours by now; false: it is known not to be. */
export function claim(
  channel: string,
  taskToken: string,
  at: string,
  previous: PreviousHop | undefined,
  mayBeQuiet: boolean,
): Update {
  const ending = previous && endPrevious(previous, at);
  return {
    update: `SET attempts.#channel.claimedAt = :now, attempts.#channel.taskToken = :token${ending ? `, ${ending.set}` : ""} REMOVE attempts.#channel.failedAt`,
    condition: mayBeQuiet ? claimable + surelyNotQuiet : claimable,
    names: { "#channel": channel, ...ending?.names },
    values: { ":now": at, ":token": taskToken, ...ending?.values },
  };
}

/** A channel whose turn came in quiet hours: it waits or is skipped. */
export function hold(
  channel: string,
  at: string,
  held: Pick<Attempt, "waited"> | Required<Pick<Attempt, "skipped">>,
  previous: PreviousHop | undefined,
): Update {
  const ending = previous && endPrevious(previous, at);
  const own =
    "skipped" in held
      ? "attempts.#channel.skipped = :held, attempts.#channel.endedAt = :now"
      : "attempts.#channel.waited = :held";
  return {
    update: `SET ${own}${ending ? `, ${ending.set}` : ""}`,
    condition: claimable,
    names: { "#channel": channel, ...ending?.names },
    values: { ":now": at, ":held": "skipped" in held ? held.skipped : held.waited, ...ending?.values },
  };
}

export function adopt(channel: string, taskToken: string, unknownAt: string | undefined): Update {
  const unknown = ", attempts.#channel.unknownAt = if_not_exists(attempts.#channel.unknownAt, :unknownAt)";
  return {
    update: `SET attempts.#channel.taskToken = :token${unknownAt ? unknown : ""}`,
    condition: "attribute_exists(attempts.#channel.claimedAt)",
    names: { "#channel": channel },
    values: { ":token": taskToken, ...(unknownAt ? { ":unknownAt": unknownAt } : {}) },
  };
}

export const release = (channel: string, error: AttemptError): Update => ({
  update:
    "SET attempts.#channel.#error = :error REMOVE attempts.#channel.claimedAt, attempts.#channel.taskToken",
  condition: "attribute_exists(messageId)",
  names: { "#channel": channel, "#error": "error" },
  values: { ":error": error },
});

/** Ends the message as reached, unless it has already ended. */
const reach = [
  "finishedAt = if_not_exists(finishedAt, :reached)",
  "outcome = if_not_exists(outcome, :outcome)",
];
const reachValues = (at: string | undefined) => (at ? { ":reached": at, ":outcome": "reached" } : {});

export function recordAttempt(channel: string, changes: Partial<Attempt>, reachedAt?: string): Update {
  const fields = Object.entries(changes);
  const sets = fields.map(([name], index) => {
    const field = `attempts.#channel.#f${index}`;
    // A receipt may have come before.
    return `${field} = ${name === "sentAt" ? `if_not_exists(${field}, :f${index})` : `:f${index}`}`;
  });
  return {
    update: `SET ${[...sets, ...(reachedAt ? reach : [])].join(", ")}`,
    condition: `attribute_exists(messageId)${reachedAt ? " AND attribute_not_exists(attempts.#channel.failedAt)" : ""}`,
    names: {
      "#channel": channel,
      ...Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
    },
    values: {
      ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
      ...reachValues(reachedAt),
    },
  };
}

/** `isRedacted`: whether the message was redacted when the changes were made; the update fails if that has changed. */
export function recordReceipt(
  channel: string,
  { error, failedIds, ...facts }: Partial<Attempt>,
  isRedacted: boolean,
  reachedAt?: string,
): Update {
  const fields = Object.entries(facts);
  const sets = fields.map(
    ([name]) => `attempts.#channel.#${name} = if_not_exists(attempts.#channel.#${name}, :${name})`,
  );
  if (error) sets.push("attempts.#channel.#error = :error");
  if (reachedAt) sets.push(...reach);
  const isFailure = facts.failedAt !== undefined || failedIds !== undefined;
  const undelivered =
    " AND attribute_not_exists(attempts.#channel.deliveredAt) AND attribute_not_exists(attempts.#channel.readAt)";
  return {
    update: [
      ...(sets.length > 0 ? [`SET ${sets.join(", ")}`] : []),
      ...(failedIds ? ["ADD attempts.#channel.failedIds :failedIds"] : []),
    ].join(" "),
    condition: `attribute_exists(attempts.#channel) AND ${isRedacted ? "attribute_exists" : "attribute_not_exists"}(redactedAt)${isFailure ? undelivered : ""}`,
    names: {
      "#channel": channel,
      ...Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
      ...(error ? { "#error": "error" } : {}),
    },
    values: {
      ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
      ...(error ? { ":error": error } : {}),
      ...(failedIds ? { ":failedIds": failedIds } : {}),
      ...reachValues(reachedAt),
    },
  };
}

export function redact(message: Pick<Message, "attempts">, at: string): Update {
  const { errorsOf, idsOf } = redactionOf(message);
  const named = (prefix: string, all: readonly string[]) =>
    all.map((one, index) => [`#${prefix}${index}`, one] as const);
  const [errors, ids] = [named("error", errorsOf), named("ids", idsOf)];
  // "reference" is a reserved word of DynamoDB.
  const personal = named("personal", personalFields);
  const sets = [
    "redactedAt = if_not_exists(redactedAt, :now), addresses = :none",
    ...errors.map(([name]) => `attempts.${name}.#error.#message = :redacted`),
  ];
  const removes = [
    ...personal.map(([name]) => name),
    ...ids.flatMap(([name]) =>
      ["providerMessageIds", "refusedTextId"].map((field) => `attempts.${name}.${field}`),
    ),
  ];
  const hasErrors = errors.length > 0;
  return {
    update: `SET ${sets.join(", ")} REMOVE ${removes.join(", ")}`,
    condition: "attribute_exists(finishedAt)",
    names: {
      ...Object.fromEntries([...personal, ...errors, ...ids]),
      ...(hasErrors ? { "#error": "error", "#message": "message" } : {}),
    },
    values: { ":now": at, ":none": {}, ...(hasErrors ? { ":redacted": redactedText } : {}) },
  };
}

export type Ending = Exclude<NonNullable<Message["outcome"]>, "reached">;

/** What the index has, by its sort key: messages that were not reached, and those that wait for their time. */
export type Listed = Ending | "scheduled";
export const endedAs = (as: Listed, position: string): string => `${as}#${position}`;
const endedAsOf = (as: Listed, at: string, messageId: string) => endedAs(as, `${at}#${messageId}`);

/** The item of a message that is put as a whole: one that is new, or that waited for its time. */
export function itemOf(message: Message): Message & { endedAs?: string } {
  const { messageId, outcome, finishedAt } = message;
  if (isWaiting(message)) return { ...message, endedAs: endedAsOf("scheduled", message.sendAt, messageId) };
  if (outcome === undefined || outcome === "reached" || finishedAt === undefined) return message;
  return { ...message, endedAs: endedAsOf(outcome, finishedAt, messageId) };
}

export function finish(
  messageId: string,
  outcome: Ending,
  at: string,
  {
    previous,
    leftChannels,
    reason,
  }: { previous: PreviousHop | undefined; leftChannels: readonly string[]; reason: string | undefined },
): Update {
  const ending = previous && endPrevious(previous, at);
  const others = leftChannels
    .filter((channel) => channel !== previous?.channel)
    .map((channel, index) => [`#left${index}`, channel] as const);
  const sets = [
    "finishedAt = :now",
    "outcome = :outcome",
    "endedAs = :endedAs",
    ...(reason === undefined ? [] : ["#reason = :reason"]),
    ...(ending ? [ending.set] : []),
    ...others.map(([name]) => `attempts.${name}.endedAt = if_not_exists(attempts.${name}.endedAt, :now)`),
  ];
  return {
    update: `SET ${sets.join(", ")}`,
    condition: "attribute_exists(messageId) AND attribute_not_exists(finishedAt)",
    names: noneWhereEmpty({
      ...ending?.names,
      ...Object.fromEntries(others),
      ...(reason === undefined ? {} : { "#reason": "reason" }),
    }),
    values: {
      ":now": at,
      ":outcome": outcome,
      ":endedAs": endedAsOf(outcome, at, messageId),
      ...(reason === undefined ? {} : { ":reason": reason }),
      ...ending?.values,
    },
  };
}

export const resolveSent = (at: string): Update => ({
  update: "SET resolvedAt = :now",
  condition: "outcome = :reached AND attribute_not_exists(resolvedAt)",
  values: { ":now": at, ":reached": "reached" },
});

export function releaseText(
  channel: string,
  { refusedTextId, error }: Required<Pick<Attempt, "refusedTextId" | "error">>,
): Update {
  const absent = ["refusedTextId", "failedAt", "deliveredAt", "readAt", "endedAt"];
  return {
    update:
      "SET attempts.#channel.refusedTextId = :text, attempts.#channel.#error = :error " +
      "REMOVE attempts.#channel.claimedAt, attempts.#channel.sentAt, attempts.#channel.providerMessageIds",
    condition: [
      "attribute_exists(attempts.#channel.claimedAt) AND attribute_not_exists(finishedAt)",
      ...absent.map((field) => `attribute_not_exists(attempts.#channel.${field})`),
    ].join(" AND "),
    names: { "#channel": channel, "#error": "error" },
    values: { ":text": refusedTextId, ":error": error },
  };
}

/** `isLast`: no channel is left, so that the message ends as undeliverable. */
export function resume(
  messageId: string,
  channel: string,
  at: string,
  reachedAt: string,
  isLast: boolean,
): Update {
  const resumed =
    "attempts.#channel.resumedAt = :now, attempts.#channel.reachedAt = :reachedAt, " +
    "attempts.#channel.endedAt = if_not_exists(attempts.#channel.endedAt, :now)";
  return {
    update: isLast
      ? `SET ${resumed}, finishedAt = :now, outcome = :outcome, endedAs = :endedAs`
      : `SET ${resumed} REMOVE finishedAt, outcome`,
    condition:
      "outcome = :reached AND finishedAt = :reachedAt AND attribute_exists(attempts.#channel.failedAt)" +
      " AND attribute_not_exists(attempts.#channel.resumedAt)" +
      " AND attribute_not_exists(attempts.#channel.deliveredAt) AND attribute_not_exists(redactedAt)" +
      " AND attribute_not_exists(resolvedAt)",
    names: { "#channel": channel },
    values: {
      ":now": at,
      ":reachedAt": reachedAt,
      ":reached": "reached",
      ...(isLast
        ? { ":outcome": "undeliverable", ":endedAs": endedAsOf("undeliverable", at, messageId) }
        : {}),
    },
  };
}

/** DynamoDB refuses an empty map of names. */
const noneWhereEmpty = (names: Record<string, string>): Record<string, string> | undefined =>
  Object.keys(names).length > 0 ? names : undefined;
