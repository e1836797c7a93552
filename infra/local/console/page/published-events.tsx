/** The events of a message that went to the topic and the client's webhook, each with its JSON. */
import type { PublishedEvent } from "../contract.ts";
import { exactTime } from "./format.ts";
import { Badge, Json } from "./parts.tsx";

const deliveryWords: Readonly<
  Record<NonNullable<PublishedEvent["webhook"]>["state"], [tone: string, words: string]>
> = {
  queued: ["busy", "webhook: being delivered"],
  waits: ["warning", "webhook: failed, waits for its next try"],
  delivered: ["good", "webhook: delivered"],
  parked: ["bad", "webhook: given up, parked in the dead-letter queue"],
};

export const PublishedEventList = ({ events }: { events: readonly PublishedEvent[] }) =>
  events.length === 0 ? (
    <p class="empty">No event of this message has been published yet.</p>
  ) : (
    <ol class="published-events">
      {events.map(({ id, type, time, event, webhook }) => {
        const [tone, words] = webhook ? deliveryWords[webhook.state] : ["quiet", "no webhook asked for it"];
        return (
          <li key={id}>
            <details>
              <summary>
                {type} <span class="number">{exactTime(Date.parse(time))}</span>
              </summary>
              <Json label={`The event ${id}`} text={JSON.stringify(event)} />
            </details>
            <span class="published-to">
              <Badge tone="good">topic</Badge>{" "}
              <Badge tone={tone}>
                {words}
                {webhook && webhook.failures > 0 ? ` (${webhook.failures} failed)` : ""}
              </Badge>
            </span>
          </li>
        );
      })}
    </ol>
  );
