/**
 * How long each hop may take. `auto`: the time within which 95 % of the channel's receipts in the country came, within bounds. If
 * the message expires before all windows have ended, they are planned backwards: the last channel keeps its window, and the
 * channels before it share what is left. Pure.
 */
import type { Status } from "../channel.ts";
import type { WindowFit } from "../message/message.ts";
import { type ChannelHabits, secondsWithin } from "./habits.ts";

const share = 0.95;
/** Fewer receipts say nothing about the slowest 5 %. */
const minReceipts = 20;
/** The bounds of an `auto` window, in multiples of the channel's own window. */
const bounds = { min: 0.1, max: 4 };

export function fitWindow(
  windowSeconds: number,
  until: Status,
  habits: ChannelHabits,
): { timeoutSeconds: number; fit: WindowFit } {
  const min = Math.max(1, Math.round(windowSeconds * bounds.min));
  const max = Math.round(windowSeconds * bounds.max);
  const { seconds, receipts } = secondsWithin(share, habits, until) ?? { seconds: 0, receipts: 0 };
  const fit: WindowFit = { receipts, bounds: [min, max] };
  if (receipts < minReceipts) return { timeoutSeconds: windowSeconds, fit };
  const within95Seconds = Math.ceil(seconds);
  return {
    timeoutSeconds: Math.min(Math.max(within95Seconds, min), max),
    fit: { ...fit, within95Seconds },
  };
}

export interface Window {
  timeoutSeconds: number;
  /** The request sets the seconds: they are not planned, only cut to the time that is left. */
  isFixed: boolean;
}

/** The shortest planned window of a channel before the last one. */
const minSeconds = 30;

/** In whole seconds, rounded up: the last window ends when the message has expired, and not just before. */
export function planBackwards(windows: readonly Window[], secondsLeft: number): number[] {
  const left = Math.ceil(secondsLeft);
  const sum = windows.reduce((seconds, { timeoutSeconds }) => seconds + timeoutSeconds, 0);
  if (sum <= left || windows.some(({ isFixed }) => isFixed))
    return windows.map(({ timeoutSeconds }) => Math.min(timeoutSeconds, left));
  const shortest = windows.map(({ timeoutSeconds }) =>
    Math.max(1, Math.min(timeoutSeconds, minSeconds, Math.floor(left / windows.length))),
  );
  let spare = Math.max(0, left - shortest.reduce((seconds, one) => seconds + one, 0));
  return windows
    .toReversed()
    .map(({ timeoutSeconds }, index) => {
      const own = shortest[windows.length - 1 - index] ?? 1;
      const more = Math.min(timeoutSeconds - own, spare);
      spare -= more;
      return own + more;
    })
    .toReversed();
}
