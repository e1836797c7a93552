/**
 * What DynamoDB bills, from the items themselves: their size in bytes, and the units of a write or a read. Pure.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { M: Item }
  | { L: AttributeValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] };
export type Item = Record<string, AttributeValue>;

const bytesOf = (text: string) => Buffer.byteLength(text);
const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
/** About two digits a byte, one byte for the exponent, one for a minus; zeros at the ends do not count. */
const numberSize = (text: string) => {
  const digits = text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "").replace(/0+$/, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
};
const containerOverhead = 3;

function valueSize(value: AttributeValue): number {
  if ("S" in value) return bytesOf(value.S);
  if ("N" in value) return numberSize(value.N);
  if ("B" in value) return Buffer.from(value.B, "base64").length;
  if ("M" in value) return containerOverhead + itemSize(value.M) + Object.keys(value.M).length;
  if ("L" in value) return containerOverhead + sum(value.L.map((one) => valueSize(one) + 1));
  if ("SS" in value) return sum(value.SS.map(bytesOf));
  if ("NS" in value) return sum(value.NS.map(numberSize));
  if ("BS" in value) return sum(value.BS.map((one) => Buffer.from(one, "base64").length));
  return 1;
}

export const itemSize = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => bytesOf(name) + valueSize(value)));

/** A write of nothing is still a write. */
export const writeUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / 1024));
export const readUnits = (bytes: number, isConsistent: boolean) =>
  Math.max(1, Math.ceil(bytes / 4096)) * (isConsistent ? 1 : 0.5);
