/**
 * The list of messages, newest first and live: to whom, what, by which channels, and what was saved; searchable by number,
 * profile, reference or words.
 */
import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { MessageRow } from "../contract.ts";
import { duration, money, timeOfDay } from "./format.ts";
import { loadOlder } from "./message-list-state.ts";
import { TestBadge } from "./parts.tsx";
import {
  channelFilter,
  channels,
  nameOf,
  next,
  now,
  rows,
  search,
  select,
  selected,
  statusFilter,
  totals,
} from "./state.ts";
import { signOf, statusName, statusNames, toneOfMessage } from "./words.ts";

export function Messages() {
  const found = rows.value;
  return (
    <section id="messages" class="panel messages" aria-labelledby="messages-title">
      <header>
        <h2 id="messages-title">
          Messages <span class="count">{totals.value ? `(${totals.value.messages})` : ""}</span>
        </h2>
        <Filters />
      </header>
      <Totals />
      {found?.length === 0 ? (
        <p class="empty">
          {search.value || statusFilter.value || channelFilter.value
            ? "No message fits. Change the search, the status or the channel."
            : "No message was sent yet."}
        </p>
      ) : (
        <ol class="list" aria-label="Messages, newest first">
          {found?.map((row) => (
            <Row key={row.messageId} row={row} />
          ))}
        </ol>
      )}
      {next.value !== undefined && <Older />}
    </section>
  );
}

const Filters = () => (
  <div class="filters">
    <input
      type="search"
      aria-label="Search messages by phone number, profile, reference, or words"
      placeholder="Number, profile, words"
      value={search.value}
      onInput={(event) => {
        search.value = event.currentTarget.value.trim();
      }}
    />
    <select
      aria-label="Filter by status"
      value={statusFilter.value}
      onChange={(event) => {
        statusFilter.value = event.currentTarget.value;
      }}
    >
      <option value="">Any status</option>
      {Object.entries(statusNames).map(([status, name]) => (
        <option key={status} value={status}>
          {name}
        </option>
      ))}
    </select>
    <select
      aria-label="Filter by channel that was tried"
      value={channelFilter.value}
      onChange={(event) => {
        channelFilter.value = event.currentTarget.value;
      }}
    >
      <option value="">Any channel</option>
      {channels.value.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  </div>
);

/** The totals of all messages that match the search. */
function Totals() {
  const sums = totals.value;
  if (sums === undefined || sums.ended === 0) return null;
  const share = (part: number) => `${Math.round((part / sums.ended) * 100)} %`;
  return (
    <dl class="totals">
      <div>
        <dt>reached</dt>
        <dd>{share(sums.reached)}</dd>
      </div>
      <div>
        <dt>fell back</dt>
        <dd>{share(sums.fellBack)}</dd>
      </div>
      <div>
        <dt>saved</dt>
        <dd>{money(sums.saved)}</dd>
      </div>
    </dl>
  );
}

function Row({ row }: { row: MessageRow }) {
  const { messageId, who, text, status, channels: tried, createdAt, saved } = row;
  const ended = row.finishedAt === undefined ? now.value : Date.parse(row.finishedAt);
  return (
    <li>
      <button
        type="button"
        class={`row ${toneOfMessage(row)}`}
        aria-current={selected.value === messageId ? "true" : undefined}
        onClick={() => {
          select(messageId);
          // On narrow screens the message stands below the list, so scroll to it.
          document.getElementById("message")?.scrollIntoView({ block: "start" });
        }}
      >
        <strong class="row-who" dir="auto">
          {who}
          {row.test && <TestBadge />}
        </strong>
        <span class="row-text" dir="auto">
          {text ?? "Nothing is kept of what it said"}
        </span>
        <span class="row-facts">
          <Course channels={tried} status={status} isOver={row.finishedAt !== undefined} />
          {tried.some(({ outcome }) => signOf(outcome)) && endedOtherwise.includes(status) && (
            <span> · {statusName(status).toLowerCase()}</span>
          )}
          {saved !== undefined && Number(saved) !== 0 && <span> · saved {money(saved)}</span>}
          <span>
            {" "}
            · {duration(ended - Date.parse(createdAt))} ·{" "}
            <time dateTime={createdAt}>{timeOfDay(Date.parse(createdAt))}</time>
          </span>
        </span>
      </button>
    </li>
  );
}

/** What became of the channels does not tell that the message ended like this. */
const endedOtherwise: readonly string[] = ["cancelled", "expired", "resolved"];

/** The channels that were tried: `WhatsApp ✗ → Facebook Messenger ✓`. */
function Course({
  channels: all,
  status,
  isOver,
}: Pick<MessageRow, "channels" | "status"> & { isOver: boolean }) {
  const tried = all.flatMap(({ channel, outcome }) => {
    const sign = signOf(outcome === "sent" && !isOver ? "trying" : outcome);
    return sign === undefined ? [] : [{ channel, ...sign }];
  });
  if (tried.length === 0) return <span>{statusName(status)}</span>;
  return (
    <span>
      {tried.map(({ channel, sign, word, tone }, index) => (
        <Fragment key={channel}>
          {index > 0 && " → "}
          <span class="hop">
            {nameOf(channel)}{" "}
            <span class={`sign ${tone}`} aria-hidden="true">
              {sign}
            </span>
            <span class="unseen"> {word}</span>
          </span>
        </Fragment>
      ))}
    </span>
  );
}

/** Loads older messages when it comes into view. */
function Older() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (button.current === null) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) void loadOlder();
    });
    seen.observe(button.current);
    return () => seen.disconnect();
    // Loaded rows may or may not push it out of view.
  }, [rows.value?.length]);
  return (
    <button type="button" ref={button} onClick={() => loadOlder()}>
      Show older ones
    </button>
  );
}
