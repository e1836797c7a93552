/**
 * Steps 3 to 5 of accepting a message (`accept.ts`): finds the message that is stored under the id, or reserves its cost and
 * stores it.
 */

import { longestWaitDays } from "../domain/customer/quiet-hours.ts";
import type { Message } from "../domain/message/message.ts";
import { worstCaseCost } from "../domain/money/cost.ts";
import { Problem } from "../http/problem.ts";
import { logFault } from "../shared/log.ts";
import { together } from "../shared/together.ts";
import { listsOf, positionOf } from "../storage/message-lists.ts";
import { countMessage } from "./caps.ts";
import type { IngestDependencies, PlanDependencies } from "./ingest-dependencies.ts";
import type { PlannedMessage } from "./plan.ts";

export interface Identity {
  id: string;
  /** The fingerprints of the request (fingerprint.ts); the first is stored. */
  fingerprints: [string, ...string[]];
  resendOf: string | undefined;
  /** Whether a message may be stored under this id already, so that it is looked for first. */
  mayExist: boolean;
}

/** Whether the stored message is the client's and has this content. A redacted message has lost its content: its id is enough. */
export const isSame = (stored: Message, clientId: string, fingerprints: readonly string[]): boolean =>
  stored.client === clientId &&
  (stored.redactedAt !== undefined || fingerprints.includes(stored.fingerprint ?? ""));

/**
 * The stored message: a new one, or the same one where it was stored before. Throws a Problem where the id belongs to another
 * message or a cap has no room for this one (422), or the client's budget has none (429).
 */
export async function storeMessage(
  clientId: string,
  { id, fingerprints, resendOf, mayExist }: Identity,
  planned: PlannedMessage,
  dependencies: IngestDependencies,
): Promise<{ message: Message; isNew: boolean }> {
  const { messages, lists, retentionDays, now } = dependencies;
  const checked = (stored: Message) => {
    if (!isSame(stored, clientId, fingerprints))
      throw new Problem(422, "this messageId belongs to another message");
    return { message: stored, isNew: false };
  };
  const earlier = mayExist ? await messages.get(id) : undefined;
  if (earlier !== undefined) return checked(earlier);
  const createdAt = now();
  const reservation = await reserve(clientId, id, planned, createdAt, dependencies);
  if ("refused" in reservation) {
    // A message that was accepted before already has its reservation.
    const stored = await messages.get(id);
    if (stored === undefined) throw reservation.refused;
    return checked(stored);
  }
  const { reserved, release } = reservation;
  const message: Message = {
    messageId: id,
    client: clientId,
    createdAt: createdAt.toISOString(),
    fingerprint: fingerprints[0],
    ...(reserved === undefined ? {} : { reserved }),
    ...(resendOf === undefined ? {} : { resendOf }),
    ...plannedFields(planned),
    ...waitingFields(planned),
    ttl: ttlOf(planned.sendAt ?? createdAt, planned, retentionDays),
  };
  // A row without a message is ignored; a message without its rows is not started, unless its request is repeated.
  const [isNew] = await together([messages.create(message), addToLists(message, lists)]);
  if (isNew) return { message, isNew };
  const stored = await messages.get(id);
  if (stored === undefined) throw new Error(`message ${id} was stored and is gone`);
  await release();
  return checked(stored);
}

/**
 * Reserves what the message may cost from the client's budget, unless that is of another day, and counts it for the client's caps.
 * `release` takes the reservation back.
 */
export async function reserve(
  clientId: string,
  id: string,
  { route, capCheck, sendAt }: PlannedMessage,
  now: Date,
  { budget, caps }: Pick<PlanDependencies, "budget" | "caps">,
): Promise<{ reserved: string | undefined; release: () => Promise<void> } | { refused: Problem }> {
  const reservation = await budget.reserve(
    clientId,
    sendAt === undefined ? worstCaseCost(route.hops) : "0",
    now,
  );
  if ("refused" in reservation) return reservation;
  const { reserved } = reservation;
  const release = async () => {
    if (reserved !== undefined) await budget.release(clientId, reserved, now, id);
  };
  const refused = capCheck && (await countMessage(capCheck, id, caps, { now, begins: sendAt ?? now }));
  if (refused === undefined) return { reserved, release };
  await release();
  return { refused };
}

/**
 * A message is sent even if it could not be listed: many messages a second with one reference exceed what DynamoDB writes for one
 * key.
 */
export async function addToLists(message: Message, lists: IngestDependencies["lists"]): Promise<void> {
  await Promise.all(
    listsOf(message).map((list) =>
      lists
        .add(list, positionOf(message), message)
        .catch((fault: unknown) => logFault("a message could not be listed", fault)),
    ),
  );
}

/** What a message has of its plan. */
export function plannedFields(planned: PlannedMessage) {
  const { request, content, route, profileId, country, requireOptIn } = planned;
  return {
    addresses: route.addresses,
    ...(profileId === undefined ? {} : { profileId }),
    ...(request.reference === undefined ? {} : { reference: request.reference }),
    ...(country === undefined ? {} : { country }),
    ...(planned.test === undefined ? {} : { test: planned.test }),
    ...content,
    ...(requireOptIn ? { requireOptIn } : {}),
    rules: channelsInOrder(planned),
    route: route.hops,
    skipped: route.skipped,
    ...(route.quietHours === undefined ? {} : { quietHours: route.quietHours }),
    attempts: Object.fromEntries(route.hops.map(({ channel }) => [channel, {}])),
    ...(request.expiresOn === undefined ? {} : { expiresOn: request.expiresOn }),
  };
}

/** What it has beside that until its time comes (begin.ts). */
function waitingFields({ sendAt, request: { sendAt: _, ...request } }: PlannedMessage) {
  return sendAt === undefined ? {} : { sendAt: sendAt.toISOString(), request: JSON.stringify(request) };
}

/** The channels in the order of the rules, or in the order that their `prefer` chose. */
function channelsInOrder({
  ruleSet: { prefer, channels },
  route: { hops, skipped },
}: PlannedMessage): string[] {
  const inRules = channels.map(({ channel }) => channel);
  if (prefer === undefined) return inRules;
  return [
    ...hops.map(({ channel }) => channel),
    ...inRules.filter((channel) => skipped[channel] !== undefined),
  ];
}

const daySeconds = 24 * 3600;
/** `begins`: when the first channel is tried. */
export const ttlOf = (begins: Date, { route }: PlannedMessage, retentionDays: number): number =>
  Math.ceil(begins.getTime() / 1000) + secondsKept(route, retentionDays);
/** However short the retention, a message is kept for all its windows and waits, and one more day for starts and retries. */
const secondsKept = ({ hops, quietHours }: PlannedMessage["route"], retentionDays: number): number => {
  const waits = Object.keys(quietHours?.byChannel ?? {}).length * longestWaitDays * daySeconds;
  return Math.max(
    retentionDays * daySeconds,
    hops.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, daySeconds + waits),
  );
};
