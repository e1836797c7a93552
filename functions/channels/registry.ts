/** The channels of the bench, for all that follows from them. */
import * as bench from "./bench.ts";
import type { Channel } from "./channel.ts";

export const channels: readonly Channel[] = Object.values(bench);

export const channelById: ReadonlyMap<string, Channel> = new Map(
  channels.map((channel) => [channel.id, channel]),
);
