/**
 * Accepting a message. The course:
 * 1. Validate; resolve addresses from `to`, then from the profile; fill the merge fields.
 * 2. Plan the route: a channel without an address or an account, or that is known to refuse, is skipped. None left: 422. Nothing is stored yet.
 * 3. Add what the request brought to its profile.
 * 4. Take the idempotency key, which says which message it stands for: the same content goes on with that one (a start that
 *    failed is made good), another is refused. Then store the message, if its id is free; what comes again is looked for first,
 *    and costs its client's budget no write.
 * 5. Start the execution named by the messageId; started before is success, and what cannot start now starts later.
 */

import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Message } from "../domain/message/message.ts";
import { worstCaseCost } from "../domain/money/cost.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { loggedWith } from "../shared/log.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { describePlan, type Plan, type Prepared, prepare } from "./plan.ts";
import { idempotencyKey as idempotencyKeySchema } from "./request.ts";
import { pathOfRule } from "./rules.ts";

export interface Accepted {
  messageId: string;
  status: string;
  plan: Plan;
}

/** What a sender's repetitions have in common, where it says so. */
interface Repetition {
  idempotencyKey?: string | undefined;
  /** The id of a message that is new. */
  messageId?: string;
  /** It may be stored under this id. */
  mayBeStored?: boolean;
}

export async function accept(
  owner: string,
  input: unknown,
  repetition: Repetition,
  dependencies: IngestDependencies,
): Promise<Accepted> {
  const { idempotencyKey, messageId = randomUUID(), mayBeStored = false } = repetition;
  if (idempotencyKey !== undefined)
    validate(v.object({ "Idempotency-Key": idempotencyKeySchema }), { "Idempotency-Key": idempotencyKey });
  const fingerprint = createHash("sha256").update(canonicalJson(input)).digest("base64url");
  let prepared: Prepared;
  try {
    prepared = await prepareToSend(owner, input, dependencies);
  } catch (problem) {
    // Accepted before, under circumstances that were others: the first answer holds.
    const stored = await acceptedBefore(owner, fingerprint, repetition, dependencies);
    if (stored === undefined) throw problem;
    return startAndAnswer(stored, dependencies);
  }
  const id =
    idempotencyKey === undefined
      ? messageId
      : await idOfKey(owner, idempotencyKey, { messageId, fingerprint }, dependencies);
  return loggedWith({ messageId: id }, async () => {
    const identity = { id, fingerprint, mayBeStored: mayBeStored || id !== messageId };
    return startAndAnswer(await store(owner, identity, prepared, dependencies), dependencies);
  });
}

/** The same content of the same client, by its key or by the id that it comes with. */
async function acceptedBefore(
  owner: string,
  fingerprint: string,
  { idempotencyKey, messageId }: Repetition,
  { keys, messages, now }: IngestDependencies,
): Promise<Message | undefined> {
  const earlier = idempotencyKey === undefined ? undefined : await keys.get(owner, idempotencyKey, now());
  if (earlier !== undefined && earlier.fingerprint !== fingerprint) return undefined;
  const id = earlier?.messageId ?? messageId;
  const stored = id === undefined ? undefined : await messages.get(id);
  return stored && isSame(stored, owner, fingerprint) ? stored : undefined;
}

/** A redacted message has forgotten its content: its id alone tells. */
const isSame = (stored: Message, owner: string, fingerprint: string): boolean =>
  stored.client === owner && (stored.redactedAt !== undefined || stored.fingerprint === fingerprint);

/** Steps 1 to 3. */
async function prepareToSend(
  owner: string,
  input: unknown,
  dependencies: IngestDependencies,
): Promise<Prepared> {
  const prepared = await prepare(owner, input, dependencies, "consume");
  const { ruleSet, route, profileId, additions } = prepared;
  if (route.hops.length === 0)
    throw new Problem(
      422,
      "no channel is left to try",
      ruleSet.channels.flatMap(({ channel }, index) => {
        const { code, reason } = route.skipped[channel] ?? {};
        const path = pathOfRule((input as { rules: unknown }).rules, index);
        return code === undefined ? [] : [{ path, code, message: `${channel}: ${reason}` }];
      }),
    );
  if (profileId !== undefined && Object.keys(additions).length > 0)
    await dependencies.profiles.merge(owner, profileId, additions);
  return prepared;
}

