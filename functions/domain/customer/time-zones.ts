/**
 * Where a customer's clock is: as the profile says, or by the phone number. What begins and ends in a zone is known to the
 * platform's own time zone database (Intl), and so are the zones of a country.
 */
import parsePhoneNumber from "libphonenumber-js/max";
import * as v from "valibot";
import { inJsonSchema } from "../../validation/json-schema.ts";
import { areaTimeZones } from "./area-time-zones.ts";
import { clockFormat, isTimeZone } from "./zone-clock.ts";

export const timeZone = v.pipe(
  v.string(),
  v.maxLength(64, "must have at most 64 characters"),
  inJsonSchema(
    v.check(isTimeZone, "must be a time zone by its name in the IANA database, e.g. Europe/Berlin"),
    {},
  ),
  v.metadata({
    description: "The customer's time zone, by its name in the IANA database: quiet hours go by it.",
    examples: ["Europe/Berlin"],
  }),
);

const zonesByArea = new Map(
  Object.entries(areaTimeZones).flatMap(([zones, areas]) =>
    areas.split(" ").map((area) => [area, zones.split(" ")] as const),
  ),
);
const namedByAreas = new Set([...zonesByArea.values()].flat());
const longestArea = Math.max(...[...zonesByArea.keys()].map(({ length }) => length));

/** Node 24 has the function, earlier versions the field; TypeScript knows neither. */
interface WithTimeZones {
  getTimeZones?: () => string[] | undefined;
  timeZones?: string[];
}

export function timeZonesOfCountry(country: string): string[] {
  const locale = new Intl.Locale("und", { region: country }) as WithTimeZones;
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

/** A mobile number outside North America says nothing of a place. */
function timeZonesOfNumber(phoneNumber: string): string[] {
  const parsed = parsePhoneNumber(phoneNumber);
  if (parsed === undefined) return [];
  if (parsed.getType() !== "MOBILE") {
    const digits = parsed.number.slice(1);
    for (let length = longestArea; length > 1; length--) {
      const zones = zonesByArea.get(digits.slice(0, length));
      if (zones !== undefined) return zones;
    }
  }
  return parsed.country === undefined ? [] : timeZonesOfCountry(parsed.country);
}

/**
 * All zones in which the customer may be, of each that shows the same time one; none where nothing is known. `countries`:
 * where customers of this sender are, if the customer's own zone is not known.
 */
export function timeZonesOf(
  { timeZone: named, phoneNumber }: { readonly [field: string]: unknown },
  countries: readonly string[],
  now: Date,
): string[] {
  if (typeof named === "string" && isTimeZone(named)) return [named];
  const ofNumber = typeof phoneNumber === "string" ? timeZonesOfNumber(phoneNumber) : [];
  const zones = ofNumber.length > 0 ? ofNumber : countries.flatMap(timeZonesOfCountry);
  return zones.length > 1 ? distinct(zones, now) : zones;
}

const dayMs = 24 * 3600_000;
/** A change of the clock within the life of a message tells two zones apart. */
const comparedDays = 40;

let known = { day: Number.NaN, distinct: new Map<string, string[]>() };

/** Kept for a day: a country's zones are compared once. */
function distinct(zones: readonly string[], now: Date): string[] {
  const day = Math.floor(now.getTime() / dayMs);
  if (known.day !== day) known = { day, distinct: new Map() };
  const key = zones.join();
  const found = known.distinct.get(key) ?? compared(zones, day);
  known.distinct.set(key, found);
  return found;
}

/** Those that area codes name are the better known ones: Europe/Madrid rather than Africa/Ceuta. */
const isOfAreas = (zone: string) => namedByAreas.has(zone);

function compared(zones: readonly string[], firstDay: number): string[] {
  const bySight = new Map<string, string>();
  for (const timeZone of [...new Set(zones)].sort((a, b) => Number(isOfAreas(b)) - Number(isOfAreas(a)))) {
    const format = clockFormat(timeZone);
    const sight = Array.from({ length: comparedDays }, (_, day) => format((firstDay + day) * dayMs)).join();
    if (!bySight.has(sight)) bySight.set(sight, timeZone);
  }
  return [...bySight.values()];
}
