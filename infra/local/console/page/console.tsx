/** The console page of the local run: the messages, the course of one, the phones, and the form for a message. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { Clock } from "./clock.tsx";
import { Compare } from "./compare.tsx";
import { Compose } from "./compose.tsx";
import { begin as beginDraft } from "./draft.ts";
import { FirstRun } from "./first-run.tsx";
import { begin } from "./live-state.ts";
import { MessageView } from "./message.tsx";
import { Messages } from "./messages.tsx";
import { Phones } from "./phones.tsx";
import { connected, notice } from "./state.ts";

const places: readonly [string, string][] = [
  ["compose", "Send"],
  ["messages", "Messages"],
  ["message", "Message"],
  ["phones", "Phones"],
];

/** These are buttons, not links, because the address's fragment names the message that is shown. */
const goTo = (id: string) => {
  const place = document.getElementById(id);
  place?.scrollIntoView({ block: "start" });
  place?.querySelector<HTMLElement>("button, input, textarea")?.focus({ preventScroll: true });
};

const Page = () => (
  <>
    <header class="top">
      <h1>
        Fallback routing <span>local run</span>
      </h1>
      {!connected.value && <p class="disconnected">Not connected: the local run may have been stopped</p>}
      <Compare />
      <a href="/reference" target="_blank" rel="noreferrer">
        API
      </a>
      <Clock />
    </header>
    <FirstRun />
    <nav class="places" aria-label="Parts of the page">
      {places.map(([id, label]) => (
        <button key={id} type="button" onClick={() => goTo(id)}>
          {label}
        </button>
      ))}
    </nav>
    <main>
      <Compose />
      <Messages />
      <MessageView />
      <Phones />
    </main>
    <Notice />
  </>
);

const Notice = () => (
  <div class="notices" role="status" aria-live="polite">
    {notice.value && (
      <p class={`notice ${notice.value.isFault ? "fault" : ""}`} dir="auto">
        {notice.value.text}
        <button type="button" class="quiet-button" onClick={dismiss}>
          Dismiss
        </button>
      </p>
    )}
  </div>
);

const dismiss = () => {
  notice.value = undefined;
};

effect(() => {
  const shown = notice.value;
  if (shown === undefined) return;
  const timer = setTimeout(dismiss, shown.isFault ? 12_000 : 4000);
  return () => clearTimeout(timer);
});

const root = document.getElementById("console");
if (root !== null) render(<Page />, root);
beginDraft();
void begin();
