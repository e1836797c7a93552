/** One message: its course in a sentence and as bars, what went out, and why; and the execution as AWS shows it. */
import type { MessageRecord, Trace } from "../contract.ts";
import { Copies } from "./copies.tsx";
import { CostTable } from "./cost.tsx";
import { ExecutionView } from "./execution.tsx";
import { dateAndTime, duration, money } from "./format.ts";
import { Badge, Explained, Fact, Json, Tabs, TestBadge } from "./parts.tsx";
import { PublishedEventList } from "./published-events.tsx";
import { server } from "./server-calls.ts";
import { ShareLink } from "./share-link.tsx";
import { isMissing, now, perform, record, selected, waiting } from "./state.ts";
import { Waterfall } from "./waterfall.tsx";
import { Headline, Why } from "./why.tsx";
import { statusName, testWords, toneOfMessage } from "./words.ts";

export function MessageView() {
  const stored = record.value;
  const shown = stored?.trace;
  return (
    <section id="message" class="panel message" aria-label="The message that is shown">
      {shown === undefined || stored === undefined ? (
        <Nothing />
      ) : (
        <>
          <Title trace={shown} stored={stored} />
          <Headline trace={shown} waiting={waiting.value} />
          <Tabs
            label="Parts of the message"
            tabs={[
              {
                title: "What happened",
                content: () => (
                  <>
                    <Waterfall trace={shown} stored={stored} />
                    <div class="course">
                      <Copies trace={shown} stored={stored} />
                      <Why trace={shown} waiting={waiting.value} />
                    </div>
                  </>
                ),
              },
              { title: "Execution", content: () => <ExecutionView /> },
              {
                title: `Published events (${stored.events.length})`,
                content: () => <PublishedEventList events={stored.events} />,
              },
              { title: "Cost", content: () => <CostTable trace={shown} stored={stored} /> },
              {
                title: "Trace",
                content: () => <Json label="The trace" text={JSON.stringify(shown)} />,
              },
            ]}
          />
        </>
      )}
    </section>
  );
}

const Nothing = () => (
  <header>
    <h2>{isMissing.value ? "There is no such message" : "A message"}</h2>
    <p class="empty">
      {isMissing.value
        ? "It may be of an earlier run: the messages are gone when the local run ends."
        : selected.value === undefined && "Send a message: its course shows up here, channel by channel."}
    </p>
  </header>
);

function Title({ trace: shown, stored }: { trace: Trace; stored: MessageRecord }) {
  const { messageId, status, createdAt, finishedAt, cost, saved, reference } = shown;
  const text = stored.title ?? stored.channels.find((one) => one.text !== undefined)?.text;
  const ended = finishedAt === undefined ? now.value : Date.parse(finishedAt);
  return (
    <header class="message-header">
      <div class="message-title">
        <h2>
          <bdi>{stored.who}</bdi> {text !== undefined && <bdi class="message-text">{text}</bdi>}
        </h2>
        <Badge tone={toneOfMessage(shown)}>{statusName(status)}</Badge>
        {shown.test && <TestBadge />}
        <span class="actions">
          <ShareLink trace={shown} stored={stored} />
          {finishedAt === undefined && (
            <Explained words="The message ends: no further channel is tried, and what went out stays">
              {(explained) => (
                <button
                  type="button"
                  {...explained}
                  onClick={() => perform("The message is cancelled", () => server.cancel(messageId))}
                >
                  Cancel message
                </button>
              )}
            </Explained>
          )}
        </span>
      </div>
      <dl class="facts inline">
        <Fact name="Came in" value={dateAndTime(Date.parse(createdAt))} />
        <Fact
          name={finishedAt === undefined ? "Since" : "Took"}
          value={duration(ended - Date.parse(createdAt))}
        />
        <Fact name="Cost" value={money(cost?.usd ?? "0")} />
        {saved && <Fact name="Saved" value={money(saved.usd)} />}
        {reference !== undefined && <Fact name="Reference" value={reference} />}
        {shown.test && <Fact name="Test" value={testWords} />}
      </dl>
    </header>
  );
}
