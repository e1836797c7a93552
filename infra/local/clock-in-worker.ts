/**
 * Puts a worker thread's `Date` on the local system's clock. Called first in the workers of the local Lambda and the local
 * SQS. Timers stay real: the SDK's own time-outs must not fire when a test moves the clock by a day.
 */

/**
 * The time by the clock's shared memory: real time plus the offset or, while the clock stands still (`standsAt` is not 0),
 * that time.
 */
export const timeIn = ([offsetMs = 0, standsAt = 0]: Float64Array, realNow: () => number): number =>
  standsAt === 0 ? realNow() + offsetMs : standsAt;

export function offsetDate(clockOffset: SharedArrayBuffer): { realNow: () => number } {
  const shared = new Float64Array(clockOffset);
  const RealDate = Date;
  const realNow = () => RealDate.now();
  const now = () => timeIn(shared, realNow);
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, property, receiver) => (property === "now" ? now : Reflect.get(target, property, receiver)),
  });
  return { realNow };
}
