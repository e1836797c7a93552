/**
 * What would be done with a request, and nothing done: its rules, addresses and content, the route, and the plan that is
 * answered. The first two steps of `accept.ts`, and all of `POST /messages/plan`.
 */

import { countryOf } from "../domain/customer/phone-number.ts";
import { additionsTo, type Profile } from "../domain/customer/profile.ts";
import type { Hop, Message, Skip } from "../domain/message/message.ts";
import { type PlannedCost, plannedCost } from "../domain/money/planned-cost.ts";
import { estimateOf, type SmsParts, smsPartsOf } from "../domain/route/estimate.ts";
import type { Known } from "../domain/route/habits.ts";
import { fillMergeFields } from "../domain/route/merge-fields.ts";
import {
  asksForWindow,
  contentFaults,
  formOf,
  needsOpenWindow,
  type PlannedForm,
  planRoute,
  type Route,
  whyClosed,
} from "../domain/route/plan-route.ts";
import type { Rule, RuleSet } from "../domain/route/rules.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { logFault } from "../shared/log.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { type SendRequest, sendRequest } from "./request.ts";

export interface PlannedHop extends Omit<Hop, "billedWhen" | "expectedCost"> {
  sms?: SmsParts;
}

export interface Plan {
  hops: PlannedHop[];
  skipped: ({ channel: string } & Skip)[];
  /** US dollars as decimal text; absent where a hop has no price. */
  cost?: PlannedCost;
}

export interface Prepared {
  request: SendRequest;
  ruleSet: RuleSet;
  profileId: string | undefined;
  additions: Profile;
  country: string | undefined;
  content: Pick<Message, "title" | "body" | "customBody" | "channelOptions" | "metadata">;
  route: Route;
}

/** `limit`: whether an SMS counts against its limit. */
export async function prepare(
  owner: string,
  input: unknown,
  dependencies: IngestDependencies,
  limit: "check" | "consume" = "check",
): Promise<Prepared> {
  const { deployment, prices } = dependencies;
  const request = validate(sendRequest, input);
  const now = dependencies.now();
  if (request.expiresOn !== undefined && request.expiresOn <= now.toISOString())
    throw new Problem(400, "the request is not valid", [
      { path: "expiresOn", code: "past", message: "must be in the future: nothing would be tried" },
    ]);
  const { profileId, ...brought } = request.to;
  const [ruleSet, known] = await Promise.all([
    rulesOf(owner, request, dependencies),
    profileId === undefined ? undefined : dependencies.profiles.get(owner, profileId),
  ]);
  const { prefer, channels: rules } = ruleSet;
  const additions = profileId === undefined ? {} : additionsTo(known, brought);
  const profile = { ...known, ...brought };
  const { title, body, customBody, channelOptions, metadata } = request;
  const content = fillMergeFields(
    withoutUndefined({ title, body, customBody, channelOptions, metadata }),
    profile,
  ) as Prepared["content"];

  const faults = rules.flatMap(({ channel: id }) => {
    const channel = deployment.channels.get(id);
    return channel ? contentFaults(channel, content) : [];
  });
  const unique = faults.filter(
    (fault, index) => faults.findIndex(({ message }) => message === fault.message) === index,
  );
  if (unique.length > 0) throw new Problem(400, "the request cannot be sent", unique);

  const secondsLeft =
    request.expiresOn === undefined ? undefined : (Date.parse(request.expiresOn) - now.getTime()) / 1000;
  const country = profile.phoneNumber === undefined ? undefined : countryOf(profile.phoneNumber);
  const customer = { owner, profileId, country };
  const [{ closed, forms }, limited, knownOf] = await Promise.all([
    byWindow(rules, profile, content, now, dependencies),
    limitedSms(rules, profile, dependencies, (number) => dependencies.smsLimit[limit](owner, number, now)),
    asksWhatIsKnown(ruleSet) ? whatIsKnown(rules, customer, dependencies) : undefined,
  ]);
  const route = planRoute(
    rules,
    {
      known: profile,
      closed: { ...closed, ...limited },
      forms,
      secondsLeft,
      estimate: (channel, addresses) => estimateOf(channel, { addresses, country, content }, prices),
      prefer,
      maxCost: request.maxCost,
      knownOf,
    },
    deployment,
  );
  checkSize(content, route);
  return { request, ruleSet, profileId, additions, country, content, route };
}