/** The message that the key stands for: this one, or the one that had it first. */
async function idOfKey(
  owner: string,
  idempotencyKey: string,
  message: { messageId: string; fingerprint: string },
  { keys, now }: IngestDependencies,
): Promise<string> {
  const taken = await keys.claim(owner, idempotencyKey, message, now());
  if (taken === undefined) return message.messageId;
  if (taken.fingerprint === message.fingerprint) return taken.messageId;
  throw new Problem(422, "this Idempotency-Key was used for another request", [
    {
      path: "Idempotency-Key",
      code: "reused",
      message: "use a new key for a new message, or send the same content again",
    },
  ]);
}

/** Answers what is stored under the id: this message, or the same one where it was stored before. */
async function store(
  owner: string,
  { id, fingerprint, mayBeStored }: { id: string; fingerprint: string; mayBeStored: boolean },
  prepared: Prepared,
  { messages, budget, retentionDays, now }: IngestDependencies,
): Promise<Message> {
  const { request, content, route, profileId, country } = prepared;
  const ownOf = (stored: Message) => {
    if (!isSame(stored, owner, fingerprint)) throw new Problem(422, "this messageId is another message's");
    return stored;
  };
  const before = mayBeStored ? await messages.get(id) : undefined;
  if (before !== undefined) return ownOf(before);
  const createdAt = now();
  let reserved: string | undefined;
  try {
    reserved = await budget.reserve(owner, worstCaseCost(route.hops), createdAt);
  } catch (problem) {
    // A message that was accepted before has its place in the budget.
    const stored = problem instanceof Problem ? await messages.get(id) : undefined;
    if (stored === undefined) throw problem;
    return ownOf(stored);
  }
  const message: Message = {
    messageId: id,
    client: owner,
    createdAt: createdAt.toISOString(),
    fingerprint,
    addresses: route.addresses,
    ...(profileId === undefined ? {} : { profileId }),
    ...(country === undefined ? {} : { country }),
    ...(reserved === undefined ? {} : { reserved }),
    ...content,
    rules: orderOf(prepared),
    route: route.hops,
    skipped: route.skipped,
    attempts: Object.fromEntries(route.hops.map(({ channel }) => [channel, {}])),
    ...(request.expiresOn === undefined ? {} : { expiresOn: request.expiresOn }),
    ttl: Math.ceil(createdAt.getTime() / 1000) + secondsKept(route.hops, retentionDays),
  };
  if (await messages.create(message)) return message;
  const stored = await messages.get(id);
  if (stored === undefined) throw new Error(`message ${id} was there and is gone`);
  if (reserved !== undefined) await budget.giveBack(owner, reserved, createdAt, id);
  return ownOf(stored);
}

const daySeconds = 24 * 3600;
/** While it may wait it is there, however short the retention: all its windows, and a day for starts and retries. */
const secondsKept = (hops: Message["route"], retentionDays: number): number =>
  Math.max(
    retentionDays * daySeconds,
    hops.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, daySeconds),
  );

/** The channels as the rules give them; where these prefer something, in the order that was chosen. */
function orderOf({ ruleSet: { prefer, channels }, route: { hops, skipped } }: Prepared): string[] {
  const given = channels.map(({ channel }) => channel);
  if (prefer === undefined) return given;
  return [
    ...hops.map(({ channel }) => channel),
    ...given.filter((channel) => skipped[channel] !== undefined),
  ];
}

/** The answer is made of what is stored: the same for every repetition. */
async function startAndAnswer(stored: Message, dependencies: IngestDependencies): Promise<Accepted> {
  if (stored.finishedAt === undefined) await dependencies.start(stored);
  const { route: hops, skipped } = stored;
  return {
    messageId: stored.messageId,
    status: "processing",
    plan: describePlan({ hops, skipped }, stored),
  };
}

/** JSON with its keys in order: two spellings of one request are the same. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
