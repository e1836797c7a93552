/** A message to send: its text, the customer's addresses, the channels in their order, and the plan as one types. */
import { ChannelOrder } from "./channel-order.tsx";
import { addresses, addressFields, body, faults, furtherFault, planned, request } from "./draft.ts";
import { MoreFields } from "./more-fields.tsx";
import { server } from "./server-calls.ts";
import { channels, nameOf, perform, select } from "./state.ts";

const fieldNames: Readonly<Record<string, string>> = {
  phoneNumber: "Phone number",
  fbMessengerId: "Messenger id",
  appDevices: "App device token",
};

const hintOf = (field: string) =>
  channels.value
    .filter(({ address }) => address === field)
    .map(({ name }) => name)
    .join(", ");

export function Compose() {
  return (
    <section id="compose" class="panel compose" aria-labelledby="compose-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (furtherFault.value !== undefined) return;
          void perform("The message was accepted", async () => {
            select((await server.send(request.value)).messageId);
            // Where the parts stand below each other, what comes of it is elsewhere.
            document.getElementById("message")?.scrollIntoView({ block: "start" });
          });
        }}
      >
        <div class="compose-text">
          <h2 id="compose-title">Send a message</h2>
          <label class="text">
            Message
            <textarea
              rows={2}
              value={body.value}
              onInput={(event) => {
                body.value = event.currentTarget.value;
              }}
            />
          </label>
          <fieldset class="addresses">
            <legend>To</legend>
            {addressFields.value.map((field) => (
              <label key={field}>
                <span>
                  {fieldNames[field] ?? field} <small>{hintOf(field)}</small>
                </span>
                <input
                  type="text"
                  autocomplete="off"
                  value={addresses.value[field] ?? ""}
                  onInput={(event) => {
                    addresses.value = { ...addresses.value, [field]: event.currentTarget.value };
                  }}
                />
              </label>
            ))}
          </fieldset>
          <MoreFields />
        </div>
        <fieldset class="order">
          <legend>Channels, best first</legend>
          <ChannelOrder />
        </fieldset>
        <div class="compose-send">
          <h3>Plan</h3>
          <PlanSummary />
          <button type="submit" class="primary">
            Send message
          </button>
        </div>
      </form>
    </section>
  );
}

function PlanSummary() {
  if (faults.value.length > 0)
    return (
      <ul class="faults" role="alert">
        {faults.value.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    );
  const plan = planned.value;
  if (plan === undefined) return <p class="plan">…</p>;
  const [first, ...rest] = plan.hops.map(({ channel }) => nameOf(channel));
  if (first === undefined)
    return (
      <p class="plan" aria-live="polite">
        No channel can be tried: the service would refuse this message.
      </p>
    );
  return (
    <p class="plan" aria-live="polite">
      Tries <strong>{first}</strong> first
      {rest.length > 0 ? `; if that does not work, ${rest.join(", then ")}` : ""}.
      {plan.skipped.length > 0 && ` Skips ${plan.skipped.map(({ channel }) => nameOf(channel)).join(", ")}.`}
    </p>
  );
}
