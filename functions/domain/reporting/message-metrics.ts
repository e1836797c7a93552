/**
 * The metrics of a batch of changes: one group per set of dimensions, however many messages the batch has. Pure.
 * Dimensions have few values: CloudWatch bills each combination of them as a metric of its own.
 */

import type { Attempt, Message } from "../message/message.ts";
import type { ChangedMessage } from "../outcome/changes.ts";
import { statusOf } from "../outcome/trace.ts";
import type { DimensionsOf, MetricGroup, MetricName } from "./metric-names.ts";

/** The fields of a message that the metrics need. */
export const countedFields = [
  "createdAt",
  "route",
  "attempts",
  "skipped",
  "outcome",
  "finishedAt",
  "test",
] as const satisfies (keyof Message)[];
export type Counted = Pick<Message, (typeof countedFields)[number]>;

interface CountedChange extends Pick<ChangedMessage, "changes"> {
  before: Counted | undefined;
  after: Counted;
}

export function metricsOf(changed: readonly CountedChange[]): MetricGroup[] {
  const groups = new Map<string, MetricGroup>();
  const groupOf = (dimensions: Record<string, string>): MetricGroup => {
    const key = JSON.stringify(dimensions);
    const group = groups.get(key) ?? { dimensions, counts: {}, seconds: {} };
    groups.set(key, group);
    return group;
  };
  const count = <Name extends MetricName>(name: Name, dimensions: DimensionsOf<Name>) => {
    const { counts } = groupOf(dimensions);
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const measure = <Name extends MetricName>(name: Name, dimensions: DimensionsOf<Name>, value: number) => {
    const { seconds } = groupOf(dimensions);
    seconds[name] = [...(seconds[name] ?? []), value];
  };

  for (const { before, after, changes } of changed) {
    if (after.test) continue;
    for (const { channel } of after.route)
      if (isClaimed(after, channel) && !isClaimed(before, channel)) count("Attempts", { channel });
    for (const { type, channel = "", at, again } of changes) {
      const attempt = after.attempts[channel] ?? {};
      switch (type) {
        case "accepted":
          for (const [skipped, { code }] of Object.entries(after.skipped))
            count("Skipped", { channel: skipped, reason: code });
          break;
        case "sent":
          count("Sent", { channel });
          break;
        case "delivered":
          count("Delivered", { channel });
          measure("TimeToDelivery", { channel }, secondsBetween(attempt.claimedAt ?? at, at));
          break;
        case "read":
          count("Read", { channel });
          break;
        case "failed":
        case "timedOut":
          if (wasTried(attempt)) count("Failures", { channel, error: errorOf(attempt, type) });
          break;
        case "finished":
          // A message counts once, even if its first end was revoked.
          if (!again) count("Finished", { status: statusOf(after) });
          if (triedIn(after) > 1 && !(again && triedBeforeTakenBack(after) > 1)) count("FellBack", {});
          break;
        default:
      }
    }
  }
  return [...groups.values()];
}

const isClaimed = (message: Counted | undefined, channel: string): boolean =>
  message?.attempts[channel]?.claimedAt !== undefined;

/** Also if it failed before its claim, or the claim was released. */
const wasTried = ({ claimedAt, failedAt, error, skipped }: Attempt = {}): boolean =>
  skipped === undefined && (claimedAt !== undefined || failedAt !== undefined || error !== undefined);

/** How many channels were tried; one that quiet hours passed over was not. */
export const triedIn = ({ route, attempts }: Counted): number =>
  route.filter(({ channel }) => wasTried(attempts[channel])).length;

/** How many had been tried when the message had its first end. */
function triedBeforeTakenBack({ route, attempts }: Counted): number {
  const end = route.flatMap(({ channel }) => attempts[channel]?.reachedAt ?? []).sort()[0] ?? "";
  return route.filter(({ channel }) => {
    const { claimedAt, failedAt } = attempts[channel] ?? {};
    return (claimedAt ?? failedAt ?? "~") <= end;
  }).length;
}

const errorOf = ({ error }: Attempt, type: "failed" | "timedOut"): string =>
  type === "timedOut" ? "States.Timeout" : (error?.name ?? "Unknown");

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
