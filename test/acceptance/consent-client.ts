/** A client of its own, with a webhook that hears of answers and consents. */
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock } from "./service.ts";

export async function newClient() {
  const [key, receiver] = [await newKey(), await startReceiver()];
  await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.inbound", "consent.changed"] });
  const until = (messageId: string, statuses: readonly string[], advanceMs = 0) =>
    eventually(
      statuses.join(" or "),
      async () => (await key.call("GET", `/messages/${messageId}`)).body,
      ({ status }) => statuses.includes(status),
      async () => void (advanceMs > 0 && (await advanceClock(advanceMs))),
    );
  const untilEvents = (count: number) =>
    eventually(
      `${count} events`,
      async () => receiver.events(),
      (events) => events.length >= count,
    );
  return { key, untilEvents, until };
}
