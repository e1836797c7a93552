/**
 * The course of a message in time: a bar for each channel that was tried, its window paler in the background, receipts as ticks.
 */
import type { MessageRecord, Trace } from "../contract.ts";
import { duration, money } from "./format.ts";
import { Icon } from "./parts.tsx";
import { nameOf, now } from "./state.ts";
import { type Bar, waterfall } from "./waterfall.ts";

export const windowsOf = (stored: MessageRecord | undefined): ReadonlyMap<string, number> =>
  new Map(
    stored?.channels.flatMap(({ channel, windowSeconds }) =>
      windowSeconds === undefined ? [] : [[channel, windowSeconds] as const],
    ),
  );

export function Waterfall({ trace, stored }: { trace: Trace; stored: MessageRecord | undefined }) {
  const time = trace.finishedAt === undefined ? now.value : Date.parse(trace.finishedAt);
  const windows = windowsOf(stored);
  const { bars, wholeMs } = waterfall(trace, windows, time);
  return (
    <section class="waterfall" aria-labelledby="waterfall-title">
      <h3 id="waterfall-title">
        Channel after channel{" "}
        <small>{duration(wholeMs)} from left to right; the window is the lighter bar</small>
      </h3>
      {bars.length === 0 ? (
        <p class="empty">No channel was tried.</p>
      ) : (
        <ol>
          {bars.map((bar) => (
            <li key={bar.channel} class={bar.tone}>
              <span class="bar-channel">
                <Icon name={bar.channel} /> {nameOf(bar.channel)}
              </span>
              <Drawing bar={bar} />
              <span class="bar-cost">{bar.cost === undefined ? "" : money(bar.cost)}</span>
              <small class="bar-said">
                {bar.said}
                {windows.has(bar.channel) && `; window ${duration((windows.get(bar.channel) ?? 0) * 1000)}`}
              </small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const wide = 1000;
/** The smallest width, so that what took no time is visible. */
const least = 4;

const Drawing = ({ bar: { from, to, window, ticks } }: { bar: Bar }) => (
  <svg class="bar" viewBox={`0 0 ${wide} 20`} preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar-track" y="9" width={wide} height="2" />
    {window && <rect class="bar-window" x={window.from * wide} y="2" width={widthOf(window)} height="16" />}
    <rect
      class="bar-time"
      x={Math.min(from * wide, wide - least)}
      y="5"
      width={widthOf({ from, to })}
      height="10"
    />
    {ticks.map((tick) => (
      <path key={tick} class="bar-tick" d={`M${tick * wide} 1V19`} />
    ))}
  </svg>
);

const widthOf = ({ from, to }: { from: number; to: number }) => Math.max((to - from) * wide, least);
