/** Batches within the limits of SNS and SQS: ten entries, and 256 KiB including their attributes. */
const maxBatchEntries = 10;
const maxBatchBytes = 250_000;

export function* inBatches<Entry>(
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => number,
): Generator<Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (batch.length === maxBatchEntries || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
