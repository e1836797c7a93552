/** Reads the units that a DynamoDB call uses from the call and its answer. Used by count-usage.ts. */
import * as v from "valibot";
import { type AttributeValue, type Item, itemSize, readUnits, writeUnits } from "./dynamodb-units.ts";
import { addUsage, type Usage } from "./prices.ts";

const item = v.custom<Item>((input) => typeof input === "object" && input !== null);
const call = v.looseObject({
  TableName: v.string(),
  Key: v.optional(item),
  Item: v.optional(item),
  ConsistentRead: v.optional(v.boolean(), false),
});
const answer = v.looseObject({
  Item: v.optional(item),
  Items: v.optional(v.array(item), []),
  Attributes: v.optional(item),
});

/** A task token of Step Functions has about 800 characters (at most 1,024), the local run's a few hundred. */
const taskTokenBytes = 800;

export function sizeOnAws(whole: Item): number {
  let missing = 0;
  for (const attempt of Object.values(mapIn(whole.attempts))) {
    const { taskToken } = mapIn(attempt);
    if (taskToken && "S" in taskToken) missing += taskTokenBytes - taskToken.S.length;
  }
  return itemSize(whole) + missing;
}
const mapIn = (value: AttributeValue | undefined): Item => (value && "M" in value ? value.M : {});

/** A write whose item the answer does not show: its size has to be looked up. */
export interface HiddenWrite {
  table: string;
  key: Item;
}

export class DynamoDbUsage {
  /** By table and key; what is stored at last. */
  readonly #sizes = new Map<string, number>();
  readonly #keysOf: (table: string) => readonly string[];
  readonly #indexKeysOf: (table: string) => readonly string[];

  /** `indexKeysOf`: of an index that holds keys alone. */
  constructor(
    keysOf: (table: string) => readonly string[],
    indexKeysOf: (table: string) => readonly string[] = () => [],
  ) {
    this.#keysOf = keysOf;
    this.#indexKeysOf = indexKeysOf;
  }

  read(action: string, request: unknown, status: number, response: unknown): Usage | HiddenWrite {
    const { TableName, Key, Item: put, ConsistentRead } = v.parse(call, request);
    const { Item: got, Items, Attributes } = v.parse(answer, response);
    const bytes = (items: readonly Item[]) => items.reduce((sum, one) => sum + sizeOnAws(one), 0);
    switch (action) {
      case "GetItem":
        return { dynamoDbReadUnits: readUnits(got ? sizeOnAws(got) : 0, ConsistentRead) };
      case "Query":
        return { dynamoDbReadUnits: readUnits(bytes(Items), ConsistentRead) };
      case "PutItem":
      case "UpdateItem":
      case "DeleteItem": {
        const written = status === 200 ? (put ?? Attributes) : undefined;
        const key = Key ?? this.#keyOf(TableName, put ?? {});
        return written === undefined
          ? { table: TableName, key }
          : addUsage(
              this.write({ table: TableName, key }, sizeOnAws(written)),
              this.#writeIndex({ table: TableName, key }, written),
            );
      }
      default:
        throw new Error(`the bill does not know what DynamoDB takes for ${action}`);
    }
  }

  /** The larger of the item before and after is billed; a refused condition bills the item that is there. */
  write({ table, key }: HiddenWrite, size: number): Usage {
    const name = nameOf({ table, key });
    const before = this.#sizes.get(name) ?? 0;
    this.#sizes.set(name, size);
    return { dynamoDbWriteUnits: writeUnits(Math.max(before, size)) };
  }

  /** An item that lacks a key of the index is not in it, and one that has the same keys as before writes nothing there. */
  #writeIndex({ table, key }: HiddenWrite, item: Item): Usage {
    const keys = this.#indexKeysOf(table).map((name) => [name, item[name]] as const);
    if (keys.length === 0 || keys.some(([, value]) => value === undefined)) return {};
    const entry = { ...key, ...Object.fromEntries(keys) } as Item;
    const write = { table: `${table}/index`, key: entry };
    return this.#sizes.has(nameOf(write)) ? {} : this.write(write, itemSize(entry));
  }

  /** What was stored since the last call; DynamoDB adds 100 bytes to each item. */
  takeStoredBytes(): number {
    const bytes = [...this.#sizes.values()].reduce((sum, size) => sum + size + 100, 0);
    this.#sizes.clear();
    return bytes;
  }

  #keyOf(table: string, whole: Item): Item {
    return Object.fromEntries(
      this.#keysOf(table).flatMap((name) => {
        const value = whole[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }
}

const nameOf = ({ table, key }: HiddenWrite) => JSON.stringify([table, key]);
