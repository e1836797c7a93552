import type { ChangedMessage } from "../domain/outcome/changes.ts";

/** Handles the changes of a batch. It must be idempotent: Lambda delivers a failed batch again. Throws to fail the batch. */
export type Consumer = (changed: readonly ChangedMessage[]) => Promise<void>;
