import { expect, it } from "vitest";
import { keptFor } from "../../functions/shared/kept-for.ts";

it("a value is read once a minute for each key, also where there is none, and again after a failure", async () => {
  const reads: string[] = [];
  let isDown = true;
  const get = keptFor(60_000, async (key) => {
    reads.push(key);
    if (isDown) throw new Error("down");
    return undefined;
  });
  await expect(get("shop", new Date(0))).rejects.toThrow("down");
  isDown = false;
  for (const [key, at] of [
    ["shop", 0],
    ["shop", 59_999],
    ["bank", 59_999],
    ["shop", 60_000],
  ] as const)
    expect(await get(key, new Date(at))).toBeUndefined();
  expect(reads).toEqual(["shop", "shop", "bank", "shop"]);
});
