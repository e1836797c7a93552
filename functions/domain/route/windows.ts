/**
 * How long each hop may take. `auto`: the time within which 95 % of the channel's receipts in the country came in, within
 * bounds. Where the message expires before all windows are over, they are planned backwards: the last channel has its time, and
 * the ones before share what is left of it. Pure.
 */
import type { Status } from "../channel.ts";
import type { Fit } from "../message/message.ts";
import { type Known, secondsWithin } from "./habits.ts";

const share = 0.95;
/** Fewer say nothing of the last 5 %. */
const leastReceipts = 20;
const bounds = { least: 0.1, most: 4 };

export function fitWindow(
  windowSeconds: number,
  until: Status,
  known: Known,
): { timeoutSeconds: number; fit: Fit } {
  const least = Math.max(1, Math.round(windowSeconds * bounds.least));
  const most = Math.round(windowSeconds * bounds.most);
  const { seconds, receipts } = secondsWithin(share, known, until) ?? { seconds: 0, receipts: 0 };
  const fit: Fit = { receipts, bounds: [least, most] };
  if (receipts < leastReceipts) return { timeoutSeconds: windowSeconds, fit };
  const within95Seconds = Math.ceil(seconds);
  return {
    timeoutSeconds: Math.min(Math.max(within95Seconds, least), most),
    fit: { ...fit, within95Seconds },
  };
}

export interface Window {
  timeoutSeconds: number;
  /** The request named the seconds: they are cut to what is left, and not planned. */
  isNamed: boolean;
}

/** What a channel before the last one has at least. */
const leastSeconds = 30;

/** Whole seconds, up: the last window ends when the message has expired, and not just before. */
export function planBackwards(windows: readonly Window[], secondsLeft: number): number[] {
  const left = Math.ceil(secondsLeft);
  const sum = windows.reduce((seconds, { timeoutSeconds }) => seconds + timeoutSeconds, 0);
  if (sum <= left || windows.some(({ isNamed }) => isNamed))
    return windows.map(({ timeoutSeconds }) => Math.min(timeoutSeconds, left));
  const least = windows.map(({ timeoutSeconds }) =>
    Math.max(1, Math.min(timeoutSeconds, leastSeconds, Math.floor(left / windows.length))),
  );
  let spare = Math.max(0, left - least.reduce((seconds, one) => seconds + one, 0));
  return windows
    .toReversed()
    .map(({ timeoutSeconds }, index) => {
      const own = least[windows.length - 1 - index] ?? 1;
      const more = Math.min(timeoutSeconds - own, spare);
      spare -= more;
      return own + more;
    })
    .toReversed();
}
