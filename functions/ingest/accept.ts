/**
 * Accepting a message. The course:
 * 1. Validate; resolve addresses from `to`, then from the profile; fill the merge fields.
 * 2. Plan the route: a channel without an address or an account, or that is known to refuse, is skipped. None left: 422. Nothing is stored yet.
 * 3. Add what the request brought to its profile.
 * 4. Take the idempotency key, which says which message it stands for: the same content goes on with that one (a start that
 *    failed is made good), another is refused. Then store the message, if its id is free.
 * 5. Start the execution named by the messageId; started before is success, and what cannot start now starts later.
 */
import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import type { ContactsTable } from "../aws/contacts-table.ts";
import type { IdempotencyKeysTable } from "../aws/idempotency-keys-table.ts";
import type { MessagesTable } from "../aws/messages-table.ts";
import type { ProfilesTable } from "../aws/profiles-table.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { countryOf } from "../profiles/phone-number.ts";
import { additionsTo, type Profile } from "../profiles/profile.ts";
import { countSmsParts, estimateCost, type PriceTable, type SmsParts } from "../routing/estimate.ts";
import { executionInput } from "../routing/execution-input.ts";
import { fillMergeFields } from "../routing/merge-fields.ts";
import type { Hop, Message } from "../routing/message.ts";
import {
  type Bench,
  bodyFor,
  contentFaults,
  needsOpenWindow,
  planRoute,
  type Route,
  whyClosed,
} from "../routing/plan-route.ts";
import { idempotencyKey as idempotencyKeySchema, type SendRequest, sendRequest } from "./request.ts";
import type { SmsLimit } from "./sms-limit.ts";

export interface IngestDependencies {
  messages: MessagesTable;
  profiles: ProfilesTable;
  contacts: ContactsTable;
  keys: IdempotencyKeysTable;
  /** Starts the message's execution, now or later; throws where neither can be promised. */
  start: (messageId: string, input: object) => Promise<void>;
  smsLimit: SmsLimit;
  bench: Bench;
  prices: PriceTable;
  /** How long a message is kept. */
  retentionDays: number;
  now: () => Date;
}

export interface PlannedHop extends Hop {
  sms?: SmsParts;
  /** US dollars as decimal text; absent where the price table has no price. */
  estimatedCost?: string;
}

export interface Plan {
  hops: PlannedHop[];
  skipped: { channel: string; reason: string }[];
}

export interface Accepted {
  messageId: string;
  status: string;
  plan: Plan;
}

interface Prepared {
  request: SendRequest;
  profileId: string | undefined;
  additions: Profile;
  content: Pick<Message, "title" | "body" | "customBody" | "channelOptions" | "metadata">;
  route: Route;
  plan: Plan;
}

/** Steps 1 and 2: what would be done, and nothing done. `limit`: whether an SMS counts against its limit. */
export async function prepare(
  owner: string,
  input: unknown,
  dependencies: IngestDependencies,
  limit: "ask" | "take" = "ask",
): Promise<Prepared> {
  const request = validate(sendRequest, input);
  const now = dependencies.now();
  if (request.expiresOn !== undefined && request.expiresOn <= now.toISOString())
    throw new Problem(400, "the request is not valid", [
      { path: "expiresOn", code: "past", message: "must be in the future: nothing would be tried" },
    ]);
  const { profileId, ...brought } = request.to;
  const known = profileId === undefined ? undefined : await dependencies.profiles.get(owner, profileId);
  const additions = profileId === undefined ? {} : additionsTo(known, brought);
  const profile = { ...known, ...brought };
  const { title, body, customBody, channelOptions, metadata } = request;
  const content = fillMergeFields(
    withoutUndefined({ title, body, customBody, channelOptions, metadata }),
    profile,
  ) as Prepared["content"];

  const faults = request.rules.flatMap(({ channel: id }) => {
    const channel = dependencies.bench.channels.get(id);
    return channel ? contentFaults(channel, content) : [];
  });
  const unique = faults.filter(
    (fault, index) => faults.findIndex(({ message }) => message === fault.message) === index,
  );
  if (unique.length > 0) throw new Problem(400, "the request cannot be sent", unique);

  const secondsLeft =
    request.expiresOn === undefined ? undefined : (Date.parse(request.expiresOn) - now.getTime()) / 1000;
  const [closed, limited] = await Promise.all([
    closedChannels(request, profile, content, now, dependencies),
    limitedSms(request, profile, dependencies, (number) => dependencies.smsLimit[limit](owner, number, now)),
  ]);
  const route = planRoute(
    request.rules,
    { known: profile, closed: { ...closed, ...limited }, secondsLeft },
    dependencies.bench,
  );
  return { request, profileId, additions, content, route, plan: describePlan(route, content, dependencies) };
}

/** The channels that would refuse what the request brings, as far as the customer's last message is known. */
async function closedChannels(
  { rules }: SendRequest,
  profile: Profile,
  content: Prepared["content"],
  now: Date,
  { bench, contacts }: IngestDependencies,
): Promise<Record<string, string>> {
  const reasons = await Promise.all(
    rules.map(async ({ channel: id }) => {
      const channel = bench.channels.get(id);
      const address = channel && profile[channel.address];
      if (!channel || typeof address !== "string" || bench.absent[id] || !needsOpenWindow(channel, content))
        return [];
      const reason = whyClosed(channel, (await contacts.stateOf(id, address)).heardAt, now);
      return reason === undefined ? [] : [[id, reason] as const];
    }),
  );
  return Object.fromEntries(reasons.flat());
}

