/** What went out on each channel, as the phone shows it, and what the customer answered. */
import * as v from "valibot";
import type { ChannelTrace, MessageRecord, PublishedEvent, Trace } from "../contract.ts";
import { timeOfDay } from "./format.ts";
import { Icon } from "./parts.tsx";
import { nameOf } from "./state.ts";
import { signOf } from "./words.ts";

interface Answer {
  at: string;
  channel: string;
  text: string;
}
const inbound = v.looseObject({
  type: v.literal("message.inbound"),
  time: v.string(),
  data: v.looseObject({
    channel: v.string(),
    content: v.looseObject({ type: v.string(), text: v.optional(v.string()) }),
  }),
});

/** Only the event has what a customer wrote. */
export const answersIn = (events: readonly PublishedEvent[]): Answer[] =>
  events.flatMap(({ event }) => {
    const parsed = v.safeParse(inbound, event);
    if (!parsed.success) return [];
    const { time, data } = parsed.output;
    return [{ at: time, channel: data.channel, text: data.content.text ?? `(${data.content.type})` }];
  });

export function Copies({ trace, stored }: { trace: Trace; stored: MessageRecord }) {
  const tried = trace.channels.filter(({ outcome }) => signOf(outcome) !== undefined);
  return (
    <section class="copies" aria-labelledby="copies-title">
      <h3 id="copies-title">What went out</h3>
      {tried.length === 0 && <p class="empty">Nothing went out.</p>}
      <ul>
        {tried.map((entry) => (
          <Copy key={entry.channel} entry={entry} stored={stored} />
        ))}
      </ul>
    </section>
  );
}

function Copy({ entry, stored }: { entry: ChannelTrace; stored: MessageRecord }) {
  const { channel, outcome, events = [] } = entry;
  const sent = stored.channels.find((one) => one.channel === channel);
  const answers = answersIn(stored.events).filter((one) => one.channel === channel);
  const arrived = events.find(({ status }) => status === "delivered")?.at;
  const { word = "", tone = "quiet" } = signOf(outcome) ?? {};
  return (
    <li class={`copy ${tone}`}>
      <p class="copy-channel">
        <Icon name={channel} /> <strong>{nameOf(channel)}</strong>
        <span class="address">{sent?.address}</span>
      </p>
      <ol class="bubbles">
        <li class={arrived === undefined ? "not-there" : ""}>
          {stored.title !== undefined && <strong dir="auto">{stored.title}</strong>}
          <p dir="auto">{sent?.template === undefined ? (sent?.text ?? "…") : `Template ${sent.template}`}</p>
          {arrived === undefined ? (
            <span>{word}</span>
          ) : (
            <time dateTime={arrived}>{timeOfDay(Date.parse(arrived))}</time>
          )}
          {outcome === "read" && <span> · read</span>}
        </li>
        {answers.map(({ at, text }) => (
          <li key={`${at} ${text}`} class="answer">
            <span class="unseen">The customer answered: </span>
            <p dir="auto">{text}</p>
            <time dateTime={at}>{timeOfDay(Date.parse(at))}</time>
          </li>
        ))}
      </ol>
    </li>
  );
}
