/**
 * Accepting a message.
 * 1. Read it: validate the request, resolve addresses from `to` and then from the profile, fill the merge fields. A request that
 *   is not valid is refused with 400, one for which no channel is left with 422. But if the same content was accepted before, when
 *   it could be sent, the first answer is repeated (6).
 * 2. Ask what the route depends on at this moment (opt-outs, limits, windows), and claim the idempotency key, at once. Plan the
 *   route: a channel that is known to refuse is skipped, and again 422 where none is left. If the same content holds the key: go on
 *   with the message that it stands for; if other content does: 422.
 * 3. Look for the message, where it may be stored already. If it has the same content: go on with it (6); other content: 422.
 *   Meanwhile, until 5 is done, add the request's addresses to the profile.
 * 4. Reserve the most that it can cost from the client's budget, unless it is to go out later. No room: 429, unless the message
 *   has been stored meanwhile.
 *   Count it for the client's caps. No room: 422, and the reservation is released.
 * 5. Store the message, if its id is free, and the rows by which it is found. If the same content has the id: release the
 *   reservation and go on with the stored message; other content: 422.
 * 6. Start the execution, unless the message is finished, and answer from what is stored. An execution that cannot start now, or
 *   is not to, starts later, from the starts queue (begin.ts); if that fails too, the request fails, and a repeated request starts
 *   it. A repeated request also writes the rows again: the first one may have died before it had.
 *
 * Idempotency: a failure at any step leaves at most one stored message. The same content with the same key (or, from SQS, with
 * the same message id) finds it and starts it: a start is idempotent, because it is a pure function of the stored message.
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Message } from "../domain/message/message.ts";
import { Problem } from "../http/problem.ts";
import { validate, validated } from "../http/validate.ts";
import { withLogFields } from "../shared/log.ts";
import { together } from "../shared/together.ts";
import { fingerprintsOf } from "./fingerprint.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import {
  describePlan,
  draftMessage,
  nothingFound,
  type Plan,
  type PlannedMessage,
  type Planning,
} from "./plan.ts";
import { idempotencyKey as idempotencyKeySchema, sendRequest } from "./request.ts";
import { pathOfRule } from "./rules.ts";
import { addToLists, isSame, storeMessage } from "./store-message.ts";

export interface Accepted {
  messageId: string;
  status: string;
  /** Of a test key. */
  test?: true;
  plan: Plan;
}

/** What identifies a message whose request may be repeated. */
export interface Submission {
  idempotencyKey?: string | undefined;
  /** The id of a new message. @default a random one */
  messageId?: string;
  /** Whether a message may be stored under this id already. @default false */
  mayExist?: boolean;
  /** Whether its sender may replace addresses of the profile that it names. @default false: only add them */
  mayReplace?: boolean;
  /** By a test key. @default false */
  isTest?: boolean | undefined;
  /** The message that is sent again; the key stands for whatever was made of it. */
  resendOf?: string;
}

/** The header of an answer that repeats an earlier one. */
export const replayed = { "idempotency-replayed": "true" };

export interface Acceptance {
  accepted: Accepted;
  /** Whether the message was stored before, so that the answer repeats an earlier one. */
  isReplayed: boolean;
}

