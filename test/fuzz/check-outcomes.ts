/**
 * What became of the messages that a fuzz sent, and of the next one by the same functions. No provider is down, so whatever was
 * taken must end in an answer of its provider: an unknown outcome is one that our own code came to.
 */
import { createClient } from "../../functions/api/client/client.ts";
import { eventually } from "../acceptance/eventually.ts";
import type { FuzzSystem } from "./system.ts";

const channels = [
  "sms",
  "fbMessenger",
  "whatsApp",
  "appMessaging",
  "nativePush",
  "email",
  "rcs",
  "mms",
] as const;

/** In words; empty where all is well. */
export async function checkOutcomes(
  { api, apiKey }: FuzzSystem,
  messageIds: readonly string[],
): Promise<string[]> {
  const { GET, POST } = createClient({ baseUrl: api, apiKey });
  const traceOf = async (messageId: string) =>
    (await GET("/messages/{messageId}", { params: { path: { messageId } } })).data;
  const faults: string[] = [];
  for (const [index, channel] of channels.entries()) {
    const to = {
      phoneNumber: `+44712398100${index}`,
      fbMessengerId: `after-${channel}`,
      email: `after-${channel}@customers.example`,
      appDevices: [{ platform: "fcm" as const, token: `after-${channel}` }],
    };
    const { data } = await POST("/messages", { body: { to, body: "After it all", rules: [channel] } });
    if (data === undefined) faults.push(`the next message by ${channel} is not accepted`);
    else
      await eventually(
        `the next message by ${channel}`,
        () => traceOf(data.messageId),
        (trace) => trace !== undefined && ["sent", "delivered", "read"].includes(trace.status),
      ).catch((error: Error) => faults.push(error.message));
  }
  for (const messageId of messageIds)
    for (const { channel, error } of (await traceOf(messageId))?.channels ?? [])
      if (error !== undefined && error.name === "OutcomeUnknown")
        faults.push(`${messageId} ended on ${channel} with ${error.name}: ${error.message}`);
  return faults;
}
