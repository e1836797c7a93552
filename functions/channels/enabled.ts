/** The enabled channels, one line each. The schema, the stack, the state machine and the tests are made from this list. */
export { appMessaging } from "./app-messaging.ts";
export { email } from "./email.ts";
export { fbMessenger } from "./fb-messenger.ts";
export { mms } from "./mms.ts";
export { nativePush } from "./native-push.ts";
export { rcs } from "./rcs.ts";
export { sms } from "./sms.ts";
export { whatsApp } from "./whats-app.ts";
