/**
 * The plan of a valid request: its rules, addresses, content and route. It stores nothing, so it is the first step of accepting a
 * message (`accept.ts`), and all that `POST /messages/plan` does. A draft is all but what is asked about this moment, so that
 * whoever accepts it can do other things meanwhile.
 */
import type { Category } from "../domain/channel.ts";
import type { CapState } from "../domain/customer/cap.ts";
import { countryOf } from "../domain/customer/phone-number.ts";
import { additionsTo, type Profile } from "../domain/customer/profile.ts";
import type { Fault } from "../domain/fault.ts";
import type { Hop, Message, Skip } from "../domain/message/message.ts";
import { type PlannedCost, plannedCost } from "../domain/money/planned-cost.ts";
import { usualCategory, withCategoryOptions } from "../domain/route/category.ts";
import { estimateOf } from "../domain/route/estimate.ts";
import { type Deployment, planRoute, type Route } from "../domain/route/plan-route.ts";
import { withoutWhatMustBe } from "../domain/route/render-content.ts";
import type { RuleSet } from "../domain/route/rules.ts";
import { type SmsOfPlan, smsOfPlan } from "../domain/route/sms-text.ts";
import { maxFaults, notValid, Problem, truncateFaults } from "../http/problem.ts";
import { type CapCheck, checkCaps } from "./caps.ts";
import { type ByWindow, byPrefixLimit, byWindow, readHabits } from "./circumstances.ts";
import type { PlanDependencies } from "./ingest-dependencies.ts";
import { type OptOuts, optOutsOf } from "./opt-outs.ts";
import { refusalOf, withPhoneNumber } from "./phone-numbers.ts";
import { contentOf, isTooLarge, type MessageContent, tooLarge } from "./planned-content.ts";
import { withQuietHours } from "./quiet-hours.ts";
import type { SendRequest } from "./request.ts";
import { timeToSend } from "./send-at.ts";
import { refusalOfOthers, testNumbersOf, withoutCost } from "./test-addresses.ts";

export interface PlannedHop extends Omit<Hop, "billedWhen" | "expectedCost" | "mostCost"> {
  sms?: SmsOfPlan;
}

export interface PlannedNumber {
  /** E.164. */
  phoneNumber: string;
  /** ISO 3166-1 alpha-2; absent where the number belongs to no country. */
  country?: string;
}

/** The plan as the API returns it. */
export interface Plan {
  category: Category;
  /** In the plan alone: by a test key. */
  test?: true;
  /** When it is to go out; absent: at once. */
  sendAt?: string;
  /** The phone number to which channels of the plan send. */
  to?: PlannedNumber;
  hops: PlannedHop[];
  skipped: ({ channel: string } & Skip)[];
  /** Merge fields that had neither a value nor a default. */
  emptyFields?: string[];
  /** Only in the plan: the caps that concern the message, as they are before it. */
  caps?: CapState[];
  /** US dollars as decimal text; absent where a hop has no price. */
  cost?: PlannedCost;
}

export interface PlannedMessage {
  request: SendRequest;
  ruleSet: RuleSet;
  profileId: string | undefined;
  /** What the request adds to the profile. */
  additions: Profile;
  country: string | undefined;
  content: MessageContent;
  route: Route;
  requireOptIn: boolean | undefined;
  /** Undefined: at once. */
  sendAt: Date | undefined;
  /** Absent where no cap concerns it. */
  capCheck: CapCheck | undefined;
  /** Of a test key. */
  test: Message["test"];
}

export type Planning = { planned: PlannedMessage } | { refused: Problem };

export interface PlanOptions {
  /** Whether an SMS counts against its limit, or the limit is only looked at. @default "check" */
  smsLimit?: "check" | "consume";
  /** Whether the profile's addresses may be replaced by the request's. @default false */
  mayReplace?: boolean | undefined;
  /** By a test key: only to test addresses. Nothing is limited, counted or added to a profile. @default false */
  isTest?: boolean | undefined;
}

/** A valid request, as it was read; its route depends on what `ask` finds. */
export interface Draft {
  /** Counts the SMS where the limit is to be consumed: call it once. */
  ask: () => Promise<AtThisMoment>;
  planWith: (found: AtThisMoment) => Planning;
}

