/** Batches as SNS and SQS take them: ten entries, and 256 KiB with all that belongs to them. */
const mostInOneBatch = 10;
const mostBytes = 250_000;

export function* inBatches<Entry>(
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => number,
): Generator<Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (batch.length === mostInOneBatch || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