/** Throws a Problem where the message is refused. */
export async function accept(
  clientId: string,
  input: unknown,
  submission: Submission,
  dependencies: IngestDependencies,
): Promise<Acceptance> {
  const { idempotencyKey, messageId = randomUUID(), mayExist = false, resendOf } = submission;
  const { mayReplace, isTest = false } = submission;
  if (idempotencyKey !== undefined)
    validate(v.object({ "Idempotency-Key": idempotencyKeySchema }), { "Idempotency-Key": idempotencyKey });
  const request = validated(sendRequest, input);
  const understood = "value" in request ? request.value : undefined;
  const ofContent =
    resendOf === undefined
      ? fingerprintsOf(input, understood, dependencies.hash, isTest)
      : fingerprintsOf({ resendOf }, undefined, dependencies.hash, isTest);
  const options = { smsLimit: "consume", mayReplace, isTest } as const;
  const [fingerprints, draft] = await together([
    ofContent,
    "refused" in request ? request : draftMessage(clientId, request.value, dependencies, options),
    "refused" in request ? undefined : dependencies.budget.look(clientId, dependencies.now()),
  ]);
  const unlessAcceptedBefore = async (refused: Problem): Promise<Acceptance> => {
    const stored = await acceptedBefore(clientId, fingerprints, submission, dependencies);
    if (stored === undefined) throw refused;
    return { accepted: await startAndAnswer(stored, false, dependencies), isReplayed: true };
  };
  if ("refused" in draft) return unlessAcceptedBefore(draft.refused);
  // What could be sent at no moment leaves its key free.
  const atBest = sendable(draft.planWith(nothingFound), input);
  if ("refused" in atBest) return unlessAcceptedBefore(atBest.refused);
  const [found, id] = await together([
    draft.ask(),
    idempotencyKey === undefined
      ? messageId
      : claimKey(clientId, idempotencyKey, messageId, fingerprints, dependencies),
  ]);
  const planning = sendable(draft.planWith(found), input);
  if ("refused" in planning) return unlessAcceptedBefore(planning.refused);
  return withLogFields({ messageId: id }, async () => {
    const identity = { id, fingerprints, resendOf, mayExist: mayExist || id !== messageId };
    const [{ message, isNew }] = await together([
      storeMessage(clientId, identity, planning.planned, dependencies),
      addToProfile(clientId, planning.planned, dependencies),
    ]);
    return { accepted: await startAndAnswer(message, isNew, dependencies), isReplayed: !isNew };
  });
}

/** Refuses a plan without a channel, with the reason for each. */
function sendable(planning: Planning, input: unknown): Planning {
  if ("refused" in planning || planning.planned.route.hops.length > 0) return planning;
  const { ruleSet, route } = planning.planned;
  const faults = ruleSet.channels.flatMap(({ channel }, index) => {
    const { code, reason } = route.skipped[channel] ?? {};
    const path = pathOfRule(input, index);
    return code === undefined ? [] : [{ path, code, message: `${channel}: ${reason}` }];
  });
  return { refused: new Problem(422, "no channel is left to try", faults) };
}

/** The client's message with the same content, by its key or by its own id. */
async function acceptedBefore(
  clientId: string,
  fingerprints: readonly string[],
  { idempotencyKey, messageId }: Submission,
  { keys, messages, now }: IngestDependencies,
): Promise<Message | undefined> {
  const holder = idempotencyKey === undefined ? undefined : await keys.get(clientId, idempotencyKey, now());
  if (holder !== undefined && !fingerprints.includes(holder.fingerprint)) return undefined;
  const id = holder?.messageId ?? messageId;
  const stored = id === undefined ? undefined : await messages.get(id);
  return stored && isSame(stored, clientId, fingerprints) ? stored : undefined;
}

async function addToProfile(
  clientId: string,
  { profileId, additions }: PlannedMessage,
  { profiles }: IngestDependencies,
): Promise<void> {
  if (profileId !== undefined && Object.keys(additions).length > 0)
    await profiles.merge(clientId, profileId, additions);
}

/** The id of the message that the key stands for: this one, or the first one with the key. */
async function claimKey(
  clientId: string,
  idempotencyKey: string,
  messageId: string,
  fingerprints: [string, ...string[]],
  { keys, now }: IngestDependencies,
): Promise<string> {
  const message = { messageId, fingerprint: fingerprints[0] };
  const holder = await keys.claim(clientId, idempotencyKey, message, now());
  if (holder === undefined) return messageId;
  if (fingerprints.includes(holder.fingerprint)) return holder.messageId;
  throw new Problem(422, "this Idempotency-Key was used for another request", [
    {
      path: "Idempotency-Key",
      code: "reused",
      message: "must be new for a new message, or come with the same content again",
    },
  ]);
}

/**
 * The answer is made from what is stored, so every repetition gets the same one. Whoever stored the message may have died before it
 * was listed.
 */
async function startAndAnswer(
  stored: Message,
  isNew: boolean,
  dependencies: IngestDependencies,
): Promise<Accepted> {
  if (stored.finishedAt === undefined)
    await together([dependencies.start(stored), isNew ? undefined : addToLists(stored, dependencies.lists)]);
  const { route: hops, skipped, addresses, country } = stored;
  return {
    messageId: stored.messageId,
    status: stored.request === undefined ? "processing" : "scheduled",
    ...(stored.test ? { test: true } : {}),
    plan: describePlan({ hops, skipped, addresses }, stored, country, dependencies.deployment),
  };
}
