/** What this page is, in a sentence, and the scenarios: each sets up the phones, sends a message, and says what to look for. */
import { signal } from "@preact/signals";
import {
  addressOf,
  newPhone,
  type Scenario,
  type Step,
  scenarios,
  settingsHoldAfterMs,
} from "../scenarios.ts";
import { advance } from "./clock.tsx";
import { request, writeScenario } from "./draft.ts";
import { server } from "./server-calls.ts";
import { now, perform, select } from "./state.ts";

/** The scenario that was started last, and how many of its steps are done. */
const chosen = signal<{ scenario: Scenario; done: number } | undefined>(undefined);

const begin = (scenario: Scenario) =>
  perform(undefined, async () => {
    await server.forgetCustomers();
    for (const [channel, address] of Object.entries(addressOf))
      await server.setPhone(channel, address, { ...newPhone, ...scenario.phones[channel] });
    if (scenario.settings !== undefined) {
      await server.putSettings(scenario.settings);
      await server.advance(settingsHoldAfterMs);
    }
    writeScenario(scenario, new Date(now.value));
    select((await server.send(request.value)).messageId);
    chosen.value = { scenario, done: 0 };
    document.querySelector("#message, #execution")?.scrollIntoView({ block: "start" });
  });

async function take(step: Step): Promise<void> {
  const before = chosen.value;
  const isDone = await make(step);
  if (isDone && before !== undefined && chosen.value === before)
    chosen.value = { ...before, done: before.done + 1 };
}

function make(step: Step): Promise<boolean> {
  if ("advanceMs" in step) return advance(step.advanceMs);
  if ("answerBy" in step)
    return perform("Anna answered", () =>
      server.answer(step.answerBy, addressOf[step.answerBy] ?? "", step.answer),
    );
  return perform("The message was accepted", async () => {
    await untilSkipped(step.sendOnceSkipped);
    select((await server.send(request.value)).messageId);
  });
}

/** What the customer wrote a moment ago may still be on its way to the service. */
async function untilSkipped(channel: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { skipped } = await server.plan(request.value);
    if (skipped.some((one) => one.channel === channel)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function FirstRun() {
  const step = chosen.value?.scenario.steps[chosen.value.done];
  return (
    <section class="first-run" aria-labelledby="first-run-title">
      <p>
        <strong id="first-run-title">One message, the first channel that works.</strong> All of it runs on
        this machine, the phones too; nothing is really sent. See what happens:
      </p>
      <ul>
        {scenarios.map((scenario) => (
          <li key={scenario.name}>
            <button
              type="button"
              aria-pressed={chosen.value?.scenario === scenario}
              title={scenario.sentence}
              onClick={() => begin(scenario)}
            >
              {scenario.name}
            </button>
          </li>
        ))}
      </ul>
      <p class="scenario" role="status">
        {chosen.value?.scenario.sentence}
      </p>
      {step && (
        <button type="button" class="primary" onClick={() => take(step)}>
          {step.label}
        </button>
      )}
    </section>
  );
}
