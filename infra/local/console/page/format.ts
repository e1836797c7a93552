/** Times and sizes for people. Pure. In the local time zone with 24 hours, as in the Step Functions console. */

const clockFormat = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const dateFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export const timeOfDay = (milliseconds: number): string => clockFormat.format(milliseconds);
export const dateAndTime = (milliseconds: number): string =>
  `${dateFormat.format(milliseconds)}, ${timeOfDay(milliseconds)}`;
/** With milliseconds, for events within the same second. */
export const exactTime = (milliseconds: number): string =>
  `${timeOfDay(milliseconds)}.${String(Math.floor(milliseconds % 1000)).padStart(3, "0")}`;

const units: readonly [string, number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

/** `350 ms`, `12.4 s`, `5 min`, `1 h 30 min`; never negative, even if the page's clock is a little behind. */
export function duration(elapsed: number): string {
  const milliseconds = Math.max(elapsed, 0);
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000)
    return `${Number((milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1))} s`;
  const parts: string[] = [];
  let left = Math.round(milliseconds / 1000) * 1000;
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    left -= count * size;
  }
  return parts.slice(0, 2).join(" ");
}

/** Indented JSON; what is not JSON stays as it is. */
export function pretty(json: string | undefined): string {
  if (json === undefined) return "";
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}

/** US dollars for people: `$0.039`, `$12.40`, `under $0.0001`. */
export function money(usd: string): string {
  const amount = Number(usd);
  const size = Math.abs(amount);
  const sign = amount < 0 ? "−" : "";
  if (size === 0) return "$0";
  if (size < 0.0001) return `under ${sign}$0.0001`;
  return `${sign}$${size < 1 ? Number(size.toFixed(4)) : size.toFixed(2)}`;
}
