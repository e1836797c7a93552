/** What is read for each key is kept for a time, also that there is nothing. A read that failed is not kept. */
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
