/**
 * App messaging: push to the business's own app (push.ts), which shows it among its messages. The channel has the topic of the
 * platform applications and the app's receipts for Push (native-push.ts) too.
 */
import type { Channel } from "../domain/channel.ts";
import { createPushSender, endpointPermissions, pushFacts } from "./push.ts";
import { pushOptions } from "./push-payload.ts";

export { readTopicMessage } from "./push-failure.ts";

export const appMessaging: Channel = {
  ...pushFacts("appMessaging"),
  name: "App messaging",
  options: pushOptions,
  receipts: {
    topic: {
      name: "PushEvents",
      displayName: "Events of the platform applications",
      use: "For EventDeliveryFailure of the platform applications: see infra/README.md",
    },
    app: { secrets: { receiptKey: "the same" } },
  },
  // The only way to find a device's endpoint by its token is to create it again.
  profileDeletion: {
    settings: ["fcmPlatformApplicationArn", "apnsPlatformApplicationArn"],
    permissions: (settings) => endpointPermissions(settings, "sns:DeleteEndpoint"),
  },
};

export const createSender = createPushSender("appMessaging");
