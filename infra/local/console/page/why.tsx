/** Why the message took its course: in one sentence, and by channel in the rules' order with the reason for each. */
import type { Trace } from "../contract.ts";
import { advance } from "./clock.tsx";
import { explain } from "./explain.ts";
import { duration, timeOfDay } from "./format.ts";
import { headline } from "./headline.ts";
import type { Step } from "./history.ts";
import { Badge, Icon } from "./parts.tsx";
import { nameOf, now } from "./state.ts";
import { toneOfMessage } from "./words.ts";

export function Headline({ trace, waiting }: { trace: Trace; waiting: Step | undefined }) {
  return (
    <div class={`headline ${toneOfMessage(trace)}`}>
      <p role="status">
        {headline(trace, nameOf, waiting)}.
        {trace.possibleDuplicate && " Two channels may both have reached the customer."}
      </p>
      {waiting?.deadline !== undefined && <Skip deadline={waiting.deadline} />}
    </div>
  );
}

export function Why({ trace, waiting }: { trace: Trace; waiting: Step | undefined }) {
  return (
    <section class="why" aria-labelledby="why-title">
      <h3 id="why-title">Channel by channel</h3>
      <ol>
        {explain(trace, nameOf, waiting).map((line) => (
          <li key={line.channel} class={line.tone}>
            <div class="why-channel">
              <Icon name={line.channel} />
              <strong>{line.name}</strong>
              <Badge tone={line.tone}>{line.verdict}</Badge>
              {line.at && <time dateTime={line.at}>{timeOfDay(Date.parse(line.at))}</time>}
            </div>
            <p>{line.why}</p>
            {line.said && <p class="said">{line.said}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Moves the clock to the end of the window, so that nobody has to wait for it. */
function Skip({ deadline }: { deadline: number }) {
  const left = Math.max(deadline * 1000 - now.value, 0);
  return (
    <button type="button" class="skip" onClick={() => advance(left + 1000)}>
      <Icon name="clock" /> Skip the wait ({duration(Math.ceil(left / 1000) * 1000)})
    </button>
  );
}
