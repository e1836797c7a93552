import type { ChangedMessage } from "../domain/outcome/changes.ts";

/** What is done with the changes of a batch; it must bear to be repeated. */
export type Consumer = (changed: readonly ChangedMessage[]) => Promise<void>;
