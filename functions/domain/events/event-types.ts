/** The types of events that a client can receive. */
export const eventTypes = [
  "message.sent",
  "message.delivered",
  "message.read",
  "message.failed",
  "message.expired",
  "message.cancelled",
  "message.resolved",
  "message.inbound",
  "consent.changed",
] as const;
export type EventType = (typeof eventTypes)[number];
