/** The `rules` of a request, as the planner gets them. */
import type { Status } from "../channel.ts";
import type { Purpose } from "../message/message.ts";

export interface Rule {
  channel: string;
  fallbackAfter?: number | "auto" | undefined;
  until?: Status | undefined;
}

export interface RuleSet {
  prefer?: Purpose | undefined;
  channels: Rule[];
}
