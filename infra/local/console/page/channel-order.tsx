/** The channels in order of preference: dragged by mouse or finger, moved by the buttons or Alt and an arrow key. */
import { useEffect, useRef } from "preact/hooks";
import Sortable from "sortablejs";
import { moveRule, planned, type Rule, rules, setRule } from "./draft.ts";
import { marks } from "./form-faults.ts";
import { duration, money } from "./format.ts";
import { Icon } from "./parts.tsx";
import { announce, channels, nameOf } from "./state.ts";

export function ChannelOrder() {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (list.current === null) return;
    const sortable = Sortable.create(list.current, {
      handle: ".grip",
      animation: 120,
      forceFallback: true,
      onEnd({ item, from, oldIndex, newIndex }) {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return;
        // Preact owns the list: the row is put back, and Preact draws the new order.
        item.remove();
        from.insertBefore(item, from.children[oldIndex] ?? null);
        move(oldIndex, newIndex);
      },
    });
    return () => sortable.destroy();
  }, []);
  return (
    <ol class="channel-order" ref={list} aria-label="Channels in order of preference">
      {rules.value.map((rule, index) => (
        <Channel key={rule.channel} rule={rule} index={index} />
      ))}
    </ol>
  );
}

function move(from: number, to: number): void {
  const channel = rules.value[from]?.channel;
  if (channel === undefined || to < 0 || to >= rules.value.length) return;
  const place = moveRule(from, to);
  announce(`${nameOf(channel)} is now number ${place} of ${rules.value.length}`);
}

function Channel({ rule, index }: { rule: Rule; index: number }) {
  const name = nameOf(rule.channel);
  const facts = channels.value.find(({ id }) => id === rule.channel);
  const moveBy = (step: number) => (event: Event) => {
    const button = event.currentTarget;
    move(index, index + step);
    // Keeps the focus on the button, which moved with its row, so that the next press moves it further.
    if (button instanceof HTMLElement) requestAnimationFrame(() => button.focus());
  };
  return (
    <li
      class={rule.isOn ? "" : "left-out"}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        const focused = document.activeElement;
        move(index, index + (event.key === "ArrowUp" ? -1 : 1));
        if (focused instanceof HTMLElement) requestAnimationFrame(() => focused.focus());
      }}
    >
      <span class="grip" aria-hidden="true">
        <Icon name="grip" />
      </span>
      <label class="use">
        <input
          type="checkbox"
          checked={rule.isOn}
          {...marks(["rules", `rules.${rule.channel}`])}
          onChange={(event) => setRule(rule.channel, { isOn: event.currentTarget.checked })}
        />
        <strong>{name}</strong>
      </label>
      {rule.isOn && <Place name={name} index={index} moveBy={moveBy} />}
      {rule.isOn && (
        <span class="planned">
          <PlanOf rule={rule} />
        </span>
      )}
      {rule.isOn && (
        <span class="rule">
          <label>
            until
            <select
              aria-label={`${name} counts as reached when`}
              value={rule.until}
              {...marks([`rules.${rule.channel}.until`])}
              onChange={(event) => setRule(rule.channel, { until: event.currentTarget.value })}
            >
              <option value="">default</option>
              {facts?.reports.map((status) => (
                <option key={status} value={status}>
                  {status}
                </option>
              ))}
            </select>
          </label>
          <label>
            within
            <input
              type="number"
              min="1"
              aria-label={`Seconds until the route goes on from ${name}`}
              placeholder={String(facts?.windowSeconds ?? "")}
              value={rule.fallbackAfter}
              {...marks([`rules.${rule.channel}.fallbackAfter`])}
              onInput={(event) => setRule(rule.channel, { fallbackAfter: event.currentTarget.value })}
            />
            s
          </label>
        </span>
      )}
    </li>
  );
}

interface PlaceProps {
  name: string;
  index: number;
  moveBy: (step: number) => (event: Event) => void;
}

const Place = ({ name, index, moveBy }: PlaceProps) => (
  <span class="moves">
    <button type="button" aria-label={`Move ${name} up`} aria-disabled={index === 0} onClick={moveBy(-1)}>
      <Icon name="up" />
    </button>
    <button
      type="button"
      aria-label={`Move ${name} down`}
      aria-disabled={index === rules.value.length - 1}
      onClick={moveBy(1)}
    >
      <Icon name="down" />
    </button>
  </span>
);

/** What the service would do on this channel. */
function PlanOf({ rule }: { rule: Rule }) {
  const plan = planned.value;
  const skipped = plan?.skipped.find(({ channel }) => channel === rule.channel);
  if (skipped) return <>Would be skipped: {skipped.reason}</>;
  const hop = plan?.hops.find(({ channel }) => channel === rule.channel);
  if (hop === undefined) return null;
  const { timeoutSeconds, until, sms, estimatedCost } = hop;
  return (
    <>
      {[
        `Until ${until}, for ${duration(timeoutSeconds * 1000)}`,
        sms && `${sms.parts} ${sms.encoding} ${sms.parts === 1 ? "part" : "parts"}`,
        estimatedCost !== undefined && (Number(estimatedCost) === 0 ? "free" : money(estimatedCost)),
      ]
        .filter(Boolean)
        .join(" · ")}
    </>
  );
}
