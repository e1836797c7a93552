/** The enabled channels, as a list and by id. */

import type { Channel } from "../domain/channel.ts";
import * as enabled from "./enabled.ts";

export const channels: readonly Channel[] = Object.values(enabled);

export const channelById: ReadonlyMap<string, Channel> = new Map(
  channels.map((channel) => [channel.id, channel]),
);
