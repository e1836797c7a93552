/**
 * Accepting a message. The course:
 * 1. Validate; resolve addresses from `to`, then from the profile; fill the merge fields.
 * 2. Plan the route: a channel without an address or an account, or that is known to refuse, is skipped. None left: 422. Nothing is stored yet.
 * 3. Add what the request brought to its profile.
 * 4. Store the message, if its id is free. Its id comes from the idempotency key, so the same request sent again meets its
 *    own item: the same content goes on (a start that failed is made good), another is refused.
 * 5. Start the execution named by the messageId; started before is success.
 */
import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import type { ContactsTable } from "../aws/contacts-table.ts";
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
import { statusOf } from "../routing/trace.ts";
import { idempotencyKey as idempotencyKeySchema, type SendRequest, sendRequest } from "./request.ts";

export interface IngestDependencies {
  messages: MessagesTable;
  profiles: ProfilesTable;
  contacts: ContactsTable;
  startExecution: (name: string, input: object) => Promise<void>;
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

/** Steps 1 and 2: what would be done, and nothing done. */
export async function prepare(
  owner: string,
  input: unknown,
  dependencies: IngestDependencies,
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
  const closed = await closedChannels(request, profile, content, now, dependencies);
  const route = planRoute(request.rules, { known: profile, closed, secondsLeft }, dependencies.bench);
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

export async function accept(
  owner: string,
  input: unknown,
  idempotencyKey: string | undefined,
  dependencies: IngestDependencies,
): Promise<Accepted> {
  if (idempotencyKey !== undefined)
    validate(v.object({ "Idempotency-Key": idempotencyKeySchema }), { "Idempotency-Key": idempotencyKey });
  const { profileId, additions, content, request, route, plan } = await prepare(owner, input, dependencies);
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

  const createdAt = dependencies.now();
  const message: Message = {
    messageId: idempotencyKey === undefined ? randomUUID() : messageIdOf(owner, idempotencyKey),
    client: owner,
    createdAt: createdAt.toISOString(),
    fingerprint: createHash("sha256").update(canonicalJson(input)).digest("base64url"),
    addresses: route.addresses,
    ...content,
    rules: request.rules.map(({ channel }) => channel),
    route: route.hops,
    skipped: route.skipped,
    attempts: Object.fromEntries(route.hops.map(({ channel }) => [channel, {}])),
    ...(request.expiresOn === undefined ? {} : { expiresOn: request.expiresOn }),
    ttl: Math.ceil(createdAt.getTime() / 1000) + dependencies.retentionDays * 24 * 3600,
  };
  const stored = (await dependencies.messages.create(message))
    ? message
    : await sameMessage(message, dependencies);
  await dependencies.startExecution(stored.messageId, executionInput(stored));
  return { messageId: stored.messageId, status: statusOf(stored), plan };
}

/** The id was taken: by this very request, sent before, or by another content under the same key. */
async function sameMessage(
  { messageId, fingerprint }: Message,
  { messages }: IngestDependencies,
): Promise<Message> {
  const stored = await messages.get(messageId);
  if (stored === undefined) throw new Error(`message ${messageId} was there and is gone`);
  if (stored.fingerprint === fingerprint) return stored;
  throw new Problem(422, "this Idempotency-Key was used for another request", [
    {
      path: "Idempotency-Key",
      code: "reused",
      message: "use a new key for a new message, or send the same content again",
    },
  ]);
}

/** A UUID (version 8) made from the client and its key: the same key is the same message. */
function messageIdOf(owner: string, idempotencyKey: string): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([owner, idempotencyKey]))
    .digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
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
