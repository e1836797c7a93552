/** How a phone or account behaves: registered, switched on, reads; and under "Delay and faults", what may go wrong there. */
import type { Phone } from "../contract.ts";
import { type AnswerGroup, faultWords, groupsOf } from "./fault-words.ts";
import { Switch } from "./parts.tsx";
import { server } from "./server-calls.ts";
import { answers, channels, perform } from "./state.ts";

const delays: readonly [string, number][] = [
  ["none", 0],
  ["5 s", 5000],
  ["1 min", 60_000],
  ["10 min", 600_000],
  ["1 h", 3_600_000],
];

interface SettingsProps {
  phone: Phone;
  /** The phone's name, for people who use a screen reader and do not see the card around a field. */
  of: string;
}

export function PhoneSettings({ phone, of }: SettingsProps) {
  const { channel, registered, delivers, reads } = phone;
  const set = setter(phone);
  const reportsReading = channels.value.find(({ id }) => id === channel)?.reports.includes("read");
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
          <Delay phone={phone} of={of} />
          <Faults phone={phone} of={of} />
          {(channel === "whatsApp" || channel === "fbMessenger") && (
            <label>
              24-hour window
              <select
                value={phone.window ?? "open"}
                onChange={(event) => set({ window: event.currentTarget.value })}
              >
                <option value="open">open: text too</option>
                <option value="closed">closed: templates only</option>
              </select>
            </label>
          )}
        </div>
      </details>
    </div>
  );
}

const setter =
  ({ channel, address }: Phone) =>
  (change: object) =>
    perform(undefined, () => server.setPhone(channel, address, change));

function Delay({ phone, of }: SettingsProps) {
  const { delayMs } = phone;
  const options = delays.some(([, value]) => value === delayMs)
    ? delays
    : [...delays, [`${delayMs / 1000} s`, delayMs] as const];
  return (
    <label>
      Arrives after
      <select
        aria-label={`Arrives after, ${of}`}
        value={String(delayMs)}
        onChange={(event) => setter(phone)({ delayMs: Number(event.currentTarget.value) })}
      >
        {options.map(([label, value]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The faults that every channel has, and the answers of this channel's provider. */
function Faults({ phone, of }: SettingsProps) {
  const { channel, fault, answer, laterAnswer, times } = phone;
  const set = setter(phone);
  const lasting = { fault, answer, laterAnswer };
  return (
    <>
      <label>
        Fault
        <select
          aria-label={`Fault, ${of}`}
          value={fault ?? answer ?? ""}
          onChange={({ currentTarget: { value } }) =>
            set(
              value === ""
                ? { fault: null, answer: null }
                : Object.hasOwn(faultWords, value)
                  ? { fault: value }
                  : { answer: value },
            )
          }
        >
          <option value="">none</option>
          <optgroup label="In general">
            {Object.entries(faultWords).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </optgroup>
          <Groups groups={groupsOf(answers.value, channel, "sync")} />
        </select>
      </label>
      <label>
        Told later
        <select
          aria-label={`Told later, ${of}`}
          value={laterAnswer ?? ""}
          onChange={({ currentTarget: { value } }) => set({ laterAnswer: value === "" ? null : value })}
        >
          <option value="">what happened</option>
          <Groups groups={groupsOf(answers.value, channel, "later")} />
        </select>
      </label>
      {Object.values(lasting).some((set) => set !== null) && (
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
              // Set again without a number, the fault is permanent.
              void set(Number.isNaN(count) ? withoutNulls(lasting) : { times: count });
            }}
          />
        </label>
      )}
    </>
  );
}

const withoutNulls = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const Groups = ({ groups }: { groups: readonly AnswerGroup[] }) => (
  <>
    {groups.map(({ heading, answers: offered }) => (
      <optgroup key={heading} label={heading}>
        {offered.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </optgroup>
    ))}
  </>
);
