/** The bench: every channel that `rules` may name. The schema, the stack and the state machine follow from this list. */
import { appMessaging } from "./app-messaging.ts";
import type { Channel } from "./channel.ts";
import { fbMessenger } from "./fb-messenger.ts";
import { sms } from "./sms.ts";
import { whatsApp } from "./whats-app.ts";

export const channels: readonly Channel[] = [
  sms,
  fbMessenger,
  whatsApp,
  appMessaging,
];

export const channelById: ReadonlyMap<string, Channel> = new Map(channels.map((channel) => [channel.id, channel]));
