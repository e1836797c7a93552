/** What is billed, and what it costs: a usage is a count of each billed unit, `prices.json` has each unit's price. Pure. */
import table from "./prices.json" with { type: "json" };

export type Unit = keyof typeof table.units;
/** A unit that is not named was not used. */
export type Usage = Partial<Record<Unit, number>>;

export const units = Object.keys(table.units) as Unit[];
export const unitName = (unit: Unit) => table.units[unit].name;
export const priceOf = (unit: Unit) => table.units[unit].dollars / table.units[unit].per;
export const priceTable = { region: table.region, date: table.date };

export const cost = (usage: Usage, unit: Unit) => (usage[unit] ?? 0) * priceOf(unit);
export const totalCost = (usage: Usage) => units.reduce((sum, unit) => sum + cost(usage, unit), 0);

export function addUsage(...usages: readonly Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of usages)
    for (const unit of units)
      if (usage[unit] !== undefined) sum[unit] = (sum[unit] ?? 0) + (usage[unit] ?? 0);
  return sum;
}

export function scaleUsage(usage: Usage, factor: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([unit, count]) => [unit, count * factor]));
}
