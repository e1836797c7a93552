/**
 * The form for a message: its text, the customer's addresses, the channels in their order, and the plan, updated while typing.
 */
import { ChannelOrder } from "./channel-order.tsx";
import { addresses, addressFields, body, faults, faultsOf, furtherPath, request } from "./draft.ts";
import { goToFault, marks } from "./form-faults.ts";
import { addressName } from "./form-fields.ts";
import { MoreFields } from "./more-fields.tsx";
import { PlanSummary } from "./plan-summary.tsx";
import { server } from "./server-calls.ts";
import { announce, channels, select } from "./state.ts";

const hintOf = (field: string) =>
  channels.value
    .filter(({ address }) => address === field)
    .map(({ name }) => name)
    .join(", ");

async function send(): Promise<void> {
  try {
    select((await server.send(request.value)).messageId);
    announce("The message was accepted");
    // On narrow screens the parts stand below each other, so scroll to the result.
    document.getElementById("message")?.scrollIntoView({ block: "start" });
  } catch (error) {
    // Shown once, in the form.
    faults.value = faultsOf(error instanceof Error ? error : new Error(String(error)));
    goToFault();
  }
}

export function Compose() {
  return (
    <section id="compose" class="panel compose" aria-labelledby="compose-title">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (faults.value.some(({ path }) => path === furtherPath)) goToFault();
          else void send();
        }}
      >
        <div class="compose-text">
          <h2 id="compose-title">Send a message</h2>
          <label class="text">
            Message
            <textarea
              rows={2}
              dir="auto"
              title="Ctrl and Enter sends"
              value={body.value}
              {...marks(["body"])}
              onInput={(event) => {
                body.value = event.currentTarget.value;
              }}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                event.currentTarget.form?.requestSubmit();
              }}
            />
          </label>
          <fieldset class="addresses">
            <legend>To</legend>
            {addressFields.value.map((field) => (
              <label key={field}>
                <span>
                  {addressName(field)} <small>{hintOf(field)}</small>
                </span>
                <input
                  type="text"
                  autocomplete="off"
                  dir="auto"
                  value={addresses.value[field] ?? ""}
                  {...marks(["to", `to.${field}`])}
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
