/** Names a batch of changes by what it holds: the same changes are the same batch. */
import { createHash } from "node:crypto";
import type { ChangedMessage } from "../domain/outcome/changes.ts";

export type MessageStates = Pick<ChangedMessage, "before" | "after">;

export const batchId = (changes: readonly MessageStates[]): string =>
  createHash("sha256")
    .update(
      JSON.stringify(changes.map(({ before, after }) => [after.messageId, before?.attempts, after.attempts])),
    )
    .digest("base64url")
    .slice(0, 16);
