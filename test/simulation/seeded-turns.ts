/**
 * Who goes next: when every function at work waits for a call, one of the calls is drawn and has its effect, alone. So the
 * order in which functions meet at the tables is the seed's, and not that of the machine.
 */

import type { Turns } from "../unit/crash-sweep/calls.ts";
import type { Call } from "../unit/crash-sweep/faults.ts";

interface Waiting {
  call: Call;
  invocation: object;
  go: () => Promise<void>;
}

/** Rounds of the event loop in which nothing new came. */
const quietRounds = 4;

/** `working`: how many functions are at work. */
export function createSeededTurns(draw: () => number, note: (line: string) => void, working: () => number) {
  const waiting: Waiting[] = [];
  let isDrawing = false;

  async function drawAll(): Promise<void> {
    isDrawing = true;
    while (waiting.length > 0) {
      await untilAllWait();
      const [next] = waiting.splice(Math.floor(draw() * waiting.length), 1);
      if (next === undefined) break;
      note(`${next.call.functionName}: ${next.call.action}`);
      await next.go();
    }
    isDrawing = false;
  }

  async function untilAllWait(): Promise<void> {
    for (let quiet = 0, known = -1; quiet < quietRounds; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const isStill =
        waiting.length === known && new Set(waiting.map(({ invocation }) => invocation)).size >= working();
      known = waiting.length;
      quiet = isStill ? quiet + 1 : 0;
    }
  }

  const turns: Turns = {
    take: (call, invocation, effect) =>
      new Promise((resolve, reject) => {
        const go = () => effect().then(resolve, reject);
        waiting.push({ call, invocation, go });
        if (!isDrawing) void drawAll();
      }),
  };
  return {
    turns,
    /** Also what a function left behind that has failed has its turn. */
    isIdle: () => !isDrawing,
  };
}
