/** Caches what is read for each key for a time, including that there is nothing. A failed read is not cached. */
export function keptFor<Value>(milliseconds: number, read: (key: string) => Promise<Value>) {
  const kept = new Map<string, { value: Value; validUntil: number }>();
  return async (key: string, now: Date): Promise<Value> => {
    const known = kept.get(key);
    if (known !== undefined && known.validUntil > now.getTime()) return known.value;
    const value = await read(key);
    kept.set(key, { value, validUntil: now.getTime() + milliseconds });
    return value;
  };
}
