/** What a hop is called with, and its dependencies. */
import type { Channel, Send, Settings } from "../domain/channel.ts";
import type { HopInput } from "../domain/message/execution-input.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import type { Circuits } from "./circuits.ts";

/** The payload of the channel's task: `lambda:invoke.waitForTaskToken`. */
export interface HopEvent {
  /** Ends the task by SendTaskSuccess or SendTaskFailure. */
  taskToken: string;
  hop: HopInput;
}

export interface HopDependencies {
  channel: Channel;
  messages: MessagesTable;
  contacts: ContactsTable;
  consents: Pick<ConsentsTable, "read" | "record">;
  circuits: Pick<Circuits, "read" | "admit">;
  settings: Settings;
  send: Send;
  /** Ends the waiting task with success. Does nothing where the task no longer waits. */
  succeedTask: (taskToken: string, output: object) => Promise<void>;
  /** Ends the waiting task with an error. Does nothing where the task no longer waits. */
  failTask: (taskToken: string, error: string, cause: string) => Promise<void>;
  now: () => Date;
  /** Waits between the function's own retries. */
  pause: (milliseconds: number) => Promise<void>;
}
