/**
 * A customer's time zone: as the profile says, or by the phone number. The rules of a zone, and the zones of a country, come from
 * the platform's own time zone database (Intl).
 */
import parsePhoneNumber from "libphonenumber-js/max";
import { areaTimeZones } from "./area-time-zones.ts";
import { clockFormat, dayMs, isTimeZone } from "./zone-clock.ts";

/** Made at first use: a function whose messages have no quiet hours starts without it. */
let madeAreas: ReturnType<typeof makeAreas> | undefined;
const areas = () => {
  madeAreas ??= makeAreas();
  return madeAreas;
};

function makeAreas() {
  const zonesOf = new Map(
    Object.entries(areaTimeZones).flatMap(([zones, codes]) =>
      codes.split(" ").map((code) => [code, zones.split(" ")] as const),
    ),
  );
  return {
    /** By area code, with its calling code. */
    zonesOf,
    named: new Set([...zonesOf.values()].flat()),
    longestCode: Math.max(...[...zonesOf.keys()].map(({ length }) => length)),
  };
}

/** Node 24 has the function, earlier versions the field; TypeScript knows neither. */
interface WithTimeZones {
  getTimeZones?: () => string[] | undefined;
  timeZones?: string[];
}

function timeZonesOfCountry(country: string): string[] {
  const locale = new Intl.Locale("und", { region: country }) as WithTimeZones;
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

/** A mobile number outside North America says nothing about a place. */
function timeZonesOfNumber(phoneNumber: string): string[] {
  const parsed = parsePhoneNumber(phoneNumber);
  if (parsed === undefined) return [];
  if (parsed.getType() !== "MOBILE") {
    const { zonesOf, longestCode } = areas();
    const digits = parsed.number.slice(1);
    for (let length = longestCode; length > 1; length--) {
      const zones = zonesOf.get(digits.slice(0, length));
      if (zones !== undefined) return zones;
    }
  }
  return parsed.country === undefined ? [] : timeZonesOfCountry(parsed.country);
}

/**
 * All time zones in which the customer may be, one of each set that shows the same time; none where nothing is known.
 * `countries`: where this sender's customers are, used if the customer's own zone is not known.
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

/** Two zones are distinct if their clocks differ within this time. */
const comparedDays = 40;

let known = { day: Number.NaN, distinct: new Map<string, string[]>() };

/** Cached for a day: a country's zones are compared once. */
function distinct(zones: readonly string[], now: Date): string[] {
  const day = Math.floor(now.getTime() / dayMs);
  if (known.day !== day) known = { day, distinct: new Map() };
  const key = zones.join();
  const found = known.distinct.get(key) ?? compared(zones, day);
  known.distinct.set(key, found);
  return found;
}

/** The zones that area codes name are the better known ones: Europe/Madrid rather than Africa/Ceuta. */
const isOfAreas = (zone: string) => areas().named.has(zone);

function compared(zones: readonly string[], firstDay: number): string[] {
  const bySight = new Map<string, string>();
  for (const timeZone of [...new Set(zones)].sort((a, b) => Number(isOfAreas(b)) - Number(isOfAreas(a)))) {
    const format = clockFormat(timeZone);
    const sight = Array.from({ length: comparedDays }, (_, day) => format((firstDay + day) * dayMs)).join();
    if (!bySight.has(sight)) bySight.set(sight, timeZone);
  }
  return [...bySight.values()];
}