/** What the route depends on besides the request, the profile and what the client has set. */
export interface AtThisMoment extends ByWindow {
  limited: Record<string, Skip>;
  habitsOf: Awaited<ReturnType<typeof readHabits>>;
  optOuts: OptOuts;
  capCheck: CapCheck | undefined;
}

/** Where nothing stands in the way of the message. */
export const nothingFound: AtThisMoment = {
  closed: {},
  forms: {},
  limited: {},
  habitsOf: undefined,
  optOuts: { skipped: {}, despite: {} },
  capCheck: undefined,
};

export async function planMessage(
  clientId: string,
  request: SendRequest,
  dependencies: PlanDependencies,
  options?: PlanOptions,
): Promise<Planning> {
  const draft = await draftMessage(clientId, request, dependencies, options);
  return "refused" in draft ? draft : draft.planWith(await draft.ask());
}

export async function draftMessage(
  clientId: string,
  request: SendRequest,
  dependencies: PlanDependencies,
  { smsLimit = "check", mayReplace = false, isTest = false }: PlanOptions = {},
): Promise<Draft | { refused: Problem }> {
  const { deployment, prices } = dependencies;
  const now = dependencies.now();
  if (request.expiresOn !== undefined && request.expiresOn <= now.toISOString())
    return { refused: notValid({ path: "expiresOn", code: "past", message: "must be in the future" }) };

  const {
    to,
    rules: _,
    expiresOn: __,
    maxCost: ___,
    reference: ____,
    defaultCountry,
    category: ______,
    quietHours,
    requireOptIn,
    sendAt: asked,
    mustHave = [],
    ...requestContent
  } = request;
  const { profileId, ...asWritten } = to;
  const [ruleSet, known, settings] = await Promise.all([
    ruleSetOf(clientId, request, dependencies),
    profileId === undefined ? undefined : dependencies.profiles.get(clientId, profileId),
    dependencies.settingsOf(clientId, now),
  ]);
  if (ruleSet === undefined) return { refused: unknownRules() };
  const read = withPhoneNumber(
    asWritten,
    { ...settings, ...(defaultCountry && { defaultCountry }) },
    "to.phoneNumber",
  );
  if ("refused" in read) return read;
  const fromRequest = read.value;
  const additions = profileId === undefined || isTest ? {} : additionsTo(known, fromRequest, mayReplace);
  const profile = { ...known, ...fromRequest };
  const time = timeToSend(asked, profile, request.expiresOn, now);
  if ("refused" in time) return time;
  const sendAt = time.at;
  /** When the first channel is tried. */
  const begins = sendAt ?? now;
  const usesNumber = ruleSet.channels.some(
    ({ channel }) => deployment.channels.get(channel)?.address === "phoneNumber",
  );
  const refused =
    (isTest && refusalOfOthers(ruleSet, profile, fromRequest, deployment)) ||
    (usesNumber && profile.phoneNumber && refusalOf(profile.phoneNumber, settings));
  if (refused) return { refused };
  const meant = request.category ?? settings.defaultCategory ?? usualCategory;
  const category = meant === usualCategory ? undefined : meant;
  const channels = ruleSet.channels.flatMap(({ channel }) => deployment.channels.get(channel) ?? []);
  const given = withCategoryOptions(requestContent, meant, channels);
  const nothingOf = mustHave.find((part) => request[part] === undefined);
  if (nothingOf !== undefined)
    return {
      refused: notValid({
        path: "mustHave",
        code: "invalid",
        message: `names ${nothingOf}, and the request has none`,
      }),
    };
  const planned = contentOf(ruleSet, category ? { ...given, category } : given, profile, deployment);
  if ("faults" in planned) return { refused: cannotBeSent(planned.faults) };
  const { content, carries } = planned;

  const country = profile.phoneNumber === undefined ? undefined : countryOf(profile.phoneNumber);
  const message = {
    client: clientId,
    ...(profileId ? { profileId } : {}),
    ...(category ? { category } : {}),
    ...((requireOptIn ?? settings.requireOptIn) ? { requireOptIn: true } : {}),
  };
  const ask = async (): Promise<AtThisMoment> => {
    const [windows, limited, habitsOf, optOuts, capCheck] = await Promise.all([
      byWindow(ruleSet, profile, content, begins, dependencies),
      // The limit of this hour says nothing about another.
      isTest || sendAt
        ? {}
        : byPrefixLimit(ruleSet, profile, dependencies, (number) =>
            dependencies.smsLimit[smsLimit](clientId, number, now),
          ),
      readHabits(ruleSet, { clientId, profileId, country }, dependencies),
      optOutsOf(ruleSet, message, profile, dependencies),
      checkCaps(
        { client: clientId, profileId, category: meant, addresses: fromRequest },
        isTest ? undefined : settings.caps,
        dependencies.caps,
        begins,
      ),
    ]);
    return { ...windows, limited, habitsOf, optOuts, capCheck };
  };
  const planWith = ({ closed, forms, limited, habitsOf, optOuts, capCheck }: AtThisMoment): Planning => {
    const withoutQuietHours = planRoute(
      ruleSet.channels,
      {
        addresses: profile,
        blocked: { ...closed, ...limited, ...withoutWhatMustBe(mustHave, carries), ...optOuts.skipped },
        carries,
        despite: optOuts.despite,
        forms,
        secondsLeft:
          request.expiresOn === undefined
            ? undefined
            : (Date.parse(request.expiresOn) - begins.getTime()) / 1000,
        estimate: (channel, addresses) => estimateOf(channel, { addresses, country, content }, prices),
        prefer: ruleSet.prefer,
        maxCost: request.maxCost,
        habitsOf,
      },
      deployment,
    );
    const route = withQuietHours(
      withoutQuietHours,
      {
        asked: quietHours,
        category: meant,
        country,
        profile,
        expiresOn: request.expiresOn,
        now: begins,
      },
      settings,
      deployment,
    );
    if (isTooLarge(content, route, sendAt && request)) return { refused: cannotBeSent([tooLarge]) };
    return {
      planned: {
        request,
        ruleSet,
        profileId,
        additions,
        country,
        content,
        route: isTest ? withoutCost(route) : route,
        test: isTest ? testNumbersOf(route, deployment) : undefined,
        capCheck,
        requireOptIn: message.requireOptIn,
        sendAt,
      },
    };
  };
  return { ask, planWith };
}

