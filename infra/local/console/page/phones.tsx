/** The recipients' phones and accounts: what arrived, and the settings of each. Those of the customer in the form come first. */

import { useState } from "preact/hooks";
import type { Phone, Suggestion } from "../contract.ts";
import { faultOf } from "./fault-words.ts";
import { timeOfDay } from "./format.ts";
import { Icon } from "./parts.tsx";
import { PhoneSettings } from "./phone-settings.tsx";
import { server } from "./server-calls.ts";
import { answers, channels, nameOf, perform, phones } from "./state.ts";

export function Phones() {
  const known = phones.value;
  return (
    <section id="phones" class="panel phones" aria-labelledby="phones-title">
      <header>
        <h2 id="phones-title">Phones and accounts</h2>
        <button
          type="button"
          class="quiet-button"
          title="Also forgets when customers last wrote, and what they opted out of"
          onClick={() =>
            perform("Every phone is as new", () =>
              Promise.all([server.forgetPhones(), server.forgetCustomers()]),
            )
          }
        >
          Reset all
        </button>
      </header>
      {known?.asked.length === 0 && <p class="empty">The customer of the next message has no address yet.</p>}
      <div class="phone-grid">
        {known?.asked.map((phone) => (
          <PhoneCard key={`${phone.channel}:${phone.address}`} phone={phone} />
        ))}
      </div>
      {known && known.others.length > 0 && (
        <details class="other-phones">
          <summary>
            Other customers ({known.others.length}
            {known.hidden > 0 ? ` of ${known.others.length + known.hidden}` : ""})
          </summary>
          <div class="phone-grid">
            {known.others.map((phone) => (
              <PhoneCard key={`${phone.channel}:${phone.address}`} phone={phone} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

/** What a phone's settings mean for the next message; undefined where all is well. */
function condition(phone: Phone): string | undefined {
  const { registered, delivers, times, delayMs, window, channel } = phone;
  const name = nameOf(channel);
  const wrong = faultOf(phone, answers.value);
  if (wrong !== undefined) return `${name} ${wrong}${times ? ` (${times} more)` : ""}`;
  if (!registered) return `Not registered: ${name} refuses messages at once`;
  if (window === "closed") return `More than 24 hours silent: ${name} takes only templates`;
  if (!delivers) return `Switched off: ${name} takes messages, none arrives`;
  if (delayMs > 0) return `Messages arrive ${delayMs / 1000} s late`;
  return undefined;
}

/** The channels on which a customer can write back, by the carrier's own rules. */
const takesAnswers = (channel: string) => !["appMessaging", "nativePush", "email", "mms"].includes(channel);
const canBeRead = (channel: string) =>
  channels.value.find(({ id }) => id === channel)?.reports.includes("read") ?? false;

/** What arrived and what the customer wrote, newest first. */
const talkOf = ({ messages, written }: Phone) =>
  [
    ...messages.map((message) => ({ ...message, isWritten: false })),
    ...written.map((message) => ({
      ...message,
      title: undefined,
      rich: undefined,
      readAt: undefined,
      isWritten: true,
    })),
  ].sort((a, b) => b.at.localeCompare(a.at));

function PhoneCard({ phone }: { phone: Phone }) {
  const { channel, address, messages, registered, delivers } = phone;
  const of = `${nameOf(channel)} ${address}`;
  const state = condition(phone);
  const talk = talkOf(phone);
  return (
    <article class={`phone ${registered && delivers ? "" : "off"}`} aria-label={of}>
      <header>
        <Icon name={channel} />
        <h3>{nameOf(channel)}</h3>
        <span class="address">{address}</span>
      </header>
      {state && <p class="condition">{state}</p>}
      {talk.length === 0 ? (
        <p class="empty">Nothing arrived yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <ol class="bubbles" aria-label={`Messages at ${of}`} tabIndex={0}>
          {talk.map(({ providerMessageId, title, body, rich, at, readAt, isWritten }) => (
            <li key={`${providerMessageId} ${at}`} class={isWritten ? "written" : ""}>
              {isWritten && <span class="unseen">The customer wrote: </span>}
              {/* Named, not loaded: no request leaves the machine. */}
              {rich?.media && <p class="media">▣ {rich.media}</p>}
              {rich?.silent && <p class="media">Nothing is shown: the app alone hears of it</p>}
              {title && <strong dir="auto">{title}</strong>}
              {body && <p dir="auto">{body}</p>}
              {rich?.deepLink && <p class="media">↗ {rich.deepLink}</p>}
              {rich && (
                <Suggestions phone={phone} of={of} offered={[...rich.cardSuggestions, ...rich.suggestions]} />
              )}
              <time dateTime={at}>{timeOfDay(Date.parse(at))}</time>
              {readAt && <span> · read</span>}
            </li>
          ))}
        </ol>
      )}
      {messages.length > 0 && (canBeRead(channel) || takesAnswers(channel)) && (
        <Customer phone={phone} of={of} />
      )}
      <PhoneSettings phone={phone} of={of} />
    </article>
  );
}

/** A tap tells the business; what it opens is not opened here. */
function Suggestions({ phone, of, offered }: { phone: Phone; of: string; offered: readonly Suggestion[] }) {
  const { channel, address } = phone;
  return (
    <>
      {offered.map(({ text, payload, opens }) => (
        <button
          key={`${text} ${payload}`}
          type="button"
          title={opens}
          aria-label={`${text}, ${of}`}
          onClick={() =>
            perform(`The customer tapped ${text}`, () => server.answer(channel, address, text, payload))
          }
        >
          {text}
        </button>
      ))}
    </>
  );
}

/** What the customer can do on the phone. */
function Customer({ phone: { channel, address }, of }: { phone: Phone; of: string }) {
  const [answer, setAnswer] = useState("");
  return (
    <form
      class="customer"
      onSubmit={async (event) => {
        event.preventDefault();
        if (await perform(`The customer answered by ${of}`, () => server.answer(channel, address, answer)))
          setAnswer("");
      }}
    >
      {canBeRead(channel) && (
        <button
          type="button"
          aria-label={`Read the messages, ${of}`}
          onClick={() => perform(`The customer read it, ${of}`, () => server.read(channel, address))}
        >
          Read
        </button>
      )}
      {takesAnswers(channel) && (
        <>
          <input
            type="text"
            required
            dir="auto"
            value={answer}
            placeholder="Answer as the customer"
            aria-label={`Answer, ${of}`}
            onInput={(event) => setAnswer(event.currentTarget.value)}
          />
          <button type="submit">Answer</button>
        </>
      )}
    </form>
  );
}