/** DynamoDB keeps 400 KB an item; what becomes of the message needs its part. */
const mostBytes = 300_000;

/** Merge fields may make a message many times larger than its request was. */
function checkSize(content: Prepared["content"], { addresses }: Route): void {
  if (Buffer.byteLength(JSON.stringify({ content, addresses })) <= mostBytes) return;
  const message = "must have at most 300,000 bytes with its addresses, merge fields filled";
  throw new Problem(400, "the request cannot be sent", [{ path: "", code: "too_large", message }]);
}

async function rulesOf(
  owner: string,
  { rules }: SendRequest,
  { ruleSets }: IngestDependencies,
): Promise<RuleSet> {
  if (typeof rules !== "string") return rules;
  const stored = await ruleSets.get(owner, rules);
  if (stored !== undefined) return stored;
  throw new Problem(400, "the request is not valid", [
    { path: "rules", code: "unknown_rules", message: "names no rule set: PUT /rules/{name} makes one" },
  ]);
}

const asksWhatIsKnown = ({ prefer, channels }: RuleSet): boolean =>
  prefer !== undefined || channels.some(({ fallbackAfter }) => fallbackAfter === "auto");

/** What cannot be asked is not known: the message goes all the same. */
async function whatIsKnown(
  rules: readonly Rule[],
  customer: { owner: string; profileId: string | undefined; country: string | undefined },
  { habits }: IngestDependencies,
): Promise<((channel: string) => Known) | undefined> {
  const channels = rules.map(({ channel }) => channel);
  return habits.of(customer, channels).catch((fault: unknown) => {
    logFault("the habits cannot be asked", fault);
    return undefined;
  });
}

interface ByWindow {
  closed: Record<string, Skip>;
  forms: Record<string, PlannedForm>;
}

/**
 * The channels that would refuse what the request brings, and what goes out by the others, as far as the customer's last
 * message is known.
 */
async function byWindow(
  rules: readonly Rule[],
  profile: Profile,
  content: Prepared["content"],
  now: Date,
  { deployment, contacts }: IngestDependencies,
): Promise<ByWindow> {
  const found: ByWindow = { closed: {}, forms: {} };
  await Promise.all(
    rules.map(async ({ channel: id }) => {
      const channel = deployment.channels.get(id);
      const address = channel && profile[channel.address];
      if (!channel || typeof address !== "string" || deployment.absent[id]) return;
      const { heardAt } = asksForWindow(channel, content) ? await contacts.stateOf(id, address) : {};
      const skip = needsOpenWindow(channel, content) ? whyClosed(channel, heardAt, now) : undefined;
      const form = formOf(channel, content, heardAt, now);
      if (skip) found.closed[id] = skip;
      if (form) found.forms[id] = form;
    }),
  );
  return found;
}

/** Why no SMS goes to this number now. */
async function limitedSms(
  rules: readonly Rule[],
  { phoneNumber }: Profile,
  { deployment }: IngestDependencies,
  check: (phoneNumber: string) => Promise<string | undefined>,
): Promise<Record<string, Skip>> {
  const isPlanned = rules.some(({ channel }) => channel === "sms") && deployment.absent.sms === undefined;
  const reason = isPlanned && phoneNumber !== undefined ? await check(phoneNumber) : undefined;
  return reason === undefined ? {} : { sms: { code: "sms_limit", reason } };
}

export function describePlan(
  { hops, skipped }: Pick<Route, "hops" | "skipped">,
  content: Prepared["content"],
): Plan {
  const cost = plannedCost(hops);
  return {
    hops: hops.map(({ billedWhen: _, expectedCost: __, ...hop }) => {
      const sms = smsPartsOf(hop.channel, content);
      return { ...hop, ...(sms ? { sms } : {}) };
    }),
    skipped: Object.entries(skipped).map(([channel, skip]) => ({ channel, ...skip })),
    ...(cost ? { cost } : {}),
  };
}

const withoutUndefined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
