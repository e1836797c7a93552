/** Starts the executions of a batch from the starts queue. */
import pMap from "p-map";
import type { StartsQueue } from "../aws/starts-queue.ts";
import { chunksOf } from "../shared/chunks.ts";
import { logFault } from "../shared/log.ts";

const concurrency = 50;

/** `onFailed` gets each item that could not be queued: its message is stored, and is started when it is sent again with its key. */
export async function startBatch<Item extends { messageId: string }>(
  starts: StartsQueue,
  items: readonly Item[],
  onFailed: (item: Item) => void,
): Promise<void> {
  const start = async (chunk: readonly Item[]) => {
    try {
      await starts.enqueue(chunk.map(({ messageId }) => messageId));
    } catch (error) {
      logFault("messages of a batch could not be put on the starts queue", error);
      for (const item of chunk) onFailed(item);
    }
  };
  await pMap(chunksOf(items, starts.maxBatchEntries), start, { concurrency });
}
