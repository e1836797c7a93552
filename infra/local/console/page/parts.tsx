/** Small parts of the page: icons, badges, tabs, a switch, a block of JSON. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { capital } from "./explain.ts";
import { pretty } from "./format.ts";
import { testWords } from "./words.ts";

const paths: Readonly<Record<string, string>> = {
  sms: "M4 5h16v11H9l-5 4z",
  fbMessenger:
    "M12 3c5 0 9 3.6 9 8s-4 8-9 8c-1 0-2-.1-3-.4L5 21v-3.800C3.700 15.700 3 13.500 3 11c0-4.400 4-8 9-8zM7 13l4-4 2.500 2.500L17 9.500",
  whatsApp:
    "M4 20l1.300-4A8.500 8.500 0 1 1 8.200 18.800zM9 9c0 3.500 2.500 6 6 6l.8-1.800-2-1-1 .8c-1-.4-1.800-1.200-2.200-2.200l.8-1-1-2z",
  appMessaging:
    "M8 3h8a1.500 1.500 0 0 1 1.500 1.500v15A1.500 1.500 0 0 1 16 21H8a1.500 1.500 0 0 1-1.500-1.500v-15A1.500 1.500 0 0 1 8 3zM11 18h2",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2",
};

export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name] ?? "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"} />
    </svg>
  );
}

/** The colour repeats what the word says. */
export const Badge = ({ tone, children }: { tone: string; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** A message of a test key. */
export const TestBadge = () => (
  <>
    {" "}
    <span title={capital(testWords)}>
      <Badge tone="busy">Test</Badge>
    </span>
  </>
);

export interface Tab {
  title: string;
  content: () => ComponentChildren;
}

/** Tabs by the ARIA pattern: arrow keys move between them, Tab moves into the panel. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const [open, setOpen] = useState(0);
  const id = useId();
  const move = (event: KeyboardEvent) => {
    const last = tabs.length - 1;
    const next = {
      ArrowRight: open === last ? 0 : open + 1,
      ArrowLeft: open === 0 ? last : open - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setOpen(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ title }, index) => (
          <button
            key={title}
            type="button"
            role="tab"
            id={`${id}-${index}`}
            aria-selected={index === open}
            aria-controls={`${id}-panel`}
            tabIndex={index === open ? 0 : -1}
            onClick={() => setOpen(index)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open}`} class="tab-panel">
        {tabs[open]?.content()}
      </div>
    </div>
  );
}

export interface SwitchProps {
  label: string;
  /** What it belongs to, for people who use a screen reader and do not see the card around it. */
  of: string;
  on: boolean;
  change: (on: boolean) => void;
}

export const Switch = ({ label, of, on, change }: SwitchProps) => (
  <label class="switch">
    <input
      type="checkbox"
      role="switch"
      checked={on}
      aria-checked={on}
      aria-label={`${label}, ${of}`}
      onChange={(event) => change(event.currentTarget.checked)}
    />
    <span aria-hidden="true">{label}</span>
  </label>
);

/** Content that may be larger than its place: it scrolls, so it must be focusable. */
export const Scrolling = ({
  label,
  kind,
  children,
}: {
  label: string;
  kind: string;
  children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
  <section class={kind} aria-label={label} tabIndex={0}>
    {children}
  </section>
);

export const Json = ({ label, text }: { label: string; text: string | undefined }) => (
  <Scrolling label={label} kind="json">
    {text === undefined ? "None" : pretty(text)}
  </Scrolling>
);

/** A button with what it does below it, for everyone to read. */
export function Explained({
  words,
  children,
}: {
  words: string;
  children: (explained: { "aria-describedby": string }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <span class="explained">
      {children({ "aria-describedby": id })}
      <small id={id}>{words}</small>
    </span>
  );
}

export const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
