/** Events told: what the topic and the client's webhook were told of a message, each with its JSON. */
import type { Told } from "../contract.ts";
import { exactTime } from "./format.ts";
import { Badge, Json } from "./parts.tsx";

const deliveryWords: Readonly<Record<NonNullable<Told["webhook"]>["state"], [tone: string, words: string]>> =
  {
    queued: ["busy", "webhook: being delivered"],
    waits: ["warning", "webhook: failed, waits for its next try"],
    delivered: ["good", "webhook: delivered"],
    parked: ["bad", "webhook: given up, parked in the dead-letter queue"],
  };

export const ToldEvents = ({ told }: { told: readonly Told[] }) =>
  told.length === 0 ? (
    <p class="empty">Nothing was told of this message yet.</p>
  ) : (
    <ol class="told">
      {told.map(({ id, type, time, event, webhook }) => {
        const [tone, words] = webhook ? deliveryWords[webhook.state] : ["quiet", "no webhook asked for it"];
        return (
          <li key={id}>
            <details>
              <summary>
                {type} <span class="number">{exactTime(Date.parse(time))}</span>
              </summary>
              <Json label={`The event ${id}`} text={JSON.stringify(event)} />
            </details>
            <span class="told-to">
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
