/**
 * Writes functions/domain/customer/area-time-zones.ts from libphonenumber's map of number prefixes to time zones:
 * node infra/bundle/area-time-zones.ts map_data.txt
 * https://github.com/google/libphonenumber/blob/master/resources/timezones/map_data.txt (Apache License 2.0)
 * Keeps only the area codes of countries with several time zones; longer prefixes are merged into their area code.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { getCountries, getCountryCallingCode } from "libphonenumber-js/min";

const [source = "map_data.txt"] = process.argv.slice(2);
const areaDigits = 3;
const callingCodes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));
const rows = readFileSync(source, "utf8")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => /^\d+\|/.test(line))
  .map((line) => line.split("|"))
  .map(([prefix = "", zones = ""]) => ({ prefix, zones: zones.split("&").filter(isKnown) }));

const zonesOf = new Map<string, Set<string>>();
for (const { prefix, zones } of rows) {
  const callingCode = [1, 2, 3]
    .map((length) => prefix.slice(0, length))
    .find((code) => callingCodes.has(code));
  if (callingCode === undefined || prefix === callingCode || zones.length === 0) continue;
  const area = prefix.slice(0, callingCode.length + areaDigits);
  zonesOf.set(area, new Set([...(zonesOf.get(area) ?? []), ...zones]));
}
/** A longer prefix covers part of a shorter one, whose own entry may lack the zone of that part. */
for (const [area, zones] of zonesOf)
  for (const [other, ofPart] of zonesOf)
    if (other !== area && other.startsWith(area)) for (const zone of ofPart) zones.add(zone);
const areasOf = new Map<string, string[]>();
for (const [area, zones] of [...zonesOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const shorter = [...zonesOf].find(
    ([other, its]) => other !== area && area.startsWith(other) && same(its, zones),
  );
  if (shorter !== undefined) continue;
  const key = [...zones].sort().join(" ");
  areasOf.set(key, [...(areasOf.get(key) ?? []), area]);
}

writeFileSync(
  new URL("../../functions/domain/customer/area-time-zones.ts", import.meta.url),
  `/**
 * The time zones of area codes, from libphonenumber (Copyright The Libphonenumber Authors, Apache License 2.0). Made by
 * infra/bundle/area-time-zones.ts: do not change it by hand.
 */
export const areaTimeZones: Readonly<Record<string, string>> = {
${[...areasOf].map(([zones, areas]) => `  "${zones}": "${areas.join(" ")}",`).join("\n")}
};
`,
);

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((zone) => b.has(zone));
}
