/**
 * The local system's clock, and buttons to move it: everything that waits here (windows, delays, retries) waits by this clock.
 */
import { duration, timeOfDay } from "./format.ts";
import { Icon } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { now, offsetMs, perform } from "./state.ts";

const minute = 60_000;
const moves: readonly [string, number][] = [
  ["1 min", minute],
  ["10 min", 10 * minute],
  ["1 h", 60 * minute],
  ["1 day", 24 * 60 * minute],
];

export const advance = (milliseconds: number): Promise<boolean> =>
  perform(`The clock moved on by ${duration(milliseconds)}`, () => server.advance(Math.round(milliseconds)));

export function Clock() {
  return (
    <section class="clock" aria-label="Clock of the local run">
      <span class="clock-face" title="The time in the local run">
        <Icon name="clock" />
        <span class="clock-time">{timeOfDay(now.value)}</span>
        {offsetMs.value >= 1000 && <span class="clock-ahead">{duration(offsetMs.value)} ahead</span>}
      </span>
      <span class="clock-moves">
        {moves.map(([label, milliseconds]) => (
          <button
            key={label}
            type="button"
            aria-label={`Move the clock on by ${label}`}
            onClick={() => advance(milliseconds)}
          >
            +{label}
          </button>
        ))}
      </span>
    </section>
  );
}
