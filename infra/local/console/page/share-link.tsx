/** A message as a file to pass on: without personal data, unless it is asked for. */
import { useState } from "preact/hooks";
import type { MessageRecord, Trace } from "../contract.ts";
import { shareable } from "./share.ts";
import { nameOf, now } from "./state.ts";
import { windowsOf } from "./waterfall.tsx";

export function ShareLink({ trace, stored }: { trace: Trace; stored: MessageRecord }) {
  const [isWhole, setIsWhole] = useState(false);
  const file = () =>
    `data:text/html;charset=utf-8,${encodeURIComponent(
      shareable(trace, {
        nameOf,
        windows: windowsOf(stored),
        now: now.value,
        personal: isWhole ? stored : undefined,
      }),
    )}`;
  return (
    <>
      <a class="share" download={`message-${trace.messageId}.html`} href={file()}>
        Share as a file
      </a>
      <label class="share-whole">
        <input
          type="checkbox"
          checked={isWhole}
          onChange={(event) => setIsWhole(event.currentTarget.checked)}
        />
        with personal data
      </label>
    </>
  );
}
