/** The quiet hours of a message: decided when it is accepted, and stored with it for the hops (functions/hop/quiet-hours.ts). */
import type { Category } from "../domain/channel.ts";
import type { Profile } from "../domain/customer/profile.ts";
import {
  describeQuiet,
  freeUntil,
  type MessageQuietHours,
  type Quiet,
  quietAt,
  quietSpansOf,
  whySkipped,
} from "../domain/customer/quiet-hours.ts";
import { timeZonesOf } from "../domain/customer/time-zones.ts";
import type { Hop, Skip } from "../domain/message/message.ts";
import type { Deployment, Route } from "../domain/route/plan-route.ts";
import type { StoredSettings } from "../storage/clients-table.ts";

interface Circumstances {
  asked: MessageQuietHours["asked"];
  category: Category;
  country: string | undefined;
  profile: Profile;
  expiresOn: string | undefined;
  now: Date;
}

/**
 * The route with the channels that are in quiet hours now: a channel whose turn comes at once is skipped if it is not to wait;
 * for the others the route says what would happen.
 */
export function withQuietHours(
  route: Route,
  { asked, category, country, profile, expiresOn, now }: Circumstances,
  { quietHours: rules = [], countries, defaultCountry }: StoredSettings,
  { channels }: Pick<Deployment, "channels">,
): Route {
  const spansOf = new Map(
    route.hops.flatMap(({ channel }) => {
      const spans = quietSpansOf({ channel, category, country, asked }, rules);
      return spans.length === 0 ? [] : [[channel, spans] as const];
    }),
  );
  const kept = asked === undefined ? undefined : { asked, byChannel: {} };
  if (spansOf.size === 0) return kept === undefined ? route : { ...route, quietHours: kept };
  const ofSender = countries ?? (defaultCountry === undefined ? [] : [defaultCountry]);
  const zones = timeZonesOf(profile, ofSender, now);

  const hops: Hop[] = [];
  const skipped: Record<string, Skip> = {};
  const byChannel: MessageQuietHours["byChannel"] = {};
  for (const hop of route.hops) {
    const spans = spansOf.get(hop.channel);
    const quiet = spans && quietAt(spans, zones, now);
    const reason = quiet && whySkipped(quiet, expiresOn);
    if (reason !== undefined && hops.length === 0) {
      skipped[hop.channel] = { code: "quiet_hours", reason };
      continue;
    }
    if (spans && zones.length > 0)
      byChannel[hop.channel] = { spans, freeUntil: freeUntil(spans, zones, now).toISOString() };
    hops.push(quiet === undefined ? hop : { ...hop, quietHours: noted(quiet, reason) });
  }
  const fields = new Set(hops.map(({ channel }) => channels.get(channel)?.address));
  return {
    hops,
    skipped: { ...route.skipped, ...skipped },
    addresses: Object.fromEntries(Object.entries(route.addresses).filter(([field]) => fields.has(field))),
    quietHours: { ...(asked && { asked }), zones, byChannel },
  };
}

const noted = ({ until, ...quiet }: Quiet, reason = describeQuiet({ until, ...quiet })) => ({
  ...quiet,
  ...(until && { until: until.toISOString() }),
  reason,
});