/** Why no SMS goes to this number now. */
async function limitedSms(
  { rules }: SendRequest,
  { phoneNumber }: Profile,
  { bench }: IngestDependencies,
  ask: (phoneNumber: string) => Promise<string | undefined>,
): Promise<Record<string, string>> {
  const isPlanned = rules.some(({ channel }) => channel === "sms") && bench.absent.sms === undefined;
  const reason = isPlanned && phoneNumber !== undefined ? await ask(phoneNumber) : undefined;
  return reason === undefined ? {} : { sms: reason };
}

function describePlan(
  route: Route,
  content: Prepared["content"],
  { bench, prices }: IngestDependencies,
): Plan {
  const { phoneNumber } = route.addresses;
  const numbersCountry = phoneNumber === undefined ? undefined : countryOf(phoneNumber);
  const hops = route.hops.map((hop) => {
    const body = bodyFor(hop.channel, content);
    const parts = hop.channel === "sms" && body !== undefined ? countSmsParts(body) : undefined;
    const needsNumber = bench.channels.get(hop.channel)?.address === "phoneNumber";
    const country = needsNumber ? numbersCountry : undefined;
    const estimatedCost = estimateCost(prices, hop.channel, country, parts?.parts ?? 1);
    return {
      ...hop,
      ...(parts ? { sms: parts } : {}),
      ...(estimatedCost === undefined ? {} : { estimatedCost }),
    };
  });
  return { hops, skipped: Object.entries(route.skipped).map(([channel, reason]) => ({ channel, reason })) };
}

/** What a sender's repetitions have in common, where it says so. */
interface Repetition {
  idempotencyKey?: string | undefined;
  /** The id of a message that is new. */
  messageId?: string;
}

export async function accept(
  owner: string,
  input: unknown,
  repetition: Repetition,
  dependencies: IngestDependencies,
): Promise<Accepted> {
  const { idempotencyKey, messageId = randomUUID() } = repetition;
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
  const stored = await store(owner, { id, fingerprint }, prepared, dependencies);
  return startAndAnswer(stored, dependencies);
}

/** The same content of the same client, by its key or by the id that it comes with. */
async function acceptedBefore(
  owner: string,
  fingerprint: string,
  { idempotencyKey, messageId }: Repetition,
  { keys, messages, now }: IngestDependencies,
): Promise<Message | undefined> {
  const earlier = idempotencyKey === undefined ? undefined : await keys.get(owner, idempotencyKey, now());
  const id = earlier?.messageId ?? messageId;
  const stored = id === undefined ? undefined : await messages.get(id);
  return stored?.client === owner && stored.fingerprint === fingerprint ? stored : undefined;
}

/** Steps 1 to 3. */
async function prepareToSend(
  owner: string,
  input: unknown,
  dependencies: IngestDependencies,
): Promise<Prepared> {
  const prepared = await prepare(owner, input, dependencies, "take");
  const { request, route, profileId, additions } = prepared;
  if (route.hops.length === 0)
    throw new Problem(
      422,
      "no channel is left to try",
      request.rules.map(({ channel }, index) => ({
        path: `rules[${index}]`,
        code: "skipped",
        message: `${channel}: ${route.skipped[channel]}`,
      })),
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
  const taken = await keys.take(owner, idempotencyKey, message, now());
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
  { id, fingerprint }: { id: string; fingerprint: string },
  { request, content, route }: Prepared,
  { messages, retentionDays, now }: IngestDependencies,
): Promise<Message> {
  const createdAt = now();
  const message: Message = {
    messageId: id,
    client: owner,
    createdAt: createdAt.toISOString(),
    fingerprint,
    addresses: route.addresses,
    ...content,
    rules: request.rules.map(({ channel }) => channel),
    route: route.hops,
    skipped: route.skipped,
    attempts: Object.fromEntries(route.hops.map(({ channel }) => [channel, {}])),
    ...(request.expiresOn === undefined ? {} : { expiresOn: request.expiresOn }),
    ttl: Math.ceil(createdAt.getTime() / 1000) + retentionDays * 24 * 3600,
  };
  if (await messages.create(message)) return message;
  const stored = await messages.get(id);
  if (stored === undefined) throw new Error(`message ${id} was there and is gone`);
  if (stored.client !== owner || stored.fingerprint !== fingerprint)
    throw new Problem(422, "this messageId is another message's");
  return stored;
}

/** The answer is made of what is stored: the same for every repetition. */
async function startAndAnswer(stored: Message, dependencies: IngestDependencies): Promise<Accepted> {
  if (stored.finishedAt === undefined) await dependencies.start(stored.messageId, executionInput(stored));
  const { route: hops, skipped, addresses } = stored;
  return {
    messageId: stored.messageId,
    status: "processing",
    plan: describePlan({ hops, skipped, addresses }, stored, dependencies),
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

const withoutUndefined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
