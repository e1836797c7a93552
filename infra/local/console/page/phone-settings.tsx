/** How a phone or account behaves: registered, switched on, reads; and behind "More" its delay, faults and window. */
import type { Phone } from "../contract.ts";
import { faultWords } from "./fault-words.ts";
import { Switch } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { channels, perform } from "./state.ts";

const delays: readonly [string, number][] = [
  ["none", 0],
  ["5 s", 5000],
  ["1 min", 60_000],
  ["10 min", 600_000],
  ["1 h", 3_600_000],
];

export function PhoneSettings({ phone, of }: { phone: Phone; of: string }) {
  const { channel, address, registered, delivers, reads, delayMs, fault, times, window } = phone;
  const set = (change: object) => perform(undefined, () => server.setPhone(channel, address, change));
  const reportsReading = channels.value.find(({ id }) => id === channel)?.reports.includes("read");
  const options = delays.some(([, value]) => value === delayMs)
    ? delays
    : [...delays, [`${delayMs / 1000} s`, delayMs] as const];
  return (
    <div class="settings">
      <div class="switches">
        <Switch label="Registered" of={of} on={registered} change={(on) => set({ registered: on })} />
        <Switch label="Switched on" of={of} on={delivers} change={(on) => set({ delivers: on })} />
        {reportsReading && <Switch label="Reads" of={of} on={reads} change={(on) => set({ reads: on })} />}
      </div>
      <details>
        <summary aria-label={`Delay and faults, ${of}`}>Delay and faults</summary>
        <div class="fields">
          <label>
            Arrives after
            <select
              aria-label={`Arrives after, ${of}`}
              value={String(delayMs)}
              onChange={(event) => set({ delayMs: Number(event.currentTarget.value) })}
            >
              {options.map(([label, value]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label>
            Fault
            <select
              aria-label={`Fault, ${of}`}
              value={fault ?? ""}
              onChange={(event) =>
                set({ fault: event.currentTarget.value === "" ? null : event.currentTarget.value })
              }
            >
              <option value="">none</option>
              {Object.entries(faultWords).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          {fault !== null && (
            <label>
              For how many sends
              <input
                type="number"
                aria-label={`For how many sends, ${of}`}
                min="1"
                placeholder="all"
                value={times ?? ""}
                onChange={(event) => {
                  const count = event.currentTarget.valueAsNumber;
                  // Set anew without a number, the fault is there for good.
                  void set(Number.isNaN(count) ? { fault } : { times: count });
                }}
              />
            </label>
          )}
          {(channel === "whatsApp" || channel === "fbMessenger") && (
            <label>
              24-hour window
              <select
                value={window ?? "open"}
                onChange={(event) => set({ window: event.currentTarget.value })}
              >
                <option value="open">open: the customer wrote lately</option>
                <option value="closed">closed: templates only</option>
              </select>
            </label>
          )}
        </div>
      </details>
    </div>
  );
}