const cannotBeSent = (faults: readonly Fault[]) =>
  new Problem(400, "the request cannot be sent", truncateFaults(faults, maxFaults));

const unknownRules = () =>
  notValid({
    path: "rules",
    code: "unknown_rules",
    message: "must be the name of a stored rule set: store it with PUT /rules/{name}",
  });

async function ruleSetOf(
  clientId: string,
  { rules }: SendRequest,
  { ruleSets }: PlanDependencies,
): Promise<RuleSet | undefined> {
  return typeof rules === "string" ? ruleSets.get(clientId, rules) : rules;
}

export function describePlan(
  { hops, skipped, addresses: { phoneNumber } }: Route,
  content: MessageContent & { sendAt?: string },
  country: string | undefined,
  { channels }: Pick<Deployment, "channels">,
): Plan {
  const cost = plannedCost(hops);
  return {
    category: content.category ?? usualCategory,
    ...(content.sendAt === undefined ? {} : { sendAt: content.sendAt }),
    ...(typeof phoneNumber === "string" ? { to: { phoneNumber, ...(country && { country }) } } : {}),
    hops: hops.map(({ billedWhen: _, expectedCost: __, mostCost: ___, ...hop }) => {
      const isBilledByPart = channels.get(hop.channel)?.billedPer === "SMS part";
      const sms = isBilledByPart ? smsOfPlan(hop.channel, content, hop.estimatedCost) : undefined;
      return { ...hop, ...(sms ? { sms } : {}) };
    }),
    skipped: Object.entries(skipped).map(([channel, skip]) => ({ channel, ...skip })),
    ...(content.emptyFields === undefined ? {} : { emptyFields: content.emptyFields }),
    ...(cost ? { cost } : {}),
  };
}
