/** An id made from a batch's content, by which a batch that Lambda hands over again is recognized. */
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
