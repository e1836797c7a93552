/** What the service would do with the message as it is, or what is wrong with it, in the form's own words. */
import type { Plan } from "../contract.ts";
import { planned } from "./draft.ts";
import { shownFaults } from "./form-faults.ts";
import { nameOf, phones } from "./state.ts";

export function PlanSummary() {
  if (shownFaults.value.length > 0)
    return (
      <ul class="faults" role="alert" tabIndex={-1}>
        {shownFaults.value.map(({ id, label, message }) => (
          <li key={id} id={id}>
            {label === undefined ? message : `${label}: ${message}`}
          </li>
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
  const closed = unknownClosed(plan);
  return (
    <div class="plan" aria-live="polite">
      <p>
        Tries <strong>{first}</strong> first
        {rest.length > 0 ? `; if that does not work, ${rest.join(", then ")}` : ""}.
      </p>
      {plan.skipped.map(({ channel, reason }) => (
        <p key={channel} class="plan-note">
          Skips {nameOf(channel)}: {reason}.
        </p>
      ))}
      {plan.hops.map(
        ({ channel, quietHours }) =>
          quietHours && (
            <p key={channel} class="plan-note">
              It is quiet hours for {nameOf(channel)}: {quietHours.reason}.
            </p>
          ),
      )}
      {plan.sendAt !== undefined && (
        <p class="plan-note">Is sent at {new Date(plan.sendAt).toLocaleString("en-GB")} of this machine.</p>
      )}
      {closed.length > 0 && (
        <p class="plan-note">
          {closed.map(nameOf).join(" and ")}: this phone's 24-hour window is closed. The service is told only
          when it tries.
        </p>
      )}
      {plan.hops.some(({ estimatedCost }) => Number(estimatedCost) > 0) && (
        <p class="plan-note">
          Prices are of the price table; where a receipt has the provider's own, that one is paid.
        </p>
      )}
    </div>
  );
}

/** Channels that would refuse free text without the service knowing it, because the customer never wrote to it. */
const unknownClosed = (plan: Plan): string[] =>
  plan.hops
    .filter(({ form }) => form !== "template")
    .map(({ channel }) => channel)
    .filter((channel) =>
      phones.value?.asked.some((phone) => phone.channel === channel && phone.window === "closed"),
    );
