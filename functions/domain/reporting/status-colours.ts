/**
 * The colours of statuses wherever people see how messages ended: in the report, on the dashboard. Each is legible on light and
 * on dark.
 */
import type { MessageStatus } from "../outcome/trace.ts";

export const statusColours: Readonly<Record<Exclude<MessageStatus, "processing">, string>> = {
  scheduled: "#7c8a99",
  read: "#0c8599",
  delivered: "#2b8a3e",
  sent: "#2f7de1",
  failed: "#e03131",
  expired: "#a07000",
  cancelled: "#6b7280",
  resolved: "#5f6f52",
};
