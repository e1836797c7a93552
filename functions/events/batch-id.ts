/** An id made from a batch's content, by which a batch that Lambda delivers again is recognized. */

import { hashOf } from "../domain/hash-of.ts";
import type { ChangedMessage } from "../domain/outcome/changes.ts";

export type MessageStates = Pick<ChangedMessage, "before" | "after">;

export const batchId = (changes: readonly MessageStates[]): string =>
  hashOf(changes.map(({ before, after }) => [after.messageId, before?.attempts, after.attempts])).slice(
    0,
    16,
  );
