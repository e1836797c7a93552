/**
 * Push: a notification of the operating system (push.ts). Its devices, applications and receipts are those of App messaging; it
 * also opens a place in the app, or wakes the app without showing anything.
 */
import type { Channel } from "../domain/channel.ts";
import { createPushSender, pushFacts } from "./push.ts";
import { nativePushOptions } from "./push-payload.ts";

export const nativePush: Channel = {
  ...pushFacts("nativePush"),
  name: "Push",
  options: nativePushOptions,
  secretsOf: "appMessaging",
  sendsWithoutBody: ({ silent }) => silent === true,
};

export const createSender = createPushSender("nativePush");
